//! Somebody who calls, tries again until they know what became of it, and keeps what they were told.

use crate::dice::Dice;
use contracts::placements::v1 as wire;
use practicum_tests::{Coordinator, request_id};
use std::time::{Duration, Instant};
use tonic::{Code, Request, Response, Status};

/// How long somebody tries to learn what became of a request. Far longer than any fault lasts.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    Propose { need: String, offer: String },
    Accept { placement: String },
    Decline { placement: String },
    Withdraw { placement: String },
    EndOffer { offer: String },
    Resize { offer: String },
}

/// What somebody knows of what they asked for: the name of what it led to, the stable reason why not, or nothing, where it
/// may have happened once or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    Done(String),
    Refused(String),
    Unknown,
}

/// What was asked for in whose name, and what they heard.
#[derive(Clone, Debug)]
pub struct Told {
    pub partner: String,
    pub ask: Ask,
    pub heard: Heard,
}

pub struct Party {
    pub partner: String,
    doors: Vec<Coordinator>,
    pub told: Vec<Told>,
    pub tries: u64,
}

/// Whether an answer settles the matter. A status without a reason is the transport's.
fn is_final(status: &Status) -> bool {
    let unsettled = [Code::Unavailable, Code::DeadlineExceeded, Code::Cancelled, Code::Aborted];
    refusals::reason(status).is_some() && !unsettled.contains(&status.code())
}

impl Party {
    pub fn new(partner: &str, doors: Vec<Coordinator>) -> Self {
        Self { partner: partner.into(), doors, told: Vec::new(), tries: 0 }
    }

    /// The same with tokens that are good now.
    pub fn comes_again(&mut self, doors: Vec<Coordinator>) {
        self.doors = doors;
    }

    /// Tries at one replica after the other until the answer is known.
    pub async fn insist<A, R, F, T>(
        &self,
        dice: &mut Dice,
        ask: A,
        call: F,
    ) -> (Result<R, Option<String>>, u64)
    where
        A: Clone,
        F: Fn(Coordinator, Request<A>) -> T,
        T: Future<Output = Result<Response<R>, Status>>,
    {
        let end = Instant::now() + PATIENCE;
        let (mut at, mut tries) = (usize::from(dice.percent(50)), 0);
        while Instant::now() < end {
            let mut request = Request::new(ask.clone());
            request.set_timeout(Duration::from_secs(10));
            // One in twelve hangs up in the middle of the first try.
            let hangs_up = tries == 0 && dice.below(12) == 0;
            let patience = if hangs_up { dice.millis(0, 40) } else { Duration::from_secs(12) };
            (tries, at) = (tries + 1, at + 1);
            let door = self.doors[at % self.doors.len()].clone();
            match tokio::time::timeout(patience, call(door, request)).await {
                Ok(Ok(answer)) => return (Ok(answer.into_inner()), tries),
                Ok(Err(status)) if is_final(&status) => {
                    return (Err(Some(practicum_tests::reason(&status))), tries);
                }
                _ => {}
            }
            tokio::time::sleep(dice.millis(2, 30)).await;
        }
        (Err(None), tries)
    }

    fn note(&mut self, ask: Ask, (answer, tries): (Result<String, Option<String>>, u64)) -> Option<String> {
        let heard = match answer {
            Ok(name) => Heard::Done(name),
            Err(Some(reason)) => Heard::Refused(reason),
            Err(None) => Heard::Unknown,
        };
        self.tries += tries;
        let done = if let Heard::Done(name) = &heard { Some(name.clone()) } else { None };
        self.told.push(Told { partner: self.partner.clone(), ask, heard });
        done
    }

