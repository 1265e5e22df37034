//! What every door does alike: takes a request off the porch, checks it against its contract, and says how new its
//! answer is.

use contracts::{Validate, common::v1 as common};
use ledger::{Done, FeedRow};
use prost_types::Timestamp;
use refusals::{Faults, FieldViolation};
use tonic::{Request, Response, Status};
use vocabulary::{Call, Instant, Revision, from_micros};

/// What the porch learned of the request, and its message.
///
/// # Errors
/// The request came past the porch: a bug.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn open<T>(mut request: Request<T>) -> Result<(Call, T), Status> {
    let call = request.extensions_mut().remove::<Call>();
    let call = call.ok_or_else(|| refusals::fault(&"a request came past the porch"))?;
    Ok((call, request.into_inner()))
}

/// What the contract itself says of a request; where that is that it is wrong, nothing else is looked at.
///
/// # Errors
/// INVALID_ARGUMENT `INVALID_FIELDS`, naming each field.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn checked(message: &impl Validate) -> Result<Faults, Status> {
    let violations = contracts::violations(message).into_iter();
    Faults::unless(violations.map(|found| FieldViolation::new(found.field, found.description)).collect())
}

/// An answer that says how new it is.
pub fn reply<T>(message: T, revision: Revision) -> Response<T> {
    let mut response = Response::new(message);
    response.metadata_mut().insert("practicum-revision", revision.0.into());
    response
}

/// What a write answers, as `say` puts it.
pub fn done<T, M>(done: &Done<T>, say: impl FnOnce(&T) -> M) -> Response<M> {
    reply(say(&done.value), done.revision)
}

pub fn timestamp(instant: Instant) -> Timestamp {
    let nanos = i32::try_from(instant.timestamp_subsec_nanos()).unwrap_or(0);
    Timestamp { seconds: instant.timestamp(), nanos }
}

/// Counts are small; the wire's are signed.
pub fn signed(n: impl TryInto<i32>) -> i32 {
    n.try_into().unwrap_or(i32::MAX)
}

/// A change as a watcher is told of it; `gone` where the caller may no longer see what changed.
pub fn change(row: &FeedRow, gone: bool, resume_token: String) -> common::Change {
    let kind = match row.kind {
        ledger::ChangeKind::Created if !gone => common::ChangeKind::Created,
        ledger::ChangeKind::Updated if !gone => common::ChangeKind::Updated,
        _ => common::ChangeKind::Removed,
    };
    common::Change {
        resume_token,
        kind: kind.into(),
        commit_time: Some(timestamp(from_micros(row.at_us))),
        actor: format!("partners/{}", row.actor),
    }
}

/// Says that everything up to `resume_token` has been told.
pub fn checkpoint(now: Instant, resume_token: String) -> common::Change {
    common::Change {
        resume_token,
        kind: common::ChangeKind::Checkpoint.into(),
        commit_time: Some(timestamp(now)),
        actor: String::new(),
    }
}
