//! What leads an enrolment on, asks about one, or watches them.

use crate::{
    actions::{
        CompleteEnrolment, InterruptEnrolment, ResumeEnrolment, Target, VerifyEnrolment, WithdrawEnrolment,
    },
    rpc::parse::{Faults, checked, course::university, plain},
};
use contracts::enrolments::v1 as wire;
use tonic::Status;
use vocabulary::PartnerId;

fn target(faults: &mut Faults, name: &str, etag: &str) -> Option<Target> {
    let etag = faults.etag("etag", etag);
    faults.parse("name", name).map(|name| Target { name, etag })
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn interrupt_enrolment(request: wire::InterruptEnrolmentRequest) -> Result<InterruptEnrolment, Status> {
    let mut faults = checked(&request)?;
    let target = target(&mut faults, &request.name, &request.etag);
    let reason = plain(&mut faults, "reason", request.reason);
    let request_id = faults.request_id(&request.request_id);
    faults.done(target.map(|target| InterruptEnrolment { target, reason, request_id }))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn resume_enrolment(request: wire::ResumeEnrolmentRequest) -> Result<ResumeEnrolment, Status> {
    let mut faults = checked(&request)?;
    let target = target(&mut faults, &request.name, &request.etag);
    let request_id = faults.request_id(&request.request_id);
    faults.done(target.map(|target| ResumeEnrolment { target, request_id }))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn withdraw_enrolment(request: wire::WithdrawEnrolmentRequest) -> Result<WithdrawEnrolment, Status> {
    let mut faults = checked(&request)?;
    let target = target(&mut faults, &request.name, &request.etag);
    let reason = plain(&mut faults, "reason", request.reason);
    let request_id = faults.request_id(&request.request_id);
    faults.done(target.map(|target| WithdrawEnrolment { target, reason, request_id }))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn complete_enrolment(request: wire::CompleteEnrolmentRequest) -> Result<CompleteEnrolment, Status> {
    let mut faults = checked(&request)?;
    let target = target(&mut faults, &request.name, &request.etag);
    let outcome = plain(&mut faults, "outcome", request.outcome);
    let request_id = faults.request_id(&request.request_id);
    faults.done(target.map(|target| CompleteEnrolment { target, outcome, request_id }))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn verify_enrolment(request: &wire::VerifyEnrolmentRequest) -> Result<VerifyEnrolment, Status> {
    let mut faults = checked(request)?;
    let day = faults.parse_some("date", &request.date);
    let person = faults.parse("person", &request.person);
    faults.done(person.map(|person| VerifyEnrolment { person, day }))
}

/// The university to watch, or `None` for all.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn watch_enrolments(request: &wire::WatchEnrolmentsRequest) -> Result<Option<PartnerId>, Status> {
    let mut faults = checked(request)?;
    let university = university(&mut faults, &request.parent);
    faults.done(Some(university))
}