    /// Proposes one student for each of these offers, for all of them at once; answers what came of it.
    pub async fn propose(&mut self, dice: &mut Dice, need: &str, offers: &[String]) -> Option<String> {
        let asking = offers.iter().map(|offer| {
            let (me, mut dice) = (&*self, Dice::of(dice));
            let ask = wire::ProposePlacementRequest {
                placement_need: need.into(),
                placement_offer: offer.clone(),
                request_id: request_id(),
                ..Default::default()
            };
            async move {
                let call =
                    |mut door: Coordinator, ask| async move { door.placements.propose_placement(ask).await };
                me.insist(&mut dice, ask, call).await
            }
        });
        let heard = futures_util::future::join_all(asking).await;
        let mut held = None;
        for (offer, (answer, tries)) in offers.iter().zip(heard) {
            let ask = Ask::Propose { need: need.into(), offer: offer.clone() };
            let made = self.note(ask, (answer.map(|placement: wire::Placement| placement.name), tries));
            held = made.or(held);
        }
        held
    }

    pub async fn withdraw(&mut self, dice: &mut Dice, placement: &str) {
        let ask = wire::WithdrawPlacementRequest {
            name: placement.into(),
            reason: "another place".into(),
            request_id: request_id(),
            ..Default::default()
        };
        let call = |mut door: Coordinator, ask| async move { door.placements.withdraw_placement(ask).await };
        let (answer, tries) = self.insist(dice, ask, call).await;
        self.note(Ask::Withdraw { placement: placement.into() }, (answer.map(|led| led.name), tries));
    }

    pub async fn accept(&mut self, dice: &mut Dice, placement: &str, educator: &str) {
        let ask = wire::AcceptPlacementRequest {
            name: placement.into(),
            practice_educator: educator.into(),
            request_id: request_id(),
            ..Default::default()
        };
        let call = |mut door: Coordinator, ask| async move { door.placements.accept_placement(ask).await };
        let (answer, tries) = self.insist(dice, ask, call).await;
        self.note(Ask::Accept { placement: placement.into() }, (answer.map(|led| led.name), tries));
    }

    pub async fn decline(&mut self, dice: &mut Dice, placement: &str) {
        let ask = wire::DeclinePlacementRequest {
            name: placement.into(),
            reason: "short of people".into(),
            request_id: request_id(),
            ..Default::default()
        };
        let call = |mut door: Coordinator, ask| async move { door.placements.decline_placement(ask).await };
        let (answer, tries) = self.insist(dice, ask, call).await;
        self.note(Ask::Decline { placement: placement.into() }, (answer.map(|led| led.name), tries));
    }

    /// The host takes an offer back.
    pub async fn end_offer(&mut self, dice: &mut Dice, offer: &str) {
        let ask = wire::WithdrawPlacementOfferRequest {
            name: offer.into(),
            reason: "the team moves".into(),
            request_id: request_id(),
            ..Default::default()
        };
        let call =
            |mut door: Coordinator, ask| async move { door.hosting.withdraw_placement_offer(ask).await };
        let (answer, tries) = self.insist(dice, ask, call).await;
        self.note(Ask::EndOffer { offer: offer.into() }, (answer.map(fits), tries));
    }

    /// The host has so many places now.
    pub async fn resize(&mut self, dice: &mut Dice, offer: &str, places: i32) {
        let placement_offer = wire::PlacementOffer { name: offer.into(), places, ..Default::default() };
        let ask = wire::UpdatePlacementOfferRequest {
            placement_offer: Some(placement_offer),
            update_mask: practicum_tests::officials::mask(&["places"]),
            request_id: request_id(),
        };
        let call = |mut door: Coordinator, ask| async move { door.hosting.update_placement_offer(ask).await };
        let (answer, tries) = self.insist(dice, ask, call).await;
        self.note(Ask::Resize { offer: offer.into() }, (answer.map(fits), tries));
    }
}

/// An offer as somebody is told of it never has more in use than it has.
fn fits(offer: wire::PlacementOffer) -> String {
    assert!(offer.places_held + offer.places_taken <= offer.places, "{offer:?}");
    offer.name
}
