//! What answers a proposal, and what takes it back: the host accepts or declines, time runs out, a party withdraws.

use super::{By, EnrolmentCheck, Placement, PlacementEvent, PlacementState, Step};
use crate::domain::{Educator, Need, Offer, Qualification, Refusal, Stage};
use vocabulary::PersonName;

/// Whom a host names on acceptance.
#[derive(Debug)]
pub struct Teachers<'a> {
    pub educator: &'a mut Educator,
    pub ratifier: Option<&'a Educator>,
    pub onsite_supervisor: Option<PersonName>,
}

impl Teachers<'_> {
    /// Whether they may take a placement to its end. A waiver of P4 stands for a ratifier who is not there.
    fn suit(&self, placement: &Placement) -> Result<(), Refusal> {
        let end = placement.projected_end;
        let current = |educator: &Educator| match educator.current_until {
            Some(until) if !educator.current_on(end) => Err(Refusal::EducatorNotCurrent { until, end }),
            _ => Ok(()),
        };
        current(self.educator)?;
        let alone = placement.stage == Stage::First || self.educator.qualification == Qualification::Stage2;
        match self.ratifier {
            Some(ratifier) if !ratifies(ratifier, self.educator) => Err(Refusal::RatifierNeeded),
            Some(ratifier) => current(ratifier),
            None if alone || placement.waives("P4") => Ok(()),
            None => Err(Refusal::RatifierNeeded),
        }
    }
}

/// Somebody else, of stage 2.
fn ratifies(ratifier: &Educator, educator: &Educator) -> bool {
    ratifier.qualification == Qualification::Stage2
        && ratifier.name != educator.name
        && ratifier.person.person != educator.person.person
}

impl Placement {
    /// The host agrees and names who teaches: the held place is taken, and the educator has a learner more.
    ///
    /// # Errors
    /// The hold has run out; it is not proposed; the educator has no room, or is not qualified to the end; a ratifier is
    /// needed and missing.
    pub fn accept(
        &mut self,
        offer: &mut Offer,
        teachers: Teachers,
        by: &By,
    ) -> Result<PlacementEvent, Refusal> {
        let event = self.enter(Step::Accept, "", by)?;
        teachers.suit(self)?;
        teachers.educator.take_on(by.at)?;
        offer.take_held(by.at);
        self.held_until = None;
        self.practice_educator = Some(teachers.educator.name.clone());
        self.ratifier = teachers.ratifier.map(|ratifier| ratifier.name.clone());
        self.onsite_supervisor = teachers.onsite_supervisor;
        Ok(event)
    }

    /// The host refuses: the place is free, and the need open again.
    ///
    /// # Errors
    /// The hold has run out; it is not proposed.
    pub fn decline(
        &mut self,
        (need, offer): (&mut Need, &mut Offer),
        reason: String,
        by: &By,
    ) -> Result<PlacementEvent, Refusal> {
        let event = self.enter(Step::Decline, &reason, by)?;
        self.reason = reason;
        self.let_go((need, offer), by);
        Ok(event)
    }

    /// Nobody answered in time: the place is free, and the need open again. Nothing where that is not so, or has been
    /// written down.
    pub fn expire(&mut self, (need, offer): (&mut Need, &mut Offer), by: &By) -> Option<PlacementEvent> {
        let due = self.state == PlacementState::Proposed && self.state_at(by.at) == PlacementState::Expired;
        if !due {
            return None;
        }
        let from = self.state;
        (self.state, self.updated) = (PlacementState::Expired, by.at);
        self.let_go((need, offer), by);
        let (actor, reason) = (by.actor.clone(), "nobody answered in time".to_owned());
        Some(PlacementEvent { from: Some(from), to: self.state, actor, reason, at: by.at })
    }

    /// A party takes it back before it starts: place and educator are free, and the need is open again.
    ///
    /// # Errors
    /// It has started or ended.
    pub fn withdraw(
        &mut self,
        (need, offer): (&mut Need, &mut Offer),
        educator: Option<&mut Educator>,
        reason: String,
        by: &By,
    ) -> Result<PlacementEvent, Refusal> {
        let held = self.state == PlacementState::Proposed;
        let event = self.enter(Step::Withdraw, &reason, by)?;
        self.reason = reason;
        if held {
            self.let_go((need, offer), by);
        } else {
            offer.free_taken(by.at);
            need.reopen(&self.name, by.at);
            educator.into_iter().for_each(|educator| educator.let_go(by.at));
        }
        // Nobody asks any more.
        self.enrolment_check = self.enrolment_check.filter(|check| *check != EnrolmentCheck::Pending);
        self.confirming = None;
        Ok(event)
    }

    /// Gives up what was held for it.
    fn let_go(&mut self, (need, offer): (&mut Need, &mut Offer), by: &By) {
        self.held_until = None;
        offer.free_held(by.at);
        need.reopen(&self.name, by.at);
    }

    pub(super) fn waives(&self, rule: &str) -> bool {
        self.waivers.iter().any(|waiver| waiver.rule == rule)
    }
}
