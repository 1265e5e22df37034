//! Learning records.

use super::{checked, plain, required};
use crate::{
    actions::{GetLearningRecord, RecordLearning, SetLearningEntitlement},
    domain::learning::Hundredths,
};
use contracts::enrolments::v1 as wire;
use tonic::Status;
use vocabulary::Personal;

/// Nobody learns for longer than a leap year has days and hours.
const DAYS_MAX: Hundredths = Hundredths(36_600);
const HOURS_MAX: Hundredths = Hundredths(878_400);

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn get_learning_record(request: &wire::GetLearningRecordRequest) -> Result<GetLearningRecord, Status> {
    let mut faults = checked(request)?;
    let year = faults.parse_some("academic_year", &request.academic_year);
    let name = faults.parse("name", &request.name);
    faults.done(name.map(|name| GetLearningRecord { name, year }))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn record_learning(request: wire::RecordLearningRequest) -> Result<RecordLearning, Status> {
    let mut faults = checked(&request)?;
    let person = faults.parse("parent", &request.parent);
    let request_id = faults.request_id(&request.request_id);
    let item = request.item.unwrap_or_default();
    let title = required(&mut faults, "item.title", item.title);
    let reflection = Personal::new(plain(&mut faults, "item.reflection", item.reflection));
    let date = faults.parse("item.date", &item.date);
    let hours: Option<Hundredths> = faults.parse("item.hours", &item.hours);
    if hours.is_some_and(|hours| hours == Hundredths(0) || hours > HOURS_MAX) {
        faults.add("item.hours", "expected more than 0 and at most 8784 hours");
    }
    let ask = person.zip(date).zip(hours).map(|((person, date), hours)| RecordLearning {
        person,
        title,
        date,
        hours,
        peer_reflection: item.peer_reflection,
        reflection,
        request_id,
    });
    faults.done(ask)
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn set_learning_entitlement(
    request: &wire::SetLearningEntitlementRequest,
) -> Result<SetLearningEntitlement, Status> {
    let mut faults = checked(request)?;
    let name = faults.parse("name", &request.name);
    let year = faults.parse("academic_year", &request.academic_year);
    let days: Option<Hundredths> = faults.parse("entitlement_days", &request.entitlement_days);
    if days.is_some_and(|days| days > DAYS_MAX) {
        faults.add("entitlement_days", "a year has at most 366 days");
    }
    let request_id = faults.request_id(&request.request_id);
    let ask = name.zip(year).zip(days);
    faults.done(ask.map(|((name, year), days)| SetLearningEntitlement { name, year, days, request_id }))
}
