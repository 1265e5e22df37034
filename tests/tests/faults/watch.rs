//! The change feed under stress: 16 writers at two processes, each with a way to the database that stalls at random,
//! and readers who are cut off at random and go on from their last token. Every change is seen once, in the order of
//! the feed.

use crate::{
    dice::Dice,
    long,
    never_oversold::killers,
    town::{Town, cluster},
};
use admission::Sealer;
use contracts::{common::v1::ChangeKind, masterclasses::v1 as wire};
use ledger::Plant;
use practicum_tests::{Person, request_id, seat, session};
use sqlx::{Connection, PgConnection, Row};
use std::{sync::Arc, time::Duration};
use testkit::proxy::Mode;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tonic::Request;
use vocabulary::Role;

const WRITERS: usize = 16;
const EVERYTHING: &str = "masterclasses/-/sessions/-";
const WATCH: &str = "practicum.masterclasses.v1.BookingService/WatchBookings";

/// One change as a reader was told of it.
#[derive(Clone, Debug)]
struct Told {
    position: i64,
    name: String,
    etag: i64,
    kind: ChangeKind,
}

/// Somebody who watches everything that their partner may see.
struct Reader {
    doors: Vec<Person>,
    sealer: Sealer,
    person: String,
    token: String,
    told: Vec<Told>,
    /// The last position of which it is said that everything up to there has been told.
    complete: i64,
    connections: u64,
    dice: Dice,
}

impl Reader {
    fn new(town: &Town, partner: &str) -> Self {
        Self {
            doors: town.doors(partner, &[Role::Scheduler], "reader"),
            sealer: Sealer::open_or_create(&town.seal_key()).expect("the replicas' key"),
            person: format!("partners/{partner}/people/reader"),
            token: String::new(),
            told: Vec::new(),
            complete: 0,
            connections: 0,
            dice: Dice::new(),
        }
    }

