//! What leads a placement from one state to another.

use crate::{
    actions::{
        AcceptPlacement, ConfirmPlacement, DecideOutcome, DeclinePlacement, RecommendOutcome,
        ResumePlacement, StartPlacement, SuspendPlacement, Target, TerminatePlacement, WithdrawPlacement,
    },
    domain::placement::Decision,
    rpc::parse::{Faults, checked, plain, required},
};
use contracts::placements::v1 as wire;
use tonic::Status;

fn target(faults: &mut Faults, name: &str, etag: &str) -> Option<Target> {
    let etag = faults.etag("etag", etag);
    faults.parse("name", name).map(|name| Target { name, etag })
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn accept_placement(request: wire::AcceptPlacementRequest) -> Result<AcceptPlacement, Status> {
    let mut faults = checked(&request)?;
    let target = target(&mut faults, &request.name, &request.etag);
    let educator = faults.parse("practice_educator", &request.practice_educator);
    let ratifier = faults.parse_some("ratifier", &request.ratifier);
    let onsite_supervisor = faults.parse_some("onsite_supervisor", &request.onsite_supervisor);
    let request_id = faults.request_id(&request.request_id);
    let ask = target.zip(educator).map(|(target, educator)| AcceptPlacement {
        target,
        educator,
        ratifier,
        onsite_supervisor,
        request_id,
    });
    faults.done(ask)
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn decline_placement(request: wire::DeclinePlacementRequest) -> Result<DeclinePlacement, Status> {
    let mut faults = checked(&request)?;
    let target = target(&mut faults, &request.name, &request.etag);
    let reason = required(&mut faults, "reason", request.reason);
    let request_id = faults.request_id(&request.request_id);
    faults.done(target.map(|target| DeclinePlacement { target, reason, request_id }))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn confirm_placement(request: wire::ConfirmPlacementRequest) -> Result<ConfirmPlacement, Status> {
    let mut faults = checked(&request)?;
    let target = target(&mut faults, &request.name, &request.etag);
    let request_id = faults.request_id(&request.request_id);
    faults.done(target.map(|target| ConfirmPlacement { target, request_id }))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn start_placement(request: wire::StartPlacementRequest) -> Result<StartPlacement, Status> {
    let mut faults = checked(&request)?;
    let target = target(&mut faults, &request.name, &request.etag);
    let date = faults.parse_some("start_date", &request.start_date);
    let request_id = faults.request_id(&request.request_id);
    faults.done(target.map(|target| StartPlacement { target, date, request_id }))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn suspend_placement(request: wire::SuspendPlacementRequest) -> Result<SuspendPlacement, Status> {
    let mut faults = checked(&request)?;
    let target = target(&mut faults, &request.name, &request.etag);
    let reason = required(&mut faults, "reason", request.reason);
    let request_id = faults.request_id(&request.request_id);
    faults.done(target.map(|target| SuspendPlacement { target, reason, request_id }))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn resume_placement(request: wire::ResumePlacementRequest) -> Result<ResumePlacement, Status> {
    let mut faults = checked(&request)?;
    let target = target(&mut faults, &request.name, &request.etag);
    let date = faults.parse_some("date", &request.date);
    let request_id = faults.request_id(&request.request_id);
    faults.done(target.map(|target| ResumePlacement { target, date, request_id }))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn recommend_outcome(request: wire::RecommendOutcomeRequest) -> Result<RecommendOutcome, Status> {
    let mut faults = checked(&request)?;
    let target = target(&mut faults, &request.name, &request.etag);
    let report = plain(&mut faults, "report", request.report).into();
    let request_id = faults.request_id(&request.request_id);
    faults.done(target.map(|target| RecommendOutcome { target, pass: request.pass, report, request_id }))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn decide_outcome(request: wire::DecideOutcomeRequest) -> Result<DecideOutcome, Status> {
    let mut faults = checked(&request)?;
    let target = target(&mut faults, &request.name, &request.etag);
    let decision = decision(&mut faults, request.decision, request.further_days);
    let reason = match decision {
        Some(Decision::Fail | Decision::Refer(_)) => required(&mut faults, "reason", request.reason),
        Some(Decision::Pass) | None => plain(&mut faults, "reason", request.reason),
    };
    let request_id = faults.request_id(&request.request_id);
    let ask =
        target.zip(decision).map(|(target, decision)| DecideOutcome { target, decision, reason, request_id });
    faults.done(ask)
}

fn decision(faults: &mut Faults, given: i32, further_days: i32) -> Option<Decision> {
    use wire::decide_outcome_request::Decision as Given;
    let further = u32::try_from(further_days).unwrap_or(0);
    match (Given::try_from(given), further) {
        (Ok(Given::Refer), 0) => {
            faults.add("further_days", "is required to refer: 1 to 100");
            None
        }
        (Ok(Given::Refer), further) => Some(Decision::Refer(further)),
        (Ok(Given::Pass | Given::Fail), 1..) => {
            faults.add("further_days", "must be 0 unless you refer");
            None
        }
        (Ok(Given::Pass), 0) => Some(Decision::Pass),
        (Ok(Given::Fail), 0) => Some(Decision::Fail),
        (Ok(Given::Unspecified) | Err(_), _) => {
            faults.add("decision", "must name a decision that this service knows");
            None
        }
    }
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn withdraw_placement(request: wire::WithdrawPlacementRequest) -> Result<WithdrawPlacement, Status> {
    let mut faults = checked(&request)?;
    let target = target(&mut faults, &request.name, &request.etag);
    let reason = required(&mut faults, "reason", request.reason);
    let request_id = faults.request_id(&request.request_id);
    faults.done(target.map(|target| WithdrawPlacement { target, reason, request_id }))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn terminate_placement(request: wire::TerminatePlacementRequest) -> Result<TerminatePlacement, Status> {
    let mut faults = checked(&request)?;
    let target = target(&mut faults, &request.name, &request.etag);
    let reason = required(&mut faults, "reason", request.reason);
    let days_credited = u32::try_from(request.days_credited).unwrap_or(0);
    let request_id = faults.request_id(&request.request_id);
    faults.done(target.map(|target| TerminatePlacement { target, reason, days_credited, request_id }))
}
