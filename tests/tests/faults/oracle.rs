//! The model: what may stand in the tables after a history, and what may not.

use crate::{
    history::{Op, Outcome, What},
    order,
};
use sqlx::{Connection, PgConnection, Row};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A booking as the table has it at the end.
#[derive(Clone, Debug)]
pub struct Kept {
    pub name: String,
    pub person: String,
    pub partner: String,
    pub state: String,
    pub joined_at: Option<i64>,
    pub revision: i64,
    /// Whether it had a seat from the moment in which it was made, as the answer that made it says.
    pub seated_at_once: bool,
}

impl Kept {
    pub fn is_live(&self) -> bool {
        matches!(self.state.as_str(), "confirmed" | "waitlisted" | "offered")
    }
}

/// A line of the feed.
#[derive(Clone, Debug)]
pub struct Line {
    pub seq: i64,
    /// When its transaction read the clock: the same for all that it changed.
    pub at_us: i64,
    pub resource: String,
}

/// What is left when all is over.
pub struct Remains {
    pub bookings: HashMap<String, Kept>,
    pub feed: Vec<Line>,
    /// Whether seats are kept for partners: then only people of one partner have the same rights to a seat.
    pub fenced: bool,
    head: i64,
    /// Entries of the audit log by actor and method.
    audit: BTreeMap<(String, String), u64>,
    answers: HashSet<String>,
}

impl Remains {
    pub async fn read(admin_url: &str) -> Self {
        let mut db = PgConnection::connect(admin_url).await.expect("the cluster answers");
        let rows =
            "SELECT session, id, person, partner, state, joined_at, revision FROM masterclasses.bookings";
        let rows = sqlx::query(rows).fetch_all(&mut db).await.expect("bookings");
        let mut bookings: HashMap<_, _> =
            rows.iter().map(kept).map(|kept| (kept.name.clone(), kept)).collect();
        let rows = "SELECT seq, at_us, resource FROM masterclasses.feed ORDER BY seq";
        let rows = sqlx::query(rows).fetch_all(&mut db).await.expect("the feed");
        let line = |row: &sqlx::postgres::PgRow| Line {
            seq: row.get("seq"),
            at_us: row.get("at_us"),
            resource: row.get("resource"),
        };
        let feed = rows.iter().map(line).collect();
        let head = sqlx::query_scalar("SELECT seq FROM masterclasses.feed_head")
            .fetch_one(&mut db)
            .await
            .expect("a head");
        let fenced = "SELECT bool_or(fences <> '[]') FROM masterclasses.sessions";
        let fenced = sqlx::query_scalar(fenced).fetch_one(&mut db).await.expect("sessions");
        let rows = "SELECT actor, method, count(*) AS n FROM masterclasses.audit GROUP BY actor, method";
        let rows = sqlx::query(rows).fetch_all(&mut db).await.expect("the log");
        let counted = |row: &sqlx::postgres::PgRow| {
            ((row.get("actor"), row.get("method")), row.get::<i64, _>("n").unsigned_abs())
        };
        let audit = rows.iter().map(counted).collect();
        let rows = sqlx::query("SELECT id, answer FROM masterclasses.answers").fetch_all(&mut db).await;
        let rows = rows.expect("answers");
        let booked = rows.iter().filter(|row| row.get::<&str, _>("id").contains("/BookSeats "));
        let seated: HashSet<String> = booked.flat_map(|row| confirmed(row.get("answer"))).collect();
        for (name, kept) in &mut bookings {
            kept.seated_at_once = seated.contains(name);
        }
        Self { bookings, feed, fenced, head, audit, answers: rows.iter().map(|row| row.get("id")).collect() }
    }
}

fn kept(row: &sqlx::postgres::PgRow) -> Kept {
    let (session, id): (String, String) = (row.get("session"), row.get("id"));
    let (masterclass, session) = session.split_once('/').expect("a session's key");
    Kept {
        name: format!("masterclasses/{masterclass}/sessions/{session}/bookings/{id}"),
        person: row.get("person"),
        partner: row.get("partner"),
        state: row.get("state"),
        joined_at: row.get("joined_at"),
        revision: row.get("revision"),
        seated_at_once: false,
    }
}

/// The names of the bookings that an answer speaks of and says to be confirmed.
fn confirmed(answer: &str) -> Vec<String> {
    let answer: serde_json::Value = serde_json::from_str(answer).expect("an answer is JSON");
    let bookings = answer["Ok"].as_array().cloned().unwrap_or_default();
    let confirmed = bookings.into_iter().filter(|booking| booking["state"] == "confirmed");
    confirmed.filter_map(|booking| booking["name"].as_str().map(str::to_owned)).collect()
}

