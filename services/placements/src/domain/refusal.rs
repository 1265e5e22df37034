//! Why the rules say no. A refusal is a fact: it is kept as the answer to its request id, and a retry hears it
//! again. None names a person.

use super::{Day, NeedState, OfferState, PlacementName, PlacementState, placement::ReviewKind};
use ledger::Reason;
use serde::{Deserialize, Serialize};
use vocabulary::Revision;

/// A hard rule that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breach {
    pub rule: String,
    pub explanation: String,
}

/// A day that the ledger does not take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayRefused {
    pub date: Day,
    pub why: String,
}

/// One reason of the contract's `ErrorReason` each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Refusal {
    /// Absent, or not for the caller: the answer is the same.
    #[error("{what} does not exist, or is not yours")]
    NotFound { what: String },
    #[error("a practice educator of that name exists, or the person is one already")]
    EducatorExists,
    #[error("an offer of that name exists")]
    OfferExists,
    #[error("a need of that name exists, or the student has an open need for this stage")]
    NeedExists,
    #[error("only the host may do this")]
    NotTheHost,
    #[error("only the student's university may do this")]
    NotTheUniversity,
    #[error("only whoever is responsible for the assessment may recommend")]
    NotTheAssessor,
    #[error("the person is another partner's: only that one may act for them")]
    PersonOfAnotherPartner,
    #[error("the offer is {}: only a draft can be published", state.words())]
    OfferNotDraft { state: OfferState },
    #[error("the offer is {}", state.words())]
    OfferNotOpen { state: OfferState },
    #[error("no place is free: {in_use} of {places} are held or taken")]
    NoFreePlace { in_use: u32, places: u32 },
    #[error("{in_use} places are held or taken, the offer would have {places}")]
    PlacesBelowUse { in_use: u32, places: u32 },
    #[error("{in_use} places are held or taken, and placements rely on {}", fields.join(", "))]
    OfferInUse { in_use: u32, fields: Vec<String> },
    #[error("the need is {}", state.words())]
    NeedNotOpen { state: NeedState },
    #[error("the placement is {}", state.words())]
    TransitionNotAllowed { state: PlacementState },
    #[error("hard rules are broken: {}", said(breaches))]
    RuleBreached { breaches: Vec<Breach> },
    #[error("only a partnership coordinator may set a rule aside")]
    WaiverNotAllowed,
    #[error("{rule} is not in the rule book, or nobody may set it aside")]
    RuleNotWaivable { rule: String },
    #[error("the student has a live placement for this stage")]
    StudentAlreadyPlaced { placement: PlacementName },
    #[error("the student would be on two placements at once: the other one is from {from} to {to}")]
    PlacementsOverlap { placement: PlacementName, from: Day, to: Day },
    #[error("nobody answered in time, and the place is free again")]
    HoldExpired,
    #[error("the practice educator has {learners} learners of {max_learners}")]
    EducatorAtLimit { learners: u32, max_learners: u32 },
    #[error("the qualification counts until {until}, the placement lasts to {end}")]
    EducatorNotCurrent { until: Day, end: Day },
    #[error("a final placement under a practice educator who is not stage 2 needs a stage 2 ratifier")]
    RatifierNeeded,
    #[error("the university's records do not verify the enrolment")]
    EnrolmentRefused,
    #[error("the placement starts on {start}")]
    StartDateNotReached { start: Day },
    #[error("{}; nothing was recorded", listed(days))]
    DayNotRecordable { days: Vec<DayRefused> },
    #[error("{served} of {required} days are served")]
    DaysNotServed { served: u32, required: u32 },
    #[error("the {} is not recorded", review.words())]
    ReviewMissing { review: ReviewKind },
    #[error("{attended} days were attended, {credited} would be credited")]
    CreditExceedsAttended { credited: u32, attended: u32 },
    #[error("the concern is resolved")]
    ConcernAlreadyResolved,
    #[error("the run's matches have been proposed")]
    MatchRunAlreadyApplied,
    /// Only seen once what is stored and what is asked for are put together.
    #[error("{field}: {why}")]
    FieldsDisagree { field: String, why: String },
    #[error("it has changed since you read it: read it again")]
    StaleEtag { current: Revision },
}

