//! Every no, once: one match, no wildcard.

use crate::{
    domain::{Refusal, refusal::DayRefused},
    error::Error,
};
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
        Refusal::OfferNotDraft { state } | Refusal::OfferNotOpen { state } => no.with("state", state.words()),
        Refusal::NeedNotOpen { state } => no.with("state", state.words()),
        Refusal::TransitionNotAllowed { state } => no.with("state", state.words()),
        Refusal::NoFreePlace { in_use, places } | Refusal::PlacesBelowUse { in_use, places } => {
            no.with("in_use", in_use).with("places", places)
        }
        Refusal::OfferInUse { in_use, fields } => no.with("in_use", in_use).with("fields", fields.join(" ")),
        Refusal::RuleBreached { breaches } => {
            breaches.iter().fold(no, |no, breach| no.gate("RULE", &breach.rule, &breach.explanation))
        }
        Refusal::RuleNotWaivable { rule } => no.with("rule", rule),
        Refusal::StudentAlreadyPlaced { placement } => {
            no.with("placement", placement).resource("placement", &placement.to_string())
        }
        Refusal::PlacementsOverlap { placement, from, to } => {
            no.with("placement", placement).with("from", from).with("to", to)
        }
        Refusal::EducatorAtLimit { learners, max_learners } => {
            no.with("learners", learners).with("max_learners", max_learners)
        }
        Refusal::EducatorNotCurrent { until, end } => no.with("current_until", until).with("end", end),
        Refusal::StartDateNotReached { start } => no.with("start_date", start),
        Refusal::DayNotRecordable { days } => {
            let dates: Vec<String> = days.iter().map(|day| day.date.to_string()).collect();
            let gate =
                |no: refusals::Refusal, day: &DayRefused| no.gate("DAY", &day.date.to_string(), &day.why);
            days.iter().fold(no, gate).with("days", dates.join(" "))
        }
        Refusal::DaysNotServed { served, required } => no.with("served", served).with("required", required),
        Refusal::ReviewMissing { review } => no.with("review", review.words()),
        Refusal::CreditExceedsAttended { credited, attended } => {
            no.with("credited", credited).with("attended", attended)
        }
        Refusal::FieldsDisagree { field, why } => no.field(FieldViolation::new(field, why)),
        Refusal::StaleEtag { current } => no.with("current_etag", current.etag()),
        Refusal::EducatorExists
        | Refusal::OfferExists
        | Refusal::NeedExists
        | Refusal::NotTheHost
        | Refusal::NotTheUniversity
        | Refusal::NotTheAssessor
        | Refusal::PersonOfAnotherPartner
        | Refusal::WaiverNotAllowed
        | Refusal::HoldExpired
        | Refusal::RatifierNeeded
        | Refusal::EnrolmentRefused
        | Refusal::ConcernAlreadyResolved
        | Refusal::MatchRunAlreadyApplied => no,
    }
    .status()
}

fn code(refusal: &Refusal) -> Code {
    match refusal {
        Refusal::NotFound { .. } => Code::NotFound,
        Refusal::EducatorExists | Refusal::OfferExists | Refusal::NeedExists => Code::AlreadyExists,
        Refusal::NotTheHost
        | Refusal::NotTheUniversity
        | Refusal::NotTheAssessor
        | Refusal::PersonOfAnotherPartner
        | Refusal::WaiverNotAllowed => Code::PermissionDenied,
        Refusal::FieldsDisagree { .. } | Refusal::RuleNotWaivable { .. } => Code::InvalidArgument,
        Refusal::StaleEtag { .. } => Code::Aborted,
        Refusal::OfferNotDraft { .. }
        | Refusal::OfferNotOpen { .. }
        | Refusal::NoFreePlace { .. }
        | Refusal::PlacesBelowUse { .. }
        | Refusal::OfferInUse { .. }
        | Refusal::NeedNotOpen { .. }
        | Refusal::TransitionNotAllowed { .. }
        | Refusal::RuleBreached { .. }
        | Refusal::StudentAlreadyPlaced { .. }
        | Refusal::PlacementsOverlap { .. }
        | Refusal::HoldExpired
        | Refusal::EducatorAtLimit { .. }
        | Refusal::EducatorNotCurrent { .. }
        | Refusal::RatifierNeeded
        | Refusal::EnrolmentRefused
        | Refusal::StartDateNotReached { .. }
        | Refusal::DayNotRecordable { .. }
        | Refusal::DaysNotServed { .. }
        | Refusal::ReviewMissing { .. }
        | Refusal::CreditExceedsAttended { .. }
        | Refusal::ConcernAlreadyResolved
        | Refusal::MatchRunAlreadyApplied => Code::FailedPrecondition,
    }
}
