//! Placements: what asks for them, and what the ledger and the reviews take.

mod steps;

pub use steps::*;

use super::{Faults, checked, plain};
use crate::{
    actions::{
        PlacementFilter, ProposePlacement, RaiseConcern, RecordDays, RecordReview, ResolveConcern, Target,
    },
    domain::{
        Day, DayKind, PlacementName, PlacementState,
        placement::{LedgerDay, Review, ReviewKind},
    },
};
use contracts::{Validate, placements::v1 as wire};
use std::collections::BTreeSet;
use tonic::Status;
use vocabulary::{PageSize, PartnerId};

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn propose_placement(request: wire::ProposePlacementRequest) -> Result<ProposePlacement, Status> {
    let mut faults = checked(&request)?;
    let need = faults.parse("placement_need", &request.placement_need);
    let offer = faults.parse("placement_offer", &request.placement_offer);
    let request_id = faults.request_id(&request.request_id);
    let waivers = request.waivers.into_iter().enumerate().map(|(i, waiver)| {
        let field = format!("waivers[{i}].reason");
        (waiver.rule, super::required(&mut faults, &field, waiver.reason))
    });
    let waivers = waivers.collect();
    let ask = need.zip(offer).map(|(need, offer)| ProposePlacement { need, offer, waivers, request_id });
    faults.done(ask)
}

/// A request that is a placement's name and nothing else.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn placement_name(request: &impl Validate, name: &str) -> Result<PlacementName, Status> {
    let mut faults = checked(request)?;
    let name = faults.parse("name", name);
    faults.done(name)
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn list_placements(request: &wire::ListPlacementsRequest) -> Result<(PlacementFilter, PageSize), Status> {
    let mut faults = checked(request)?;
    let filter = PlacementFilter {
        host: faults.partner_some("host", &request.host),
        university: faults.partner_some("university", &request.university),
        student: faults.parse_some("student", &request.student),
        educator: faults.parse_some("practice_educator", &request.practice_educator),
        states: states(&mut faults, &request.states),
        after: None,
    };
    let size = faults.page_size(request.page_size);
    faults.done(size.map(|size| (filter, size)))
}

fn states(faults: &mut Faults, given: &[i32]) -> Vec<PlacementState> {
    use wire::placement::State;
    let mut known = Vec::with_capacity(given.len());
    for (i, state) in given.iter().enumerate() {
        known.push(match State::try_from(*state) {
            Ok(State::Proposed) => PlacementState::Proposed,
            Ok(State::Accepted) => PlacementState::Accepted,
            Ok(State::Confirmed) => PlacementState::Confirmed,
            Ok(State::InProgress) => PlacementState::InProgress,
            Ok(State::Suspended) => PlacementState::Suspended,
            Ok(State::Recommended) => PlacementState::Recommended,
            Ok(State::Passed) => PlacementState::Passed,
            Ok(State::Failed) => PlacementState::Failed,
            Ok(State::Declined) => PlacementState::Declined,
            Ok(State::Expired) => PlacementState::Expired,
            Ok(State::Withdrawn) => PlacementState::Withdrawn,
            Ok(State::Terminated) => PlacementState::Terminated,
            Ok(State::Unspecified) | Err(_) => {
                faults.add(format!("states[{i}]"), "must name a state that this service knows");
                continue;
            }
        });
    }
    known
}

/// Part of what happened on a placement: whose, and how many.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn history(
    request: &impl Validate,
    parent: &str,
    page_size: i32,
) -> Result<(PlacementName, PageSize), Status> {
    let mut faults = checked(request)?;
    let placement = faults.parse("parent", parent);
    let size = faults.page_size(page_size);
    faults.done(placement.zip(size))
}

