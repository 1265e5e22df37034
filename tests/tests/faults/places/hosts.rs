//! A host that answers proposals, takes back what it accepted, changes how many places it has, and withdraws offers.

use super::party::Party;
use crate::dice::Dice;
use contracts::placements::v1::{
    self as wire,
    placement::State::{Accepted, Proposed},
};
use practicum_tests::{Coordinator, coordinators::offer};
use tokio_util::sync::CancellationToken;

/// Practice educators of a host, and learners that each may have: fewer than its places.
const EDUCATORS: usize = 2;
const LEARNERS: i32 = 3;
/// Offers that a host makes for each phase.
const OFFERS: usize = 2;

pub struct Host {
    pub party: Party,
    dice: Dice,
    educators: Vec<String>,
    offers: Vec<String>,
}

impl Host {
    pub async fn with_educators(party: Party, door: &Coordinator) -> Self {
        let mut educators = Vec::new();
        for n in 0..EDUCATORS {
            let made = door.educator_of(&format!("educator-{n}"), LEARNERS).await;
            educators.push(made.expect("they are added").name);
        }
        Self { party, dice: Dice::new(), educators, offers: Vec::new() }
    }

    /// Publishes the offers of a phase, of one to three places each.
    pub async fn opens(&mut self, door: &Coordinator, phase: usize) -> Vec<String> {
        self.offers.clear();
        for n in 0..OFFERS {
            let places = 1 + i32::try_from(self.dice.below(3)).expect("a small number");
            let made = door.offer(&format!("phase-{phase}-{n}"), offer(places)).await;
            self.offers.push(made.expect("an offer").name);
        }
        self.offers.clone()
    }

    /// Answers until everybody has raced. One that leaves takes all its offers back at some moment.
    pub async fn answers(&mut self, leaves: bool, raced: &CancellationToken) {
        let mut leaving = leaves.then(|| self.dice.below(6));
        while !raced.is_cancelled() {
            let led = self.proposals().await;
            for placement in led.iter().take(6) {
                self.answer(placement).await;
            }
            match leaving {
                Some(0) => {
                    for offer in self.offers.clone() {
                        self.party.end_offer(&mut self.dice, &offer).await;
                    }
                    leaving = None;
                }
                Some(more) => leaving = Some(more - 1),
                None => self.changes_an_offer().await,
            }
            tokio::time::sleep(self.dice.millis(1, 40)).await;
        }
    }

    /// Those that are live, in an order of chance; none where they cannot be read just now.
    async fn proposals(&mut self) -> Vec<wire::Placement> {
        let ask = wire::ListPlacementsRequest {
            host: format!("partners/{}", self.party.partner),
            states: vec![Proposed.into(), Accepted.into()],
            page_size: 100,
            ..Default::default()
        };
        let call = |mut door: Coordinator, ask| async move { door.placements.list_placements(ask).await };
        let (listed, _) = self.party.insist(&mut self.dice, ask, call).await;
        let mut found = listed.map(|page: wire::ListPlacementsResponse| page.placements).unwrap_or_default();
        found.sort_by_cached_key(|_| self.dice.draw());
        found
    }

    async fn answer(&mut self, placement: &wire::Placement) {
        let (name, chance) = (placement.name.as_str(), self.dice.below(100));
        match (placement.state(), chance) {
            (Proposed, 0..45) => {
                let educator = usize::try_from(self.dice.below(EDUCATORS as u64)).expect("a small number");
                let educator = self.educators[educator].clone();
                self.party.accept(&mut self.dice, name, &educator).await;
            }
            (Proposed, 45..65) => self.party.decline(&mut self.dice, name).await,
            (Proposed, 65..75) | (Accepted, 0..30) => self.party.withdraw(&mut self.dice, name).await,
            _ => {}
        }
    }

    async fn changes_an_offer(&mut self) {
        let at = usize::try_from(self.dice.below(OFFERS as u64)).expect("a small number");
        let offer = self.offers[at].clone();
        match self.dice.below(100) {
            0..25 => {
                let places = 1 + i32::try_from(self.dice.below(4)).expect("a small number");
                self.party.resize(&mut self.dice, &offer, places).await;
            }
            25..29 => self.party.end_offer(&mut self.dice, &offer).await,
            _ => {}
        }
    }
}
