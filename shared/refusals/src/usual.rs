//! The refusals that every service says alike.

use crate::{FieldViolation, Refusal, reasons};
use std::time::Duration;
use tonic::{Code, Status};

/// The request id was used for another request.
pub fn request_id_reused() -> Status {
    let field = FieldViolation::new("request_id", "was used for another request: choose a new UUID");
    let text = "the request id was used for another request";
    Refusal::new(Code::InvalidArgument, reasons::REQUEST_ID_REUSED, text).field(field).status()
}

/// A feed no longer holds what comes after the token.
pub fn resync_required() -> Status {
    let text = "the resume token is older than what is kept: list anew, then watch from \"now\"";
    Refusal::new(Code::OutOfRange, reasons::RESYNC_REQUIRED, text).status()
}

/// The reader of a stream did not take what was there for it.
pub fn slow_reader() -> Status {
    let text = "the stream was cut because nothing was read from it: resume from your last token";
    Refusal::new(Code::Unavailable, reasons::SLOW_READER, text).status()
}

pub fn shutting_down() -> Status {
    Refusal::new(Code::Unavailable, reasons::SHUTTING_DOWN, "the service is shutting down")
        .retry_after(Duration::from_secs(1))
        .status()
}

pub fn deadline_exceeded() -> Status {
    let text =
        "the deadline passed; whether the request took effect is not known: repeat it with its request_id";
    Refusal::new(Code::DeadlineExceeded, reasons::DEADLINE_EXCEEDED, text).status()
}
