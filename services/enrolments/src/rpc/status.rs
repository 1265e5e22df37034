//! Every no, once: one match, no wildcard.

use crate::{domain::Refusal, error::Error};
use ledger::Reason;
use refusals::{FieldViolation, usual};
use tonic::{Code, Status};

pub fn status(error: Error) -> Status {
    match error {
        Error::Refused(refusal) => refused(&refusal),
        Error::RequestIdReused => usual::request_id_reused(),
        Error::ResyncRequired => usual::resync_required(),
        Error::ShuttingDown => usual::shutting_down(),
        Error::DeadlineExceeded => usual::deadline_exceeded(),
        Error::Fault(fault) => chassis::storage(&fault),
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
        Refusal::SyncInProgress { run } => no.with("sync_run", run).resource("sync_run", &run.to_string()),
        Refusal::RunNotReceiving { state } | Refusal::RunNotPlanned { state } => {
            no.with("state", state.words())
        }
        Refusal::SequenceGap { next } => no.with("next_sequence", next),
        Refusal::BatchDiffers { sequence } => no.with("sequence", sequence),
        Refusal::RecordCountMismatch { counted, stored } => {
            no.with("counted", counted).with("stored", stored)
        }
        Refusal::StaleGeneration { run } => no.with("sync_run", run),
        Refusal::CourseExists
        | Refusal::CourseRunExists
        | Refusal::EnrolmentExists
        | Refusal::OpenExpected
        | Refusal::ScopeMissing
        | Refusal::ReopenedDifferently
        | Refusal::StalePlan
        | Refusal::PlanExpired
        | Refusal::ApproverSentIt
        | Refusal::NotTheLastRun
        | Refusal::PersonOfAnotherPartner => no,
    }
    .status()
}

fn code(refusal: &Refusal) -> Code {
    match refusal {
        Refusal::NotFound { .. } => Code::NotFound,
        Refusal::PersonOfAnotherPartner | Refusal::ApproverSentIt => Code::PermissionDenied,
        Refusal::CourseExists
        | Refusal::CourseRunExists
        | Refusal::EnrolmentExists
        | Refusal::AlreadyEnrolled { .. } => Code::AlreadyExists,
        Refusal::DatesDisagree { .. }
        | Refusal::OpenExpected
        | Refusal::ScopeMissing
        | Refusal::BatchDiffers { .. } => Code::InvalidArgument,
        Refusal::StaleEtag { .. } | Refusal::StalePlan | Refusal::StaleGeneration { .. } => Code::Aborted,
        Refusal::RunFull { .. }
        | Refusal::PlacesBelowTaken { .. }
        | Refusal::TransitionNotAllowed { .. }
        | Refusal::FieldNotHeld { .. }
        | Refusal::ReopenedDifferently
        | Refusal::SyncInProgress { .. }
        | Refusal::RunNotReceiving { .. }
        | Refusal::SequenceGap { .. }
        | Refusal::RecordCountMismatch { .. }
        | Refusal::PlanExpired
        | Refusal::RunNotPlanned { .. }
        | Refusal::NotTheLastRun
        | Refusal::SponsorUnknown { .. } => Code::FailedPrecondition,
    }
}
