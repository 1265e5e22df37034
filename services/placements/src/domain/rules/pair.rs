//! One student and one place, with all that the rules look at.

use super::{RuleBook, Rules};
use crate::domain::{Day, Educator, Need, Offer, PlacementName, Setting, Stage, ledger::projected_end};
use vocabulary::{Instant, PartnerId, PartnerKind};

/// What a check is asked about. Nothing else enters a verdict or a cost.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    pub need: &'a Need,
    pub offer: &'a Offer,
    pub host_kind: PartnerKind,
    /// Who employs the student, where that is known.
    pub employer: Option<&'a PartnerId>,
    pub teaching: Teaching<'a>,
    /// The student's placements made here, in any state; the one that is checked may be among them.
    pub history: &'a [PastPlacement],
    /// The placement that is checked, once it has been made: it has its own place, and answers its own need.
    pub made: Option<Made<'a>>,
    pub now: Instant,
}

/// A placement that is there already.
#[derive(Clone, Copy, Debug)]
pub struct Made<'a> {
    pub name: &'a PlacementName,
    pub start: Day,
    pub days_required: u32,
}

/// Who would teach, or does.
#[derive(Clone, Copy, Debug)]
pub enum Teaching<'a> {
    /// Nobody is named yet.
    Open {
        /// The offer's, as far as known.
        candidates: &'a [&'a Educator],
        /// Whether any practice educator of the host has stage 2, and could teach or ratify.
        host_has_stage_2: bool,
    },
    Named {
        educator: &'a Educator,
        ratifier: Option<&'a Educator>,
        /// Whether this placement is among the educator's learners.
        counted: bool,
    },
}

/// A placement of the student that was made here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastPlacement {
    pub name: PlacementName,
    pub stage: Stage,
    pub setting: Setting,
    pub statutory: bool,
    pub host: PartnerId,
    pub start: Day,
    /// Projected, or as it was.
    pub end: Day,
    pub standing: Standing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Proposed to recommended.
    Live,
    Passed,
    /// Declined, expired, withdrawn, failed or terminated: it counts for nothing.
    Void,
}

/// What is worked out of a pair, once for all rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    pub start: Day,
    pub days_required: u32,
    /// Where the pattern leads without absences.
    pub end: Day,
    /// One way.
    pub travel_minutes: u32,
}

impl Pair<'_> {
    /// As it was made; otherwise the first day on which the student is free and the offer's window open.
    pub fn start(&self) -> Day {
        let (free, opens) = (self.need.terms.start_date, self.offer.terms.earliest_start_date);
        self.made.map_or(opens.map_or(free, |opens| opens.max(free)), |made| made.start)
    }

    /// The student's other placements made here that count for something.
    pub(super) fn others(&self) -> impl Iterator<Item = &PastPlacement> + Clone {
        let own = self.made.map(|made| made.name);
        self.history.iter().filter(move |past| Some(&past.name) != own && past.standing != Standing::Void)
    }
}

impl Rules {
    /// Works out what the rules look at. `start` and `end` depend on the need, the day the window opens and the stage
    /// alone: whoever asks for many pairs may keep them, and fill in the journey.
    pub fn facts(&self, pair: &Pair) -> Facts {
        let (start, terms) = (pair.start(), &pair.need.terms);
        let days_required =
            pair.made.map_or(self.numbers.days.required(pair.need.stage), |made| made.days_required);
        let end = projected_end(start, terms.weekdays, days_required, &[], &[], &self.calendar);
        Facts { start, days_required, end, travel_minutes: self.travel_minutes(pair.need, pair.offer) }
    }

    /// One way, as the student travels.
    pub fn travel_minutes(&self, need: &Need, offer: &Offer) -> u32 {
        let (home, team) = (need.terms.home.expose().point, offer.terms.location.point);
        self.numbers.travel.minutes(home, team, need.terms.drives)
    }

    /// The longest journey that a student may have: the need's, but never more than the rule book's.
    pub fn travel_limit(&self, need: &Need) -> u32 {
        let limit = self.numbers.travel.limit_minutes;
        need.terms.max_travel_minutes.map_or(limit, |own| own.min(limit))
    }
}

impl RuleBook {
    /// The rules that a pair goes by: those in force on the day it would start.
    pub fn of(&self, pair: &Pair) -> &Rules {
        self.on(pair.start())
    }
}
