//! Somebody who looks at the tables every few milliseconds, past the service, in a snapshot of its own.

use sqlx::{Connection, PgConnection, Row};
use std::{collections::BTreeMap, time::Duration};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// What a witness saw until it was told to go.
#[derive(Default)]
pub struct Seen {
    pub snapshots: u64,
    pub wrong: Vec<String>,
}

/// A witness at work.
pub struct Witness {
    stop: CancellationToken,
    /// Told when it has seen something wrong.
    pub alarm: CancellationToken,
    task: JoinHandle<Seen>,
}

const SESSIONS: &str = "SELECT id, capacity, over_capacity, seats_taken, waiting, taken_by, waitlist_policy, fences \
    FROM masterclasses.sessions";
const COUNTS: &str = "SELECT session, partner, \
    count(*) FILTER (WHERE state IN ('confirmed', 'offered', 'attended', 'absent')) AS seated, \
    count(*) FILTER (WHERE state = 'waitlisted') AS waiting FROM masterclasses.bookings GROUP BY session, partner";

impl Witness {
    /// Begins to look; `admin_url` is a superuser's, whom no policy hides a row from. The alarm is for what breaks
    /// this law.
    pub fn at(admin_url: &str, law: &'static str) -> Self {
        let (stop, alarm) = (CancellationToken::new(), CancellationToken::new());
        let watching = watch(admin_url.to_owned(), law, stop.clone(), alarm.clone());
        Self { stop, alarm, task: tokio::spawn(watching) }
    }

    pub async fn leave(self) -> Seen {
        self.stop.cancel();
        self.task.await.expect("the witness does not fail")
    }
}

async fn watch(url: String, law: &'static str, stop: CancellationToken, alarm: CancellationToken) -> Seen {
    let mut seen = Seen::default();
    let mut connection = None;
    while !stop.is_cancelled() {
        if connection.is_none() {
            connection = PgConnection::connect(&url).await.ok();
        }
        if let Some(open) = &mut connection {
            match look(open).await {
                Ok(wrong) => {
                    seen.snapshots += 1;
                    if wrong.iter().any(|what| what.contains(law)) {
                        alarm.cancel();
                    }
                    // All that breaks the law, and a few of the others.
                    let few = seen.wrong.len() < 20;
                    seen.wrong.extend(wrong.into_iter().filter(|what| few || what.contains(law)));
                }
                // The cluster is being restarted.
                Err(_) => connection = None,
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    seen
}

/// One snapshot, and what is wrong in it.
async fn look(connection: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    let mut tx = connection.begin().await?;
    sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY").execute(&mut *tx).await?;
    let sessions = sqlx::query(SESSIONS).fetch_all(&mut *tx).await?;
    let counts = sqlx::query(COUNTS).fetch_all(&mut *tx).await?;
    tx.commit().await?;
    let mut wrong = Vec::new();
    for session in &sessions {
        let id: String = session.get("id");
        let theirs: Vec<(String, i64, i64)> = counts
            .iter()
            .filter(|row| row.get::<String, _>("session") == id)
            .map(|row| (row.get("partner"), row.get("seated"), row.get("waiting")))
            .collect();
        wrong.extend(judge(session, &theirs).into_iter().map(|what| format!("{id}: {what}")));
    }
    Ok(wrong)
}

fn judge(session: &sqlx::postgres::PgRow, theirs: &[(String, i64, i64)]) -> Vec<String> {
    let (capacity, taken, waiting): (i64, i64, i64) =
        (session.get("capacity"), session.get("seats_taken"), session.get("waiting"));
    let seated: i64 = theirs.iter().map(|(_, seated, _)| seated).sum();
    let waits: i64 = theirs.iter().map(|(.., waits)| waits).sum();
    let mut wrong = Vec::new();
    let mut must = |holds: bool, what: String| {
        if !holds {
            wrong.push(what);
        }
    };
    must(seated == taken, format!("{taken} seats are said to be taken, {seated} are"));
    let over: bool = session.get("over_capacity");
    must(seated <= capacity || over, format!("oversold: {seated} people sit on {capacity} seats"));
    must(waits == waiting, format!("{waiting} are said to wait, {waits} do"));
    let said: BTreeMap<String, i64> =
        serde_json::from_str(session.get::<&str, _>("taken_by")).unwrap_or_default();
    let are =
        theirs.iter().filter(|(_, seated, _)| *seated > 0).map(|(who, seated, _)| (who.clone(), *seated));
    let are: BTreeMap<String, i64> = are.collect();
    must(said == are, format!("seats by partner are said to be {said:?} and are {are:?}"));
    let one_pool =
        session.get::<&str, _>("fences") == "[]" && session.get::<&str, _>("waitlist_policy") == "promote";
    let unserved = one_pool && seated < capacity && waits > 0;
    must(!unserved, format!("unserved: {} seats are free and {waits} people wait", capacity - seated));
    wrong
}

/// Connections of the service that have been idle inside a transaction for more than a second.
pub async fn stuck(admin_url: &str, role: &str) -> i64 {
    let mut connection = PgConnection::connect(admin_url).await.expect("the cluster answers");
    sqlx::query_scalar(
        "SELECT count(*) FROM pg_stat_activity WHERE usename = $1 AND state LIKE 'idle in transaction%' \
         AND clock_timestamp() - state_change > interval '1 second'",
    )
    .bind(role)
    .fetch_one(&mut connection)
    .await
    .expect("statistics can be read")
}
