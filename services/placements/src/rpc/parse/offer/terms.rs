//! What a host says of its places.

use crate::{
    domain::{EducatorName, OfferTerms, Place, Setting, Stage},
    rpc::parse::{Faults, required, words},
};
use contracts::placements::v1 as wire;
use std::{fmt::Display, str::FromStr};

/// All of it, as a new offer needs it.
pub(super) fn terms(faults: &mut Faults, given: wire::PlacementOffer) -> Option<OfferTerms<Place>> {
    let academic_year = must(faults, "academic_year", &given.academic_year);
    let team = team(faults, given.team);
    let setting = setting(faults, given.setting);
    let stages = stages(faults, &given.stages);
    let places = places(faults, given.places);
    let earliest_start_date =
        faults.parse_some("placement_offer.earliest_start_date", &given.earliest_start_date);
    let latest_end_date = faults.parse_some("placement_offer.latest_end_date", &given.latest_end_date);
    let weekdays = words::weekdays(faults, "placement_offer.weekdays", &given.weekdays);
    let location = words::place(faults, "placement_offer.location", given.location);
    let practice_educators = practice_educators(faults, &given.practice_educators);
    let needed = academic_year.zip(setting).zip(location);
    needed.map(|((academic_year, setting), location)| OfferTerms {
        academic_year,
        team,
        setting,
        statutory: given.statutory,
        stages,
        places,
        earliest_start_date,
        latest_end_date,
        weekdays,
        location,
        driver_required: given.driver_required,
        practice_educators,
    })
}

/// What an offer cannot be without.
pub(super) fn must<T: FromStr<Err: Display>>(faults: &mut Faults, field: &str, text: &str) -> Option<T> {
    let path = format!("placement_offer.{field}");
    if text.is_empty() {
        faults.add(path, "is required");
        return None;
    }
    faults.parse(&path, text)
}

pub(super) fn team(faults: &mut Faults, given: String) -> String {
    required(faults, "placement_offer.team", given)
}

pub(super) fn setting(faults: &mut Faults, given: i32) -> Option<Setting> {
    if given == 0 {
        faults.add("placement_offer.setting", "is required");
        return None;
    }
    words::setting(faults, "placement_offer.setting", given)
}

/// In order, at least one.
pub(super) fn stages(faults: &mut Faults, given: &[i32]) -> Vec<Stage> {
    if given.is_empty() {
        faults.add("placement_offer.stages", "is required");
    }
    let mut stages = Vec::with_capacity(given.len());
    for (i, stage) in given.iter().enumerate() {
        let field = format!("placement_offer.stages[{i}]");
        if *stage == 0 {
            faults.add(field, "must name a stage");
        } else {
            stages.extend(words::stage(faults, &field, *stage));
        }
    }
    stages.sort_unstable();
    stages.dedup();
    stages
}

pub(super) fn places(faults: &mut Faults, given: i32) -> u32 {
    if given == 0 {
        faults.add("placement_offer.places", "is required");
    }
    faults.take("placement_offer.places", u32::try_from(given)).unwrap_or_default()
}

/// In the order of their names.
pub(super) fn practice_educators(faults: &mut Faults, given: &[String]) -> Vec<EducatorName> {
    let named = given.iter().enumerate();
    let mut educators: Vec<EducatorName> = named
        .filter_map(|(i, name)| faults.parse(&format!("placement_offer.practice_educators[{i}]"), name))
        .collect();
    educators.sort_unstable();
    educators.dedup();
    educators
}
