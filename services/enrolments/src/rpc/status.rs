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
        Refusal::AlreadyEnrolled { enrolment } => {
            no.with("enrolment", enrolment).resource("enrolment", &enrolment.to_string())
        }
        Refusal::RunFull { taken, places } | Refusal::PlacesBelowTaken { taken, places } => {
            no.with("taken", taken).with("places", places)
        }
        Refusal::TransitionNotAllowed { state } => no.with("state", state.words()),
        Refusal::FieldNotHeld { field } => no.with("field", field),
        Refusal::SponsorUnknown { sponsor } => no.with("sponsor", sponsor.name()),
        Refusal::DatesDisagree { field, why } => no.field(FieldViolation::new(field, why)),
        Refusal::StaleEtag { current } => no.with("current_etag", current.etag()),
        Refusal::CourseExists
        | Refusal::CourseRunExists
        | Refusal::EnrolmentExists
        | Refusal::PersonOfAnotherPartner => no,
    }
    .status()
}

fn code(refusal: &Refusal) -> Code {
    match refusal {
        Refusal::NotFound { .. } => Code::NotFound,
        Refusal::PersonOfAnotherPartner => Code::PermissionDenied,
        Refusal::CourseExists
        | Refusal::CourseRunExists
        | Refusal::EnrolmentExists
        | Refusal::AlreadyEnrolled { .. } => Code::AlreadyExists,
        Refusal::DatesDisagree { .. } => Code::InvalidArgument,
        Refusal::StaleEtag { .. } => Code::Aborted,
        Refusal::RunFull { .. }
        | Refusal::PlacesBelowTaken { .. }
        | Refusal::TransitionNotAllowed { .. }
        | Refusal::FieldNotHeld { .. }
        | Refusal::SponsorUnknown { .. } => Code::FailedPrecondition,
    }
}
