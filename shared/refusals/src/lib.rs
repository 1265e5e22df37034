//! How a service says no.
//!
//! Every status that is not OK carries a `google.rpc.ErrorInfo` whose domain is [`DOMAIN`] and whose
//! reason is stable: a client decides by the reason, never by the message. What went wrong inside
//! never leaves: [`fault`] keeps the cause in the log and hands out a reference to it.

mod fault;
mod faults;
mod fields;
pub mod reasons;
mod refusal;
pub mod usual;

pub use fault::{REFERENCE, fault};
pub use faults::{Faults, paths, plain, required};
pub use fields::{FieldViolation, invalid};
pub use refusal::Refusal;

use tonic::Status;
use tonic_types::StatusExt;

/// The `ErrorInfo.domain` of every refusal of the suite.
pub const DOMAIN: &str = "practicum";

/// The reason that a status carries, read back from its `ErrorInfo`. `None` where it carries none of
/// ours, which for a status of this suite is a bug.
pub fn reason(status: &Status) -> Option<String> {
    status
        .get_details_error_info()
        .filter(|info| info.domain == DOMAIN && !info.reason.is_empty())
        .map(|info| info.reason)
}
