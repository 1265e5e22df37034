//! Every no, once: one match, no wildcard.

use crate::{domain::Refusal, error::Error};
use ledger::{Fault, Reason};
use refusals::{FieldViolation, reasons};
use std::time::Duration;
use tonic::{Code, Status};

pub fn status(error: Error) -> Status {
    match error {
        Error::Refused(refusal) => refused(&refusal),
        Error::RequestIdReused => {
            let field = FieldViolation::new("request_id", "was used for another request: choose a new UUID");
            refusals::Refusal::new(Code::InvalidArgument, reasons::REQUEST_ID_REUSED, error.to_string())
                .field(field)
                .status()
        }
        Error::ResyncRequired => {
            let text = "the resume token is older than what is kept: list anew, then watch from \"now\"";
            refusals::Refusal::new(Code::OutOfRange, reasons::RESYNC_REQUIRED, text).status()
        }
        Error::SlowReader => {
            let text = "the stream was cut because nothing was read from it: resume from your last token";
            refusals::Refusal::new(Code::Unavailable, reasons::SLOW_READER, text).status()
        }
        Error::ShuttingDown => {
            refusals::Refusal::new(Code::Unavailable, reasons::SHUTTING_DOWN, error.to_string())
                .retry_after(Duration::from_secs(1))
                .status()
        }
        Error::DeadlineExceeded => deadline(),
        Error::Fault(fault) => faulty(&fault),
    }
}

fn deadline() -> Status {
    let text =
        "the deadline passed; whether the request took effect is not known: repeat it with its request_id";
    refusals::Refusal::new(Code::DeadlineExceeded, reasons::DEADLINE_EXCEEDED, text).status()
}

fn faulty(fault: &Fault) -> Status {
    match fault {
        Fault::Contention(_) | Fault::Raced => {
            let text = "others were quicker five times over: try again";
            refusals::Refusal::new(Code::Aborted, reasons::CONTENTION, text)
                .retry_after(Duration::from_millis(100))
                .status()
        }
        Fault::Unavailable(_) => {
            let text = "the storage cannot be reached now: try again";
            refusals::Refusal::new(Code::Unavailable, reasons::STORAGE_UNAVAILABLE, text)
                .retry_after(Duration::from_secs(1))
                .status()
        }
        Fault::Deadline => deadline(),
        Fault::Constraint(_) | Fault::Bug(_) => refusals::fault(fault),
    }
}

fn refused(refusal: &Refusal) -> Status {
    let no = refusals::Refusal::new(code(refusal), refusal.reason(), refusal.to_string());
    match refusal {
        Refusal::NotFound { what } => no.resource("", what),
        Refusal::SessionFull { taken, capacity } => no.with("taken", taken).with("capacity", capacity),
        Refusal::AlreadyBooked { seat }
        | Refusal::AudienceNotAdmitted { seat }
        | Refusal::PersonOfAnotherPartner { seat } => no.with("seat", seat),
        Refusal::OverlappingBooking { seat, session } => no.with("seat", seat).with("session", session),
        Refusal::BookingNotOpen { opens } => no.with("opens", opens.to_rfc3339()),
        Refusal::BookingClosed { closed } => no.with("closed", closed.to_rfc3339()),
        Refusal::SessionStarted { started } => no.with("started", started.to_rfc3339()),
        Refusal::SessionNotStarted { starts } => no.with("starts", starts.to_rfc3339()),
        Refusal::OfferExpired { expired } => no.with("expired", expired.to_rfc3339()),
        Refusal::BookingNotLive { state } | Refusal::NoOffer { state } | Refusal::NotAttended { state } => {
            no.with("state", state.words())
        }
        Refusal::AttendanceNotRecordable { item, state } => {
            no.with("item", item).with("state", state.words())
        }
        Refusal::AttendanceElsewhere { item } => no.with("item", item),
        Refusal::TimesDisagree { field, why } => no.field(FieldViolation::new(field, why)),
        Refusal::NeedNotAgreed { need } => no.with("need", need),
        Refusal::FencesExceedCapacity { fenced, capacity } => {
            let field = FieldViolation::new("session.fences", "keep more seats than the session has");
            no.with("fenced", fenced).with("capacity", capacity).field(field)
        }
        Refusal::TimeDoesNotExist { day, time, zone } => {
            let field = FieldViolation::new("recurrence", "meets a local time that the clocks skip");
            no.with("day", day).with("time", time).with("zone", zone).field(field)
        }
        Refusal::SessionExists { session } => no.resource("session", &session.to_string()),
        Refusal::StaleEtag { current } => no.with("current_etag", current.etag()),
        Refusal::SessionCancelled
        | Refusal::SessionDelivered
        | Refusal::NotTheHost
        | Refusal::FeedbackAlreadyGiven
        | Refusal::NeedDropped
        | Refusal::MasterclassExists => no,
    }
    .status()
}

fn code(refusal: &Refusal) -> Code {
    match refusal {
        Refusal::NotFound { .. } => Code::NotFound,
        Refusal::NotTheHost | Refusal::PersonOfAnotherPartner { .. } => Code::PermissionDenied,
        Refusal::AlreadyBooked { .. }
        | Refusal::MasterclassExists
        | Refusal::SessionExists { .. }
        | Refusal::FeedbackAlreadyGiven => Code::AlreadyExists,
        Refusal::TimesDisagree { .. } | Refusal::TimeDoesNotExist { .. } => Code::InvalidArgument,
        Refusal::StaleEtag { .. } => Code::Aborted,
        Refusal::SessionFull { .. }
        | Refusal::OverlappingBooking { .. }
        | Refusal::BookingNotOpen { .. }
        | Refusal::BookingClosed { .. }
        | Refusal::SessionStarted { .. }
        | Refusal::SessionNotStarted { .. }
        | Refusal::SessionCancelled
        | Refusal::SessionDelivered
        | Refusal::AudienceNotAdmitted { .. }
        | Refusal::BookingNotLive { .. }
        | Refusal::NoOffer { .. }
        | Refusal::OfferExpired { .. }
        | Refusal::NotAttended { .. }
        | Refusal::AttendanceNotRecordable { .. }
        | Refusal::AttendanceElsewhere { .. }
        | Refusal::FencesExceedCapacity { .. }
        | Refusal::NeedNotAgreed { .. }
        | Refusal::NeedDropped => Code::FailedPrecondition,
    }
}
