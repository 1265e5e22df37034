//! Processes that are killed between a proposal's acknowledgement and its answer, many times. Whatever was acknowledged is
//! there, and a hold that runs out is freed by whoever is left, without anybody calling.

use super::books::Books;
use crate::{
    dice::Dice,
    syncs::process::{Place, Stood},
};
use contracts::placements::v1 as wire;
use futures_util::future::{join, join_all};
use practicum_tests::{Coordinator, coordinators::offer, request_id};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tonic::{Request, Status};
use vocabulary::Role;

const KILLS: usize = 25;
/// Proposals at once, for half as many places.
const ASKS: usize = 8;
const PLACES: i32 = 4;
/// Within which an expired hold is freed, as is promised.
const MINUTE: Duration = Duration::from_secs(60);

/// The processes on one store, the first of which is killed: two on PostgreSQL, one on a file.
pub struct Market {
    pub place: Place,
    pub processes: Vec<Arc<Stood>>,
    pub books: Books,
    /// Milliseconds within which a good part of a match run is applied.
    pub usual: u64,
}

impl Market {
    async fn on(place: Place, processes: usize, usual: u64) -> Self {
        let mut stood = Vec::new();
        for _ in 0..processes {
            stood.push(Arc::new(Stood::of(&["placements"], &place).await));
        }
        Self { books: Books(place.url()), processes: stood, place, usual }
    }

    pub async fn sqlite() -> Self {
        Self::on(Place::sqlite(), 1, 80).await
    }

    pub async fn postgres() -> Self {
        Self::on(Place::postgres().await, 2, 300).await
    }

    pub fn victim(&self) -> &Arc<Stood> {
        &self.processes[0]
    }

    /// Who is left when the first is killed, or it again where there is no other.
    pub fn survivor(&self) -> &Arc<Stood> {
        &self.processes[self.processes.len() - 1]
    }

    pub fn who(&self, process: &Stood, partner: &str, role: Role) -> Coordinator {
        Coordinator::new(partner, process.channel(), &self.place.token(partner, role, "coordinator"))
    }

    pub async fn kill(&self) {
        let dying = self.victim().clone();
        tokio::task::spawn_blocking(move || dying.kill()).await.expect("it is killed");
    }

    pub async fn restart(&self) {
        let starting = self.victim().clone();
        tokio::task::spawn_blocking(move || starting.start()).await.expect("it starts again");
    }

    pub async fn nothing_is_wrong(&self, when: &str) {
        assert_eq!(self.books.wrong().await, Vec::<String>::new(), "{when}");
    }