fn said(breaches: &[Breach]) -> String {
    let said: Vec<String> = breaches.iter().map(|it| format!("{} ({})", it.rule, it.explanation)).collect();
    said.join("; ")
}

fn listed(days: &[DayRefused]) -> String {
    let listed: Vec<String> = days.iter().map(|day| format!("{}: {}", day.date, day.why)).collect();
    listed.join(", ")
}

impl Refusal {
    pub fn not_found(name: &impl ToString) -> Self {
        Self::NotFound { what: name.to_string() }
    }

    pub fn field(field: &str, why: impl Into<String>) -> Self {
        Self::FieldsDisagree { field: field.into(), why: why.into() }
    }
}

impl Reason for Refusal {
    fn reason(&self) -> &'static str {
        match self {
            Refusal::NotFound { .. } => "NOT_FOUND",
            Refusal::EducatorExists => "PRACTICE_EDUCATOR_EXISTS",
            Refusal::OfferExists => "OFFER_EXISTS",
            Refusal::NeedExists => "NEED_EXISTS",
            Refusal::NotTheHost => "NOT_THE_HOST",
            Refusal::NotTheUniversity => "NOT_THE_UNIVERSITY",
            Refusal::NotTheAssessor => "NOT_THE_ASSESSOR",
            Refusal::PersonOfAnotherPartner => "PERSON_OF_ANOTHER_PARTNER",
            Refusal::OfferNotDraft { .. } => "OFFER_NOT_DRAFT",
            Refusal::OfferNotOpen { .. } => "OFFER_NOT_OPEN",
            Refusal::NoFreePlace { .. } => "NO_FREE_PLACE",
            Refusal::PlacesBelowUse { .. } => "PLACES_BELOW_USE",
            Refusal::OfferInUse { .. } => "OFFER_IN_USE",
            Refusal::NeedNotOpen { .. } => "NEED_NOT_OPEN",
            Refusal::TransitionNotAllowed { .. } => "TRANSITION_NOT_ALLOWED",
            Refusal::RuleBreached { .. } => "RULE_BREACHED",
            Refusal::WaiverNotAllowed => "WAIVER_NOT_ALLOWED",
            Refusal::RuleNotWaivable { .. } => "RULE_NOT_WAIVABLE",
            Refusal::StudentAlreadyPlaced { .. } => "STUDENT_ALREADY_PLACED",
            Refusal::PlacementsOverlap { .. } => "PLACEMENTS_OVERLAP",
            Refusal::HoldExpired => "HOLD_EXPIRED",
            Refusal::EducatorAtLimit { .. } => "EDUCATOR_AT_LIMIT",
            Refusal::EducatorNotCurrent { .. } => "EDUCATOR_NOT_CURRENT",
            Refusal::RatifierNeeded => "RATIFIER_NEEDED",
            Refusal::EnrolmentRefused => "ENROLMENT_REFUSED",
            Refusal::StartDateNotReached { .. } => "START_DATE_NOT_REACHED",
            Refusal::DayNotRecordable { .. } => "DAY_NOT_RECORDABLE",
            Refusal::DaysNotServed { .. } => "DAYS_NOT_SERVED",
            Refusal::ReviewMissing { .. } => "REVIEW_MISSING",
            Refusal::CreditExceedsAttended { .. } => "CREDIT_EXCEEDS_ATTENDED",
            Refusal::ConcernAlreadyResolved => "CONCERN_ALREADY_RESOLVED",
            Refusal::MatchRunAlreadyApplied => "MATCH_RUN_ALREADY_APPLIED",
            Refusal::FieldsDisagree { .. } => "INVALID_FIELDS",
            Refusal::StaleEtag { .. } => "STALE_ETAG",
        }
    }
}
