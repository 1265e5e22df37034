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
        Refusal::FencePartnerUnknown { fence, partner } => {
            let field =
                FieldViolation::new(format!("session.fences[{fence}].partner"), "is not a partner here");
            no.with("partner", partner.name()).field(field)
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
        | Refusal::FencePartnerUnknown { .. }
        | Refusal::NeedNotAgreed { .. }
        | Refusal::NeedDropped => Code::FailedPrecondition,
    }
}