    /// Waits, and calls nobody, until no place is held; says how long it took.
    async fn freed(&self, when: &str) -> Duration {
        let began = Instant::now();
        let held = "SELECT SUM(places_held) FROM placement_offers";
        while self.books.number(held).await > 0 {
            assert!(began.elapsed() < MINUTE, "{when}: a place is held after a minute");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let left = "SELECT COUNT(*) FROM placements WHERE state = 'proposed'";
        assert_eq!(self.books.number(left).await, 0, "{when}");
        began.elapsed()
    }
}

/// What a proposal was asked with, and the name of the placement where it was acknowledged.
struct Asked {
    ask: wire::ProposePlacementRequest,
    acknowledged: Option<String>,
}

async fn propose(who: &Coordinator, ask: &wire::ProposePlacementRequest) -> Result<String, Status> {
    let mut request = Request::new(ask.clone());
    request.set_timeout(Duration::from_secs(20));
    Ok(who.placements.clone().propose_placement(request).await?.into_inner().name)
}

/// Proposes so many students of Teesside's at once to the process that is killed so much later; says also when the last of
/// them had an answer, or lost it.
async fn cut_off(market: &Market, round: usize, offer: &str, pause: Duration) -> (Vec<Asked>, Duration) {
    let teesside = market.who(market.victim(), "teesside", Role::PlacementCoordinator);
    let mut asks = Vec::new();
    for n in 0..ASKS {
        let id = format!("r{round}-{n}");
        let need = teesside.need(&id, teesside.looking(&id)).await.expect("a need").name;
        asks.push(wire::ProposePlacementRequest {
            placement_need: need,
            placement_offer: offer.into(),
            request_id: request_id(),
            ..Default::default()
        });
    }
    let began = Instant::now();
    let asking = async {
        let answers = join_all(asks.iter().map(|ask| propose(&teesside, ask))).await;
        (answers, began.elapsed())
    };
    let killing = async {
        tokio::time::sleep(pause).await;
        market.kill().await;
    };
    let ((answers, took), ()) = join(asking, killing).await;
    let asked = asks.into_iter().zip(answers).map(|(ask, answer)| Asked { ask, acknowledged: known(answer) });
    (asked.collect(), took)
}

/// The name, where there is one; a refusal is that no place is left.
fn known(answer: Result<String, Status>) -> Option<String> {
    match answer {
        Ok(name) => Some(name),
        Err(status) => {
            let reason = refusals::reason(&status);
            assert!(matches!(reason.as_deref(), None | Some("NO_FREE_PLACE")), "{status:?}");
            None
        }
    }
}

/// Each that was acknowledged is there, and no student is on two.
async fn all_are_there(market: &Market, asked: &[Asked], when: &str) {
    for one in asked {
        let need = one.ask.placement_need.replace("partners/", "").replace("placementNeeds/", "");
        let made = market.books.texts(&format!("SELECT id FROM placements WHERE need = '{need}'")).await;
        assert!(made.len() < 2, "{when}: {need} has {made:?}");
        if let Some(name) = &one.acknowledged {
            let there = made.first().map(|id| format!("placements/{id}"));
            assert_eq!(there.as_ref(), Some(name), "{when}: {need} was acknowledged");
        }
    }
    market.nothing_is_wrong(when).await;
}

/// Whoever asks again under the same request ids hears what they were told before, of whoever is left.
async fn asked_again(market: &Market, asked: &mut [Asked], when: &str) {
    let teesside = market.who(market.survivor(), "teesside", Role::PlacementCoordinator);
    for one in asked {
        let again = known(propose(&teesside, &one.ask).await);
        if one.acknowledged.is_some() {
            assert_eq!(again, one.acknowledged, "{when}");
        }
        one.acknowledged = again;
    }
}

/// Answers what is held, so that the next round finds all places free.
async fn declined(market: &Market, asked: &[Asked]) {
    let durham = market.who(market.survivor(), "durham", Role::PlacementCoordinator);
    for name in asked.iter().filter_map(|one| one.acknowledged.as_ref()) {
        // Some have run out.
        if let Err(status) = durham.decline(name).await {
            assert!(matches!(
                practicum_tests::reason(&status).as_str(),
                "TRANSITION_NOT_ALLOWED" | "HOLD_EXPIRED"
            ));
        }
    }
}

async fn killed(market: Market) {
    let durham = market.who(market.victim(), "durham", Role::PlacementCoordinator);
    let offer = durham.offer("north", offer(PLACES)).await.expect("an offer").name;
    let (mut dice, mut acknowledged, mut cut, mut longest) = (Dice::new(), 0, 0, Duration::ZERO);
    let mut usual = Duration::from_secs(3);
    for round in 0..KILLS {
        // The first is killed when all have their answers; the others from at once to a little after that.
        let pause = if round == 0 { usual } else { usual.mul_f64(dice.below(1_200) as f64 / 1_000.0) };
        let when = format!("round {round}, killed after {pause:?}");
        let (mut asked, took) = cut_off(&market, round, &offer, pause).await;
        usual = if round == 0 { took } else { usual };
        let told = asked.iter().filter(|one| one.acknowledged.is_some()).count();
        (acknowledged, cut) =
            (acknowledged + told, cut + usize::from(told < usize::try_from(PLACES).unwrap()));
        all_are_there(&market, &asked, &when).await;
        if round % 2 == 0 {
            market.books.run("UPDATE placements SET hold_us = 1 WHERE state = 'proposed'").await;
            // Whoever stands up looks at once.
            market.restart().await;
            longest = longest.max(market.freed(&when).await);
        } else {
            market.restart().await;
            asked_again(&market, &mut asked, &when).await;
            let held = asked.iter().filter(|one| one.acknowledged.is_some()).count();
            assert_eq!(held, usize::try_from(PLACES).unwrap(), "{when}: all places are held by then");
            all_are_there(&market, &asked, &when).await;
        }
        declined(&market, &asked).await;
        assert_eq!(market.books.number("SELECT SUM(places_held) FROM placement_offers").await, 0, "{when}");
    }
    eprintln!(
        "{KILLS} kills, {acknowledged} acknowledged before, {cut} rounds cut; freed after {longest:?} at most"
    );
    assert!(acknowledged > 0 && cut > 0, "the moments were missed");
}

/// Twenty-five times.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_process_acknowledged_is_there_and_what_it_held_is_freed_on_postgres() {
    let _alone = crate::alone().await;
    killed(Market::postgres().await).await;
}

/// Twenty-five times.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_process_acknowledged_is_there_and_what_it_held_is_freed_on_sqlite() {
    let _alone = crate::alone().await;
    killed(Market::sqlite().await).await;
}

/// All places are held by a process that is killed; what is held runs out when no process has just been started.
async fn held_by_the_dead(market: Market, stays_dead: bool) -> Duration {
    let durham = market.who(market.victim(), "durham", Role::PlacementCoordinator);
    let offer = durham.offer("north", offer(PLACES)).await.expect("an offer").name;
    let (asked, _) = cut_off(&market, 0, &offer, Duration::from_secs(3)).await;
    let held = asked.iter().filter(|one| one.acknowledged.is_some()).count();
    assert_eq!(held, usize::try_from(PLACES).unwrap());
    if !stays_dead {
        market.restart().await;
    }
    // Whoever looks when it stands up has looked.
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(market.books.number("SELECT SUM(places_held) FROM placement_offers").await, i64::from(PLACES));
    market.books.run("UPDATE placements SET hold_us = 1 WHERE state = 'proposed'").await;
    let took = market.freed("held by the dead").await;
    all_are_there(&market, &asked, "held by the dead").await;
    took
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_of_a_killed_process_is_freed_within_a_minute_and_nobody_calls() {
    let _alone = crate::alone().await;
    let another = held_by_the_dead(Market::postgres().await, true);
    let itself = held_by_the_dead(Market::sqlite().await, false);
    let (another, itself) = join(another, itself).await;
    eprintln!("freed by another process after {another:?}, by the same, started again, after {itself:?}");
}
