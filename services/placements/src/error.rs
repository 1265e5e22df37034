//! Every way in which this service says no. `rpc/status.rs` turns each into a status, once.

use crate::domain::Refusal;
use ledger::{Done, Fault, Outcome};

#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The rules refuse, or there is no such thing for the caller.
    #[error("{0}")]
    Refused(#[from] Refusal),
    #[error("the request id was used for another request")]
    RequestIdReused,
    /// The token is from before what the feed still holds.
    #[error("the resume token is older than what is kept")]
    ResyncRequired,
    #[error("the service is shutting down")]
    ShuttingDown,
    #[error("the deadline passed")]
    DeadlineExceeded,
    #[error("{0}")]
    Fault(#[from] Fault),
}

impl From<ledger::Gone> for Error {
    fn from(_: ledger::Gone) -> Self {
        Self::ResyncRequired
    }
}

impl Error {
    pub fn not_found(name: &impl ToString) -> Self {
        Refusal::not_found(name).into()
    }
}

/// A write's outcome as an action answers it.
pub fn answered<T>(outcome: Outcome<T, Refusal>) -> Result<Done<T>, Error> {
    match outcome {
        Outcome::Answered(answer) => Ok(answer?),
        Outcome::Reused => Err(Error::RequestIdReused),
    }
}