    /// Reads until everything up to `end` has been told, once there is an end.
    async fn read(mut self, end: tokio::sync::watch::Receiver<Option<i64>>) -> Self {
        while end.borrow().is_none_or(|end| self.complete < end) {
            self.connections += 1;
            let door = self.dice.below(self.doors.len() as u64);
            let mut bookings = self.doors[usize::try_from(door).unwrap_or(0)].bookings.clone();
            let request =
                wire::WatchBookingsRequest { parent: EVERYTHING.into(), resume_token: self.token.clone() };
            // It leaves of its own accord where nobody cuts it off.
            let leaves = self.dice.millis(20, 1_500);
            let reading = async {
                let mut stream = bookings.watch_bookings(Request::new(request)).await?.into_inner();
                while let Some(message) = stream.message().await? {
                    self.hear(message);
                }
                Ok::<_, tonic::Status>(())
            };
            match tokio::time::timeout(leaves, reading).await {
                Ok(Err(status)) if status.code() == tonic::Code::OutOfRange => {
                    panic!("told to begin anew: {status:?}")
                }
                Ok(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                Err(_) => {}
            }
        }
        self
    }

    fn hear(&mut self, message: wire::WatchBookingsResponse) {
        let change = message.change.expect("every message has a place in the feed");
        self.token = change.resume_token.clone();
        let context = [self.person.split('/').nth(1).unwrap_or(""), &self.person, WATCH, EVERYTHING];
        let opened = self.sealer.open(&context, &change.resume_token).expect("a token of ours");
        let position = i64::from_be_bytes(opened.try_into().expect("a position"));
        match (change.kind(), message.booking) {
            (ChangeKind::Checkpoint, None) => self.complete = position,
            (kind, Some(booking)) => {
                let digits: String = booking.etag.chars().filter(char::is_ascii_digit).collect();
                let etag = digits.parse().unwrap_or(0);
                self.told.push(Told { position, name: booking.name, etag, kind });
            }
            (kind, booking) => panic!("a message that the contract does not know: {kind:?} {booking:?}"),
        }
    }

    /// What is wrong with what it was told, beside the feed itself.
    async fn judge(&self, admin_url: &str) -> Vec<String> {
        let partner = self.person.split('/').nth(1).unwrap_or("");
        let mut db = PgConnection::connect(admin_url).await.expect("the cluster answers");
        let rows = sqlx::query(
            "SELECT seq, resource, kind FROM masterclasses.feed WHERE collection = 'bookings' \
             AND viewers LIKE '% ' || $1 || ' %' ORDER BY seq",
        )
        .bind(partner)
        .fetch_all(&mut db)
        .await
        .expect("the feed");
        let feed: Vec<(i64, String, String)> =
            rows.iter().map(|row| (row.get("seq"), row.get("resource"), row.get("kind"))).collect();
        let mut wrong = Vec::new();
        for pair in self.told.windows(2).filter(|pair| pair[1].position <= pair[0].position) {
            wrong.push(format!("{partner}: {} was told after {}", pair[1].position, pair[0].position));
        }
        let told: std::collections::HashMap<i64, &Told> =
            self.told.iter().map(|told| (told.position, told)).collect();
        for (seq, resource, kind) in &feed {
            let kind = if kind == "c" { ChangeKind::Created } else { ChangeKind::Updated };
            match told.get(seq) {
                None => wrong.push(format!("{partner}: {seq} was skipped")),
                Some(told) if told.name != *resource || told.kind != kind => {
                    wrong.push(format!("{partner}: {seq} is {kind:?} {resource} and was told as {told:?}"));
                }
                Some(told) if told.etag < *seq => {
                    wrong.push(format!("{partner}: {seq} came with {told:?}, from before it"))
                }
                Some(_) => {}
            }
        }
        if told.len() > feed.len() {
            wrong.push(format!("{partner}: {} changes were told and there are {}", told.len(), feed.len()));
        }
        wrong
    }
}

/// Books and cancels on one of a few sessions, until told to stop. What becomes of each request does not matter here.
async fn write(door: Person, n: usize, rooms: Vec<String>, stop: CancellationToken) {
    let mut dice = Dice::new();
    let mut held: Vec<String> = Vec::new();
    for turn in 0.. {
        if stop.is_cancelled() {
            return;
        }
        let pause = dice.millis(0, 40);
        tokio::time::sleep(pause).await;
        if held.len() > 3 || (!held.is_empty() && dice.percent(40)) {
            let at = usize::try_from(dice.below(held.len() as u64)).unwrap_or(0);
            let request = wire::CancelBookingRequest {
                name: held.swap_remove(at),
                request_id: request_id(),
                ..Default::default()
            };
            // Whatever came of it.
            let _ = door.bookings.clone().cancel_booking(request).await;
            continue;
        }
        let room = usize::try_from(dice.below(rooms.len() as u64)).unwrap_or(0);
        let mut asked = seat(&door.partner, &format!("w{n}-{turn}"));
        asked.allow_overlap = true;
        let request = wire::BookSeatsRequest {
            parent: rooms[room].clone(),
            seats: vec![asked],
            join_waitlist: true,
            request_id: request_id(),
        };
        if let Ok(made) = door.bookings.clone().book_seats(request).await {
            held.extend(made.into_inner().bookings.into_iter().map(|booking| booking.name));
        }
    }
}

/// Makes the way to the database of each process stall at random, and cuts readers and writers off.
fn stalls(town: Arc<Town>) -> JoinSet<()> {
    let mut trouble = JoinSet::new();
    for n in 0..town.replicas.len() {
        let town = town.clone();
        trouble.spawn(async move {
            let mut dice = Dice::new();
            loop {
                let stall = dice.millis(0, 25);
                town.replicas[n].storage.set(if dice.percent(60) { Mode::Delay(stall) } else { Mode::Pass });
                let pause = dice.millis(20, 200);
                tokio::time::sleep(pause).await;
                if dice.percent(4) {
                    town.replicas[n].proxy.cut_all();
                }
            }
        });
    }
    trouble
}

/// What readers found wrong, after writers wrote for so long.
async fn stress(plant: Plant, last: Duration) -> Vec<String> {
    let town = Arc::new(Town::up(cluster(), 2, plant).await);
    let host = town.scheduler("durham");
    let mut rooms = vec![host.host("feed", session(5)).await.expect("a session").name];
    for (id, seats) in [("s2", 20), ("s3", 2), ("s4", 500)] {
        rooms.push(host.schedule("feed", id, session(seats)).await.expect("a session").name);
    }
    let (stop, end) = (CancellationToken::new(), tokio::sync::watch::Sender::new(None));
    let mut reading = JoinSet::new();
    for partner in ["durham", "teesside", "teesside"] {
        reading.spawn(Reader::new(&town, partner).read(end.subscribe()));
    }
    let mut writing = JoinSet::new();
    for n in 0..WRITERS {
        let partner = ["durham", "teesside", "gateshead"][n % 3];
        let door = town.doors(partner, &[Role::Scheduler], &format!("writer-{n}")).swap_remove(n % 2);
        writing.spawn(write(door, n, rooms.clone(), stop.clone()));
    }
    let (mut slow, mut dying) = (stalls(town.clone()), killers(town.clone()));
    tokio::time::sleep(last).await;
    dying.shutdown().await;
    slow.shutdown().await;
    crate::never_oversold::revive(town.clone()).await;
    town.replicas.iter().for_each(|replica| replica.storage.set(Mode::Pass));
    stop.cancel();
    while writing.join_next().await.is_some() {}
    let mut db = PgConnection::connect(&town.admin_url).await.expect("the cluster answers");
    let last: i64 = sqlx::query_scalar("SELECT max(seq) FROM masterclasses.feed")
        .fetch_one(&mut db)
        .await
        .expect("a feed");
    end.send_replace(Some(last));
    let mut wrong = Vec::new();
    while let Some(reader) = reading.join_next().await {
        let reader = reader.expect("a reader does not fail");
        eprintln!(
            "{plant:?}: {} was told {} changes of {last} over {} connections, {} kills",
            reader.person,
            reader.told.len(),
            reader.connections,
            town.kills()
        );
        assert!(reader.connections > 3 && !reader.told.is_empty(), "nothing went on");
        wrong.extend(reader.judge(&town.admin_url).await);
    }
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_who_is_cut_off_at_random_sees_every_change_once_and_in_order() {
    let _alone = crate::alone().await;
    let wrong = stress(Plant::None, long(25)).await;
    assert!(wrong.is_empty(), "{} faults: {:#?}", wrong.len(), &wrong[..wrong.len().min(8)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_is_polled_by_positions_drawn_without_a_lock_is_caught() {
    let _alone = crate::alone().await;
    for _ in 0..3 {
        let wrong = stress(Plant::NaiveFeed, Duration::from_secs(12)).await;
        eprintln!("{} faults, for instance {:?}", wrong.len(), wrong.first());
        if wrong.iter().any(|what| what.contains("skipped")) {
            return;
        }
    }
    panic!("the naive feed was not caught");
}