/// Everything that is wrong, each with the law that it breaks.
pub fn judge(ops: &[Op], remains: &Remains) -> Vec<String> {
    let mut wrong = lost(ops, remains);
    wrong.extend(twice(ops, remains));
    wrong.extend(order::judge(remains));
    wrong.extend(feed(remains));
    wrong
}

/// What was acknowledged is there, and in the state in which it was left.
fn lost(ops: &[Op], remains: &Remains) -> Vec<String> {
    let mut wrong = Vec::new();
    let cancelled = |name: &str, known: bool| {
        ops.iter().any(|op| {
            let told = matches!(op.outcome, Outcome::Ok(_)) || !known && op.outcome == Outcome::Unknown;
            told && matches!(&op.what, What::Cancel { booking } if booking == name)
        })
    };
    for op in ops {
        let (What::Book { person }, Outcome::Ok(name)) = (&op.what, &op.outcome) else { continue };
        match remains.bookings.get(name) {
            None => wrong.push(format!("lost: {name} of {person} was acknowledged and is not there")),
            Some(kept) if kept.person != *person => wrong.push(format!("lost: {name} is not for {person}")),
            Some(kept) if kept.is_live() && cancelled(name, true) => {
                wrong.push(format!(
                    "lost: the cancellation of {name} was acknowledged and it is {}",
                    kept.state
                ));
            }
            Some(kept) if !kept.is_live() && !cancelled(name, false) => {
                wrong.push(format!("lost: {name} is {} and nobody cancelled it", kept.state));
            }
            Some(_) => {}
        }
    }
    wrong
}

/// Each request took effect once where it was acknowledged, at most once where its outcome is unknown, never where it
/// was refused; and it left one line in the audit log and one answer.
fn twice(ops: &[Op], remains: &Remains) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut made: BTreeMap<&str, u64> = BTreeMap::new();
    remains.bookings.values().for_each(|kept| *made.entry(&kept.person).or_default() += 1);
    let mut asked: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    let mut logged: BTreeMap<(String, String), (u64, u64)> = BTreeMap::new();
    for op in ops {
        let (certain, unknown) = match op.outcome {
            Outcome::Ok(_) => (1, 0),
            Outcome::Refused(_) => (0, 0),
            Outcome::Unknown => (0, 1),
        };
        if let What::Book { person } = &op.what {
            let sum = asked.entry(person).or_default();
            *sum = (sum.0 + certain, sum.1 + unknown);
        }
        let sum = logged.entry((op.actor.clone(), op.method().into())).or_default();
        *sum = (sum.0 + 1 - unknown, sum.1 + unknown);
        let key = format!("{} {} {}", op.actor, op.method(), op.request_id.replace('-', ""));
        if op.outcome != Outcome::Unknown && !remains.answers.contains(&key) {
            wrong.push(format!("forgotten: the answer to {key}"));
        }
        if let Outcome::Refused(reason) = &op.outcome
            && !matches!(reason.as_str(), "SESSION_FULL")
        {
            wrong.push(format!(
                "twice: {:?} was refused with {reason}, which only its own first try explains",
                op.what
            ));
        }
    }
    for (person, (certain, unknown)) in asked {
        let n = made.get(person).copied().unwrap_or(0);
        if n < certain || n > certain + unknown {
            wrong.push(format!(
                "twice: {person} has {n} bookings, {certain} acknowledged and {unknown} unknown"
            ));
        }
    }
    for (key, (certain, unknown)) in logged {
        let n = remains.audit.get(&key).copied().unwrap_or(0);
        if n < certain || n > certain + unknown {
            wrong.push(format!(
                "twice: the log has {n} lines of {key:?}, {certain} answered and {unknown} unknown"
            ));
        }
    }
    wrong
}

/// Positions without a gap, and each booking's revision that of its last change.
fn feed(remains: &Remains) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut last: HashMap<&str, i64> = HashMap::new();
    for (expected, line) in (1..).zip(&remains.feed) {
        if line.seq != expected {
            wrong.push(format!("feed: position {} stands where {expected} should", line.seq));
            break;
        }
        last.insert(&line.resource, line.seq);
    }
    if remains.feed.last().is_some_and(|line| line.seq != remains.head) {
        wrong.push(format!("feed: the head is {} and the last line is not", remains.head));
    }
    for kept in remains.bookings.values() {
        if last.get(kept.name.as_str()) != Some(&kept.revision) {
            wrong.push(format!(
                "feed: {} has revision {}, which is not its last change",
                kept.name, kept.revision
            ));
        }
    }
    wrong
}

impl Op {
    fn method(&self) -> &'static str {
        match self.what {
            What::Book { .. } => "practicum.masterclasses.v1.BookingService/BookSeats",
            What::Cancel { .. } => "practicum.masterclasses.v1.BookingService/CancelBooking",
        }
    }
}
