//! A place is held for a student.

use super::{By, Placement, PlacementEvent, PlacementState};
use crate::domain::{
    Day, Need, Offer, PlacementName, Refusal,
    match_run::Teachers,
    rules::{Pair, PastPlacement, RuleBook, Standing, Teaching, Waiver, WaiverError},
};
use chrono::TimeDelta;
use vocabulary::{PartnerKind, Revision};

/// What is known beside the need and the offer.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub rules: &'a RuleBook,
    pub host_kind: PartnerKind,
    /// The student's placements made here, in any state.
    pub history: &'a [PastPlacement],
    /// The host's.
    pub teachers: &'a Teachers<'a>,
}

impl From<WaiverError> for Refusal {
    fn from(error: WaiverError) -> Self {
        let rule = match error {
            WaiverError::Unknown(rule) => rule,
            WaiverError::NotWaivable(rule) => rule.to_string(),
        };
        Self::RuleNotWaivable { rule }
    }
}

impl Placement {
    /// Proposes a student for a place: the place is held, and the need matched.
    ///
    /// # Errors
    /// A rule that nobody may set aside would be; need or offer is not open, or no place is free; the student has a live
    /// placement for the stage, or one at that time; a hard rule is broken.
    pub fn propose(
        name: PlacementName,
        (need, offer): (&mut Need, &mut Offer),
        waivers: Vec<Waiver>,
        asked: Asked,
        by: &By,
    ) -> Result<(Self, PlacementEvent), Refusal> {
        let candidates = asked.teachers.named_by(offer);
        let pair = pair(need, offer, asked, by);
        let rules = asked.rules.of(&pair);
        let facts = rules.facts(&pair);
        rules.waivable(&waivers)?;
        need.check_open()?;
        offer.clone().hold(by.at)?;
        free_at_that_time(&pair, (facts.start, facts.end))?;
        let teaching = asked.teachers.teaching(&offer.name.partner, &candidates, facts.end);
        asked.rules.check(&Pair { teaching, ..pair }, &waivers)?.pass()?;
        let hold = TimeDelta::days(rules.numbers.house.hold_days.into());
        offer.hold(by.at)?;
        need.match_with(name.clone(), by.at);
        let placement = Self {
            name,
            revision: Revision::default(),
            need: need.name.clone(),
            offer: offer.name.clone(),
            student: need.student.clone(),
            stage: need.stage,
            setting: offer.terms.setting,
            statutory: offer.terms.statutory,
            practice_educator: None,
            ratifier: None,
            onsite_supervisor: None,
            state: PlacementState::Proposed,
            start_date: facts.start,
            weekdays: need.terms.weekdays,
            days_required: facts.days_required,
            days_attended: 0,
            skills_days: 0,
            projected_end: facts.end,
            enrolment_check: None,
            confirming: None,
            held_until: by.at.checked_add_signed(hold),
            suspensions: vec![],
            reviews: vec![],
            concerns: vec![],
            waivers,
            rules: vec![],
            recommendation: None,
            days_credited: None,
            reason: String::new(),
            created: by.at,
            updated: by.at,
        };
        let (actor, to) = (by.actor.clone(), PlacementState::Proposed);
        let event = PlacementEvent { from: None, to, actor, reason: String::new(), at: by.at };
        Ok((placement, event))
    }
}

/// Who teaches is said later: when it would end depends on the pair alone.
fn pair<'a>(need: &'a Need, offer: &'a Offer, asked: Asked<'a>, by: &By) -> Pair<'a> {
    Pair {
        need,
        offer,
        host_kind: asked.host_kind,
        employer: None,
        teaching: Teaching::Open { candidates: &[], host_has_stage_2: false },
        history: asked.history,
        made: None,
        now: by.at,
    }
}

/// # Errors
/// The student has a live placement for the stage, or one that shares a day with the dates.
fn free_at_that_time(pair: &Pair, dates: (Day, Day)) -> Result<(), Refusal> {
    let mut live = pair.history.iter().filter(|past| past.standing == Standing::Live);
    if let Some(same) = live.find(|past| past.stage == pair.need.stage) {
        return Err(Refusal::StudentAlreadyPlaced { placement: same.name.clone() });
    }
    overlaps(pair.history.iter(), dates)
}

/// # Errors
/// One of them is live and shares a day with the dates, of which both count.
pub(super) fn overlaps<'a>(
    mut others: impl Iterator<Item = &'a PastPlacement>,
    (start, end): (Day, Day),
) -> Result<(), Refusal> {
    let shares =
        |past: &&PastPlacement| past.standing == Standing::Live && past.start <= end && start <= past.end;
    match others.find(shares) {
        Some(other) => {
            let placement = other.name.clone();
            Err(Refusal::PlacementsOverlap { placement, from: other.start, to: other.end })
        }
        None => Ok(()),
    }
}
