//! Who can teach at an offer, and whether the host has anybody to ratify.

use crate::domain::{Day, Educator, EducatorName, Offer, Qualification, Stage, rules::Teaching};
use std::collections::HashMap;
use vocabulary::PartnerId;

/// The practice educators of some hosts.
pub struct Teachers<'a> {
    by_name: HashMap<&'a EducatorName, &'a Educator>,
    /// The last day on which somebody of a host's has stage 2; no entry where nobody has.
    stage_2_until: HashMap<&'a PartnerId, Option<Day>>,
}

impl<'a> Teachers<'a> {
    pub fn of(educators: &'a [Educator]) -> Self {
        let mut stage_2_until: HashMap<&PartnerId, Option<Day>> = HashMap::new();
        for educator in educators.iter().filter(|one| one.qualification == Qualification::Stage2) {
            let until = educator.current_until;
            let last = stage_2_until.entry(&educator.name.partner).or_insert(until);
            // Without a day it never runs out.
            *last = last.zip(until).map(|(one, other)| one.max(other));
        }
        Self { by_name: educators.iter().map(|one| (&one.name, one)).collect(), stage_2_until }
    }

    pub fn get(&self, name: &EducatorName) -> Option<&'a Educator> {
        self.by_name.get(name).copied()
    }

    /// Those whom an offer names, in order of their names.
    pub fn named_by(&self, offer: &Offer) -> Vec<&'a Educator> {
        let mut named: Vec<_> =
            offer.terms.practice_educators.iter().filter_map(|name| self.get(name)).collect();
        named.sort_by(|one, other| one.name.cmp(&other.name));
        named.dedup_by(|one, other| one.name == other.name);
        named
    }

    /// Whether anybody of the host's has stage 2 on a day, and could teach or ratify.
    pub fn has_stage_2(&self, host: &PartnerId, day: Day) -> bool {
        self.stage_2_until.get(host).is_some_and(|until| until.is_none_or(|until| day <= until))
    }

    /// How an offer's teaching stands for a placement that would end on a day.
    pub fn teaching<'t>(&self, host: &PartnerId, candidates: &'t [&'a Educator], end: Day) -> Teaching<'t> {
        Teaching::Open { candidates, host_has_stage_2: self.has_stage_2(host, end) }
    }

    /// Whether somebody stands for an offer in a match: they have room for a learner, their qualification lasts to the
    /// latest day on which anybody there could end, and they may take the stage: a final placement with stage 2, or
    /// with less where somebody of the host's could ratify to that day; a first one with stage 1, or in training where
    /// somebody could.
    pub fn stands(&self, educator: &Educator, stage: Stage, latest_end: Day) -> bool {
        let alone = match stage {
            Stage::First => educator.qualification > Qualification::InTraining,
            Stage::Final => educator.qualification == Qualification::Stage2,
        };
        educator.free() > 0
            && educator.current_on(latest_end)
            && (alone || self.has_stage_2(&educator.name.partner, latest_end))
    }
}
