//! What the porch itself says no to.

use crate::porch::conform;
use admission::Denied;
use refusals::{FieldViolation, Refusal, reasons};
use std::time::Duration;
use tonic::{Code, Status};

/// When it is worth knocking again.
const RETRY: Duration = Duration::from_millis(250);

pub(crate) fn overloaded() -> Status {
    Refusal::new(Code::Unavailable, reasons::OVERLOADED, "too much is under way").retry_after(RETRY).status()
}

pub(crate) fn shutting_down() -> Status {
    Refusal::new(Code::Unavailable, reasons::SHUTTING_DOWN, "this process is going away").status()
}

pub(crate) fn too_late() -> Status {
    Refusal::new(Code::DeadlineExceeded, reasons::DEADLINE_EXCEEDED, "the deadline has passed").status()
}

pub(crate) fn malformed_deadline() -> Status {
    let wanted =
        FieldViolation::new("grpc-timeout", "expected one to eight digits and one of H, M, S, m, u, n");
    Refusal::new(Code::InvalidArgument, reasons::DEADLINE_MALFORMED, "grpc-timeout is malformed")
        .field(wanted)
        .status()
}

pub(crate) fn malformed_revision() -> Status {
    refusals::invalid(vec![FieldViolation::new(
        super::MIN_REVISION,
        "expected a revision, once: a whole number from 0",
    )])
}

pub(crate) fn no_token() -> Status {
    Refusal::new(
        Code::Unauthenticated,
        reasons::TOKEN_MISSING,
        "expected the metadata authorization: Bearer …",
    )
    .status()
}

/// The same for whatever is wrong with a token: a forger learns nothing.
pub(crate) fn bad_token() -> Status {
    Refusal::new(Code::Unauthenticated, reasons::TOKEN_INVALID, "the token is not accepted").status()
}

pub(crate) fn denied(denied: Denied) -> Status {
    match denied {
        Denied::Token(_) => bad_token(),
        Denied::RoleNotAllowed => Refusal::new(
            Code::PermissionDenied,
            reasons::ROLE_NOT_ALLOWED,
            "none of your roles may call this",
        )
        .status(),
        Denied::PartnerKindNotAllowed => {
            let message = "no role of your kind of organisation may call this";
            Refusal::new(Code::PermissionDenied, reasons::PARTNER_KIND_NOT_ALLOWED, message).status()
        }
        Denied::MethodNotFound => conform::no_such_method(),
    }
}