/// Hosts and universities to watch, or `None` for all.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn watch_placements(
    request: &wire::WatchPlacementsRequest,
) -> Result<(Option<PartnerId>, Option<PartnerId>), Status> {
    let mut faults = checked(request)?;
    let host = faults.partner_some("host", &request.host);
    let university = faults.partner_some("university", &request.university);
    faults.done(Some((host, university)))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn record_days(request: wire::RecordDaysRequest) -> Result<RecordDays, Status> {
    let mut faults = checked(&request)?;
    let name = faults.parse("name", &request.name);
    let request_id = faults.request_id(&request.request_id);
    let mut dates: BTreeSet<Day> = BTreeSet::new();
    let mut days = Vec::with_capacity(request.days.len());
    for (i, given) in request.days.into_iter().enumerate() {
        let day = day(&mut faults, &format!("days[{i}]"), given);
        if day.as_ref().is_some_and(|day| !dates.insert(day.date)) {
            faults.add(format!("days[{i}].date"), "is given twice");
        }
        days.extend(day);
    }
    faults.done(name.map(|name| RecordDays { name, days, request_id }))
}

fn day(faults: &mut Faults, field: &str, given: wire::PlacementDay) -> Option<LedgerDay> {
    use wire::placement_day::Kind;
    let date = faults.parse(&format!("{field}.date"), &given.date);
    let note = plain(faults, &format!("{field}.note"), given.note);
    let kind = match Kind::try_from(given.kind) {
        Ok(Kind::Attended) => DayKind::Attended,
        Ok(Kind::Absent) => DayKind::Absent,
        Ok(Kind::Recall) => DayKind::Recall,
        Ok(Kind::Skills) => DayKind::Skills,
        Ok(Kind::Unspecified) | Err(_) => {
            faults.add(format!("{field}.kind"), "must name a kind that this service knows");
            return None;
        }
    };
    date.map(|date| LedgerDay { date, kind, note: note.into() })
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn record_review(request: wire::RecordReviewRequest) -> Result<RecordReview, Status> {
    use wire::review::Kind;
    let mut faults = checked(&request)?;
    let target = unread(&mut faults, &request.name);
    let request_id = faults.request_id(&request.request_id);
    let given = request.review.unwrap_or_default();
    let date = faults.parse("review.date", &given.date);
    let summary = plain(&mut faults, "review.summary", given.summary);
    let kind = match Kind::try_from(given.kind) {
        Ok(Kind::LearningAgreement) => Some(ReviewKind::LearningAgreement),
        Ok(Kind::Midpoint) => Some(ReviewKind::Midpoint),
        Ok(Kind::Final) => Some(ReviewKind::Final),
        Ok(Kind::Quality) => Some(ReviewKind::Quality),
        Ok(Kind::Unspecified) | Err(_) => {
            faults.add("review.kind", "must name a kind that this service knows");
            None
        }
    };
    let (summary, on_track) = (summary.into(), given.on_track);
    let review = kind.zip(date).map(|(kind, date)| Review { kind, date, summary, on_track });
    let ask = target.zip(review).map(|(target, review)| RecordReview { target, review, request_id });
    faults.done(ask)
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn raise_concern(request: wire::RaiseConcernRequest) -> Result<RaiseConcern, Status> {
    let mut faults = checked(&request)?;
    let target = unread(&mut faults, &request.name);
    let description = super::required(&mut faults, "description", request.description).into();
    let request_id = faults.request_id(&request.request_id);
    faults.done(target.map(|target| RaiseConcern { target, description, request_id }))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn resolve_concern(request: wire::ResolveConcernRequest) -> Result<ResolveConcern, Status> {
    let mut faults = checked(&request)?;
    let target = unread(&mut faults, &request.name);
    let resolution = super::required(&mut faults, "resolution", request.resolution).into();
    let request_id = faults.request_id(&request.request_id);
    let concern = request.concern_id;
    faults.done(target.map(|target| ResolveConcern { target, concern, resolution, request_id }))
}

/// A placement to which something is added, whatever else has changed.
fn unread(faults: &mut Faults, name: &str) -> Option<Target> {
    faults.parse("name", name).map(|name| Target { name, etag: None })
}
