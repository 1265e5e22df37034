//! A university that races for places: it proposes its students, sometimes for two offers at once, looks, and takes them
//! back.

use super::party::Party;
use crate::dice::Dice;
use contracts::placements::v1::{self as wire, placement::State};
use practicum_tests::Coordinator;

/// Students of each.
const STUDENTS: usize = 2;

pub struct University {
    pub party: Party,
    dice: Dice,
    /// Each student's need, and the placement that the university believes to be live.
    students: Vec<(String, Option<String>)>,
}

impl University {
    /// Says who needs a place.
    pub async fn with_students(party: Party, door: &Coordinator) -> Self {
        let mut students = Vec::new();
        for n in 0..STUDENTS {
            let id = format!("student-{n}");
            let need = door.need(&id, door.looking(&id)).await.expect("a need");
            students.push((need.name, None));
        }
        Self { party, dice: Dice::new(), students }
    }

    /// Does so many things, one after the other.
    pub async fn race(&mut self, offers: &[String], steps: usize) {
        for _ in 0..steps {
            let which = usize::try_from(self.dice.below(STUDENTS as u64)).expect("a small number");
            let (need, live) = self.students[which].clone();
            self.students[which].1 = match live {
                None => self.propose(&need, offers).await,
                Some(placement) if self.dice.percent(45) => {
                    self.party.withdraw(&mut self.dice, &placement).await;
                    None
                }
                Some(placement) => self.look(placement).await,
            };
        }
    }

    async fn propose(&mut self, need: &str, offers: &[String]) -> Option<String> {
        // All want the first ones most.
        let (few, one) = (self.dice.percent(60), self.dice.percent(80));
        let among = if few { offers.len().div_ceil(3) } else { offers.len() };
        let mut chosen = Vec::new();
        for _ in 0..if one { 1 } else { 2 } {
            let at = usize::try_from(self.dice.below(among as u64)).expect("a small number");
            chosen.push(offers[at].clone());
        }
        self.party.propose(&mut self.dice, need, &chosen).await
    }

    /// The placement, where it is live still.
    async fn look(&mut self, placement: String) -> Option<String> {
        let ask = wire::GetPlacementRequest { name: placement.clone() };
        let call = |mut door: Coordinator, ask| async move { door.placements.get_placement(ask).await };
        let (seen, _) = self.party.insist(&mut self.dice, ask, call).await;
        let state = seen.expect("a university sees its own").state();
        (!matches!(state, State::Declined | State::Expired | State::Withdrawn)).then_some(placement)
    }
}
