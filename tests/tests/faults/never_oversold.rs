//! Never oversold, nothing lost: 200 people want one session of 30 seats, at two processes on one PostgreSQL and one
//! Redis. Every few seconds one process is killed, a share of all replies is lost, clients hang up and try again.

use crate::{
    crowd::{Member, come_and_go},
    dice::Dice,
    history::History,
    long,
    oracle::{self, Remains},
    town::{Town, cluster},
    witness::{Witness, stuck},
};
use contracts::masterclasses::v1 as wire;
use ledger::Plant;
use practicum_tests::session;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use testkit::{Postgres, proxy::Mode};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

const CLIENTS: usize = 200;
const SEATS: i32 = 30;

/// What a storm found, and how hard it blew.
#[derive(Default)]
pub struct Weather {
    pub operations: usize,
    pub tries: u64,
    pub kills: u64,
    pub replies_lost: u64,
    pub snapshots: u64,
    pub bookings: usize,
    pub wrong: Vec<String>,
}

impl Weather {
    fn caught(&self, law: &str) -> bool {
        self.wrong.iter().any(|what| what.contains(law))
    }

    /// In one line, with the first few faults of each kind.
    fn report(&self) -> String {
        let mut text = format!(
            "{} operations in {} tries, {} kills, {} replies lost, {} bookings, {} snapshots, {} faults",
            self.operations,
            self.tries,
            self.kills,
            self.replies_lost,
            self.bookings,
            self.snapshots,
            self.wrong.len()
        );
        let mut kinds: BTreeMap<&str, u32> = BTreeMap::new();
        for what in &self.wrong {
            let n = kinds.entry(what.split(':').next().unwrap_or("")).or_default();
            *n += 1;
            if *n <= 4 {
                text += &format!("\n  {what}");
            }
        }
        text
    }
}

/// Lets the storm blow for so long, or until the witness sees this law broken; then everybody finishes what they
/// began, and the model judges.
async fn storm(
    town: Arc<Town>,
    room: wire::Session,
    last: Duration,
    law: &'static str,
    also: impl FnOnce(Arc<Town>) -> JoinSet<()>,
) -> Weather {
    let host = town.scheduler("durham");
    let room = host.host("storm", room).await.expect("a session");
    let (history, stop) = (Arc::new(History::default()), CancellationToken::new());
    town.replicas.iter().for_each(|replica| replica.proxy.set(Mode::DropReplies(0.05)));
    let witness = Witness::at(&town.admin_url, law);
    let mut people = JoinSet::new();
    for n in 0..CLIENTS {
        people.spawn(Member::new(&town, n, history.clone()).live(room.name.clone(), stop.clone()));
    }
    let mut trouble = also(town.clone());
    tokio::select! { () = tokio::time::sleep(last) => {}, () = witness.alarm.cancelled() => {} }
    trouble.shutdown().await;
    town.replicas.iter().for_each(|replica| replica.proxy.set(Mode::Pass));
    revive(town.clone()).await;
    stop.cancel();
    while let Some(ended) = people.join_next().await {
        ended.expect("a client does not fail");
    }
    come_and_go(&town, 400).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let stuck = stuck(&town.admin_url, &town.database.app_role).await;
    let seen = witness.leave().await;
    let remains = Remains::read(&town.admin_url).await;
    let ops = history.ops();
    let mut wrong = seen.wrong;
    wrong.extend(oracle::judge(&ops, &remains));
    wrong.extend(history.faults().into_iter().map(|fault| format!("fault: {fault}")));
    if stuck > 0 {
        wrong.push(format!("poisoned: {stuck} connections are idle inside a transaction"));
    }
    Weather {
        operations: ops.len(),
        tries: history.tries(),
        kills: town.kills(),
        replies_lost: town.replies_lost(),
        snapshots: seen.snapshots,
        bookings: remains.bookings.len(),
        wrong,
    }
}

/// Kills one process after the other, every three seconds or so, and starts it again at once; or freezes it, so that
/// it goes on with what it held when others have gone on without it.
pub fn killers(town: Arc<Town>) -> JoinSet<()> {
    let mut trouble = JoinSet::new();
    trouble.spawn(async move {
        let mut dice = Dice::new();
        for n in 0.. {
            tokio::time::sleep(dice.millis(2_000, 4_000)).await;
            let town = town.clone();
            // Every fourth is frozen, so that a slow machine too sees the kills that the test asks for.
            let frozen = (n % 4 == 3).then(|| dice.millis(500, 4_000));
            let again = move || {
                let victim = &town.replicas[n % town.replicas.len()];
                frozen.map_or_else(|| victim.restart(), |last| victim.freeze(last));
            };
            tokio::task::spawn_blocking(again).await.expect("a replica starts again");
        }
    });
    trouble
}

