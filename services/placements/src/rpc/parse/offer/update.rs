//! An update of an offer.

use super::terms::{must, places, practice_educators, setting, stages, team};
use crate::{
    actions::UpdatePlacementOffer,
    domain::OfferEdit,
    rpc::parse::{Faults, checked, paths, words},
};
use contracts::placements::v1 as wire;
use tonic::Status;

const MUTABLE: &[&str] = &[
    "academic_year",
    "team",
    "setting",
    "statutory",
    "stages",
    "places",
    "earliest_start_date",
    "latest_end_date",
    "weekdays",
    "location",
    "driver_required",
    "practice_educators",
];
const FIXED: &[&str] = &[
    "name",
    "etag",
    "places_held",
    "places_taken",
    "state",
    "reaffirm_time",
    "withdraw_reason",
    "create_time",
    "update_time",
    "stale",
];

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn update_placement_offer(
    request: wire::UpdatePlacementOfferRequest,
) -> Result<UpdatePlacementOffer, Status> {
    let mut faults = checked(&request)?;
    let mut given = request.placement_offer.unwrap_or_default();
    let paths =
        paths(&mut faults, request.update_mask.as_ref(), (MUTABLE, FIXED), |path| filled(&given, path));
    let named = |path: &str| paths.contains(&path);
    let place = named("location")
        .then(|| words::place(&mut faults, "placement_offer.location", given.location.take()))
        .flatten();
    let etag = faults.etag("placement_offer.etag", &given.etag);
    let request_id = faults.request_id(&request.request_id);
    let name = faults.parse("placement_offer.name", &given.name);
    let edit = edit(&mut faults, given, named);
    faults.done(name.map(|name| UpdatePlacementOffer { name, etag, edit, place, request_id }))
}

fn filled(given: &wire::PlacementOffer, path: &str) -> bool {
    match path {
        "academic_year" => !given.academic_year.is_empty(),
        "team" => !given.team.is_empty(),
        "setting" => given.setting != 0,
        "statutory" => given.statutory,
        "stages" => !given.stages.is_empty(),
        "places" => given.places != 0,
        "earliest_start_date" => !given.earliest_start_date.is_empty(),
        "latest_end_date" => !given.latest_end_date.is_empty(),
        "weekdays" => !given.weekdays.is_empty(),
        "location" => given.location.is_some(),
        "driver_required" => given.driver_required,
        _ => !given.practice_educators.is_empty(),
    }
}

/// All that is named but the location, which has to be looked up.
fn edit(faults: &mut Faults, given: wire::PlacementOffer, named: impl Fn(&str) -> bool) -> OfferEdit {
    let year = named("academic_year").then(|| must(faults, "academic_year", &given.academic_year));
    OfferEdit {
        academic_year: year.flatten(),
        team: named("team").then(|| team(faults, given.team)),
        setting: named("setting").then(|| setting(faults, given.setting)).flatten(),
        statutory: named("statutory").then_some(given.statutory),
        stages: named("stages").then(|| stages(faults, &given.stages)),
        places: named("places").then(|| places(faults, given.places)),
        earliest_start_date: named("earliest_start_date")
            .then(|| faults.parse_some("placement_offer.earliest_start_date", &given.earliest_start_date)),
        latest_end_date: named("latest_end_date")
            .then(|| faults.parse_some("placement_offer.latest_end_date", &given.latest_end_date)),
        weekdays: named("weekdays")
            .then(|| words::weekdays(faults, "placement_offer.weekdays", &given.weekdays)),
        location: None,
        driver_required: named("driver_required").then_some(given.driver_required),
        practice_educators: named("practice_educators")
            .then(|| practice_educators(faults, &given.practice_educators)),
    }
}
