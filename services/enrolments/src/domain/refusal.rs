//! Why the rules say no. A refusal is a fact: it is kept as the answer to its request id, and a retry hears it
//! again. None names a person.

use super::{EnrolmentName, EnrolmentState};
use ledger::Reason;
use serde::{Deserialize, Serialize};
use vocabulary::{PartnerId, Revision};

/// One reason of the contract's `ErrorReason` each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Refusal {
    /// Absent, or not for the caller: the answer is the same.
    #[error("{what} does not exist, or is not yours")]
    NotFound { what: String },
    #[error("a course of that name exists")]
    CourseExists,
    #[error("the course has a run of that name")]
    CourseRunExists,
    #[error("an enrolment of that name exists")]
    EnrolmentExists,
    #[error("the learner is on this run already: {enrolment}")]
    AlreadyEnrolled { enrolment: EnrolmentName },
    #[error("no place is left: {taken} of {places} are taken")]
    RunFull { taken: u32, places: u32 },
    #[error("{taken} places are taken, the run would have {places}")]
    PlacesBelowTaken { taken: u32, places: u32 },
    #[error("the enrolment is {}", state.words())]
    TransitionNotAllowed { state: EnrolmentState },
    #[error("{field} is not held against the data set")]
    FieldNotHeld { field: String },
    #[error("{} is not a partner here", sponsor.name())]
    SponsorUnknown { sponsor: PartnerId },
    #[error("the learner is another partner's: enrol your own")]
    PersonOfAnotherPartner,
    /// Only seen once what is stored and what is asked for are put together.
    #[error("{field}: {why}")]
    DatesDisagree { field: String, why: String },
    #[error("it has changed since you read it: read it again")]
    StaleEtag { current: Revision },
}

impl Refusal {
    pub fn not_found(name: &impl ToString) -> Self {
        Self::NotFound { what: name.to_string() }
    }

    pub fn dates(field: &str, why: &str) -> Self {
        Self::DatesDisagree { field: field.into(), why: why.into() }
    }
}

impl Reason for Refusal {
    fn reason(&self) -> &'static str {
        match self {
            Refusal::NotFound { .. } => "NOT_FOUND",
            Refusal::CourseExists => "COURSE_EXISTS",
            Refusal::CourseRunExists => "COURSE_RUN_EXISTS",
            Refusal::EnrolmentExists => "ENROLMENT_EXISTS",
            Refusal::AlreadyEnrolled { .. } => "ALREADY_ENROLLED",
            Refusal::RunFull { .. } => "RUN_FULL",
            Refusal::PlacesBelowTaken { .. } => "PLACES_BELOW_TAKEN",
            Refusal::TransitionNotAllowed { .. } => "TRANSITION_NOT_ALLOWED",
            Refusal::FieldNotHeld { .. } => "FIELD_NOT_HELD",
            Refusal::SponsorUnknown { .. } => "SPONSOR_UNKNOWN",
            Refusal::PersonOfAnotherPartner => "PERSON_OF_ANOTHER_PARTNER",
            Refusal::DatesDisagree { .. } => "INVALID_FIELDS",
            Refusal::StaleEtag { .. } => "STALE_ETAG",
        }
    }
}
