//! Callers of 64 universities who race for the last places of three hosts' offers, while the hosts accept, decline, withdraw
//! and cut, holds run out, connections break, replies are lost and people hang up. Never two holders of a place, never a
//! held place lost.

use super::{
    books::Books,
    feed,
    hosts::Host,
    judge::{self, Tally},
    party::Told,
    region::{HOSTS, Region, universities},
    universities::University,
};
use crate::dice::Dice;
use futures_util::future::join_all;
use ledger::Plant;
use practicum_tests::Store;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// What a university does in a phase; a round has two, and the holds of the first run out in the second.
const STEPS: usize = 3;
/// As the rule book that is shipped says.
const HOLD: Duration = Duration::from_secs(10 * 86_400);

/// What somebody saw who looked all the while.
#[derive(Default)]
struct Seen {
    snapshots: usize,
    wrong: Vec<String>,
}

async fn witness(books: &Books, stop: &CancellationToken) -> Seen {
    let mut seen = Seen::default();
    while !stop.is_cancelled() {
        seen.wrong.extend(books.wrong().await);
        seen.snapshots += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    seen
}

/// Everybody.
struct Crowd<'r> {
    region: &'r Region,
    hosts: Vec<Host>,
    universities: Vec<University>,
    phases: usize,
    dice: Dice,
}

impl<'r> Crowd<'r> {
    async fn of(region: &'r Region) -> Self {
        let hosts = HOSTS.map(|host| async move {
            Host::with_educators(region.party(host), &region.doors(host)[0]).await
        });
        let names = universities();
        let (hosts, mut universities) = (join_all(hosts).await, Vec::new());
        // A few at a time: nothing is tried again here, and all at once may take a busy machine longer than a deadline.
        for few in names.chunks(8) {
            let few = few.iter().map(|name| async {
                University::with_students(region.party(name), &region.doors(name)[0]).await
            });
            universities.extend(join_all(few).await);
        }
        Self { region, hosts, universities, phases: 0, dice: Dice::new() }
    }

    /// Everybody gets a token that is good at this time.
    fn comes_again(&mut self) {
        let hosts = self.hosts.iter_mut().map(|host| &mut host.party);
        for party in hosts.chain(self.universities.iter_mut().map(|one| &mut one.party)) {
            party.comes_again(self.region.doors(&party.partner));
        }
    }

    /// New offers, and everybody races for them.
    async fn phase(&mut self, sweeping: bool) {
        self.phases += 1;
        let (region, phase, raced) = (self.region, self.phases, CancellationToken::new());
        region.network_loses(0.0);
        let opening = self.hosts.iter_mut().map(|host| async move {
            let door = region.another_door(&host.party.partner, phase);
            host.opens(&door, phase).await
        });
        let offers = join_all(opening).await.concat();
        region.network_loses(0.03);
        let leaves = usize::try_from(self.dice.below(2 * HOSTS.len() as u64)).expect("a small number");
        let hosts = self.hosts.iter_mut().enumerate();
        let hosts = join_all(hosts.map(|(n, host)| host.answers(n == leaves, &raced)));
        let racers = self.universities.iter_mut().map(|one| one.race(&offers, STEPS));
        let racers = async {
            join_all(racers).await;
            raced.cancel();
        };
        let sweeps = async {
            while sweeping && !raced.is_cancelled() {
                region.sweep().await;
                tokio::time::sleep(Duration::from_millis(15)).await;
            }
        };
        tokio::join!(hosts, racers, sweeps);
    }

    /// What was held in the first phase runs out while the second goes on, hold by hold.
    async fn round(&mut self) -> Vec<String> {
        let began = Instant::now();
        self.phase(false).await;
        let on = HOLD - began.elapsed() / 2;
        let clock = &self.region.stands[0].clock;
        clock.advance(chrono::Duration::from_std(on).expect("ten days"));
        self.comes_again();
        self.phase(true).await;
        let due = vocabulary::micros(clock.now());
        self.region.sweep().await;
        let overdue =
            format!("SELECT 'held: ' || id FROM placements WHERE state = 'proposed' AND hold_us <= {due}");
        self.region.books.texts(&overdue).await
    }

    fn told(&self) -> Vec<Told> {
        let hosts = self.hosts.iter().map(|host| &host.party);
        let all = hosts.chain(self.universities.iter().map(|one| &one.party));
        all.flat_map(|party| party.told.clone()).collect()
    }

    fn tries(&self) -> u64 {
        let hosts = self.hosts.iter().map(|host| host.party.tries);
        hosts.chain(self.universities.iter().map(|one| one.party.tries)).sum()
    }
}

fn enough(tally: &Tally, rounds: usize) {
    let least = |what: &str| tally.events.get(what).copied().unwrap_or_default();
    let all = ["accepted", "declined", "expired", "withdrawn"].map(least);
    assert!(all.iter().all(|n| *n > 0), "too little happened: {tally:?}");
    assert!(tally.no_place + tally.offers_gone > 10 * rounds, "nobody raced: {tally:?}");
}

/// What is wrong after so many rounds, and what happened in them.
async fn race(store: Store, plant: Plant, rounds: usize) -> (Vec<String>, Tally) {
    let _alone = crate::alone().await;
    let region = Region::up(store, plant).await;
    let (began, stop) = (Instant::now(), CancellationToken::new());
    let racing = async {
        let mut crowd = Crowd::of(&region).await;
        let mut wrong = Vec::new();
        for _ in 0..rounds {
            wrong.extend(crowd.round().await);
        }
        region.network_loses(0.0);
        stop.cancel();
        (crowd.told(), crowd.tries(), wrong)
    };
    let (seen, ears, (told, tries, mut wrong)) =
        tokio::join!(witness(&region.books, &stop), feed::listen(&region, &stop), racing);
    wrong.extend(seen.wrong);
    wrong.extend(region.books.wrong().await);
    wrong.extend(feed::judge(&region.books, &ears).await);
    let (more, tally) = judge::judge(&region.books, &told).await;
    wrong.extend(more);
    wrong.dedup();
    eprintln!(
        "{store:?}: {} asks in {tries} tries, {} replies lost, {} snapshots, {} faults in {:?}: {tally:?}",
        told.len(),
        region.replies_lost(),
        seen.snapshots,
        wrong.len(),
        began.elapsed()
    );
    assert!(region.replies_lost() > 0, "no reply was lost");
    region.down().await;
    (wrong, tally)
}

/// So many rounds, or more where the environment says how long.
async fn nothing_is_wrong(store: Store, rounds: usize) {
    let rounds = rounds.max(usize::try_from(crate::long(0).as_secs() / 10).expect("a small number"));
    let (wrong, tally) = race(store, Plant::None, rounds).await;
    let first = wrong.iter().take(12).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} faults, the first of them:\n{first}", wrong.len());
    enough(&tally, rounds);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_has_one_holder_and_none_is_lost_at_two_replicas_on_postgres() {
    nothing_is_wrong(Store::Postgres, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_has_one_holder_and_none_is_lost_in_one_process_on_sqlite() {
    nothing_is_wrong(Store::Sqlite, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_that_is_taken_for_another_request_is_caught() {
    let (wrong, _) = race(Store::Sqlite, Plant::NoAnswers, 3).await;
    assert!(wrong.iter().any(|what| what.starts_with("twice: ")), "{wrong:?}");
}