/// Starts what was killed and not started again, since its killer was stopped in the middle.
pub async fn revive(town: Arc<Town>) {
    let all = move || town.replicas.iter().for_each(super::town::Replica::start_if_dead);
    tokio::task::spawn_blocking(all).await.expect("a replica starts again");
}

/// Builds a bug in, and lets the storm blow for so many seconds at most.
async fn planted(plant: Plant, law: &'static str, seconds: u64) {
    let _alone = crate::alone().await;
    let town = Arc::new(Town::up(cluster(), 2, plant).await);
    if plant == Plant::UnlockedCapacity {
        drop_the_second_wall(&town).await;
    }
    let weather = storm(town, session(SEATS), Duration::from_secs(seconds), law, killers).await;
    eprintln!("{plant:?}: {}", weather.report());
    assert!(weather.caught(law), "{plant:?} was not caught as {law:?}: {}", weather.report());
}

/// The table's own constraint would refuse what the planted bug does; without it the model has to see.
async fn drop_the_second_wall(town: &Town) {
    use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
    let mut db = PgConnection::connect(&town.admin_url).await.unwrap();
    let name: String = sqlx::query_scalar(
        "SELECT conname FROM pg_constraint WHERE conrelid = 'masterclasses.sessions'::regclass \
         AND pg_get_constraintdef(oid) LIKE '%over_capacity%'",
    )
    .fetch_one(&mut db)
    .await
    .expect("the table has the constraint");
    let drop = format!("ALTER TABLE masterclasses.sessions DROP CONSTRAINT {name}");
    db.execute(AssertSqlSafe(drop)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sits_without_a_seat_and_nothing_acknowledged_is_lost_while_processes_die() {
    let _alone = crate::alone().await;
    let town = Arc::new(Town::up(cluster(), 2, Plant::None).await);
    let weather = storm(town, session(SEATS), long(30), "", killers).await;
    eprintln!("{}", weather.report());
    assert!(weather.wrong.is_empty(), "{}", weather.report());
    assert!(weather.kills > 2 && weather.replies_lost > 20, "the storm did not blow: {}", weather.report());
}

#[tokio::test(flavor = "multi_thread")]
async fn seats_that_are_kept_for_partners_are_served_in_order_among_their_people() {
    let _alone = crate::alone().await;
    let town = Arc::new(Town::up(cluster(), 2, Plant::None).await);
    let kept = [("durham", 8), ("teesside", 5)];
    let fence = |(id, seats): (&str, i32)| wire::SeatFence { partner: format!("partners/{id}"), seats };
    let room = wire::Session { fences: kept.map(fence).to_vec(), ..session(SEATS) };
    let weather = storm(town, room, long(15), "", killers).await;
    eprintln!("with fences: {}", weather.report());
    assert!(weather.wrong.is_empty(), "{}", weather.report());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_database_crashes() {
    let _alone = crate::alone().await;
    let postgres = Arc::new(Postgres::start_private(true));
    let town = Arc::new(Town::up(&postgres, 2, Plant::None).await);
    let crashing = postgres.clone();
    let weather = storm(town, session(SEATS), long(15), "", move |_| {
        let (mut trouble, postgres) = (JoinSet::new(), crashing);
        trouble.spawn(async move {
            for _ in 0..3 {
                tokio::time::sleep(Duration::from_secs(4)).await;
                let postgres = postgres.clone();
                tokio::task::spawn_blocking(move || postgres.restart_immediate()).await.expect("it recovers");
            }
        });
        trouble
    })
    .await;
    eprintln!("{}", weather.report());
    assert!(weather.wrong.is_empty(), "{}", weather.report());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capacity_that_is_read_before_the_lock_is_caught() {
    planted(Plant::UnlockedCapacity, "oversold", 40).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_whose_request_id_is_not_remembered_is_caught() {
    planted(Plant::NoAnswers, "twice", 10).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_in_who_passes_the_list_is_caught() {
    planted(Plant::Barging, "barged", 10).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_comes_back_inside_a_transaction_is_caught() {
    planted(Plant::NoRollback, "poisoned", 5).await;
}
