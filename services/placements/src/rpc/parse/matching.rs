//! Checks and match runs.

use super::{checked, words};
use crate::{
    actions::{ApplyMatchRun, CheckPlacement, MatchFilter, MatchPlacements},
    domain::MatchRunName,
};
use contracts::{Validate, placements::v1 as wire};
use tonic::Status;
use vocabulary::PageSize;

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn check_placement(request: &wire::CheckPlacementRequest) -> Result<CheckPlacement, Status> {
    let mut faults = checked(request)?;
    let need = faults.parse("placement_need", &request.placement_need);
    let offer = faults.parse("placement_offer", &request.placement_offer);
    let educator = faults.parse_some("practice_educator", &request.practice_educator);
    faults.done(need.zip(offer).map(|(need, offer)| CheckPlacement { need, offer, educator }))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn match_placements(request: &wire::MatchPlacementsRequest) -> Result<MatchPlacements, Status> {
    let mut faults = checked(request)?;
    let academic_year = faults.parse("academic_year", &request.academic_year);
    let stage = words::stage(&mut faults, "stage", request.stage);
    let request_id = faults.request_id(&request.request_id);
    let asked = academic_year.zip(stage);
    faults.done(asked.map(|(academic_year, stage)| MatchPlacements { academic_year, stage, request_id }))
}

/// A request that is a run's name and nothing else.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn match_run_name(request: &impl Validate, name: &str) -> Result<MatchRunName, Status> {
    let mut faults = checked(request)?;
    let name = faults.parse("name", name);
    faults.done(name)
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn list_matches(request: &wire::ListMatchesRequest) -> Result<(MatchFilter, PageSize), Status> {
    let mut faults = checked(request)?;
    let (run, size) = (faults.parse("parent", &request.parent), faults.page_size(request.page_size));
    let filter = |run| MatchFilter { run, unmatched: request.unmatched, after: None };
    faults.done(run.map(filter).zip(size))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn apply_match_run(request: &wire::ApplyMatchRunRequest) -> Result<ApplyMatchRun, Status> {
    let mut faults = checked(request)?;
    let name = faults.parse("name", &request.name);
    let request_id = faults.request_id(&request.request_id);
    faults.done(name.map(|name| ApplyMatchRun { name, request_id }))
}
