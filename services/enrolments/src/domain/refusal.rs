//! Why the rules say no. A refusal is a fact: it is kept as the answer to its request id, and a retry hears it
//! again. None names a person.

use super::{
    EnrolmentName, EnrolmentState,
    sync::{RunState, SyncRunName},
};
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
    #[error("the stream opens a run with its first message, once")]
    OpenExpected,
    #[error("a snapshot names the academic years that it speaks for")]
    ScopeMissing,
    #[error("the run was opened with another data set, mode, scope, limits or dry run")]
    ReopenedDifferently,
    #[error("{run} of the same data set is being received")]
    SyncInProgress { run: SyncRunName },
    #[error("the run is {}: it takes no more batches", state.words())]
    RunNotReceiving { state: RunState },
    #[error("batch {next} is the next one")]
    SequenceGap { next: i64 },
    #[error("batch {sequence} is stored with other contents")]
    BatchDiffers { sequence: i64 },
    #[error("{counted} records were counted, {stored} are stored: the run has failed and changed nothing")]
    RecordCountMismatch { counted: i64, stored: i64 },
    #[error("what the run was planned against has changed since")]
    StalePlan,
    #[error("{run} of the same data set was applied since")]
    StaleGeneration { run: String },
    #[error("the plan was not applied in time")]
    PlanExpired,
    #[error("the run is {}: no plan waits", state.words())]
    RunNotPlanned { state: RunState },
    #[error("whoever sent a run may not approve it")]
    ApproverSentIt,
    #[error("only the last applied run of a data set can be undone, before anything builds on it")]
    NotTheLastRun,
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
            Refusal::OpenExpected => "OPEN_EXPECTED",
            Refusal::ScopeMissing => "SCOPE_MISSING",
            Refusal::ReopenedDifferently => "REOPENED_DIFFERENTLY",
            Refusal::SyncInProgress { .. } => "SYNC_IN_PROGRESS",
            Refusal::RunNotReceiving { .. } => "RUN_NOT_RECEIVING",
            Refusal::SequenceGap { .. } => "SEQUENCE_GAP",
            Refusal::BatchDiffers { .. } => "BATCH_DIFFERS",
            Refusal::RecordCountMismatch { .. } => "RECORD_COUNT_MISMATCH",
            Refusal::StalePlan => "STALE_PLAN",
            Refusal::StaleGeneration { .. } => "STALE_GENERATION",
            Refusal::PlanExpired => "PLAN_EXPIRED",
            Refusal::RunNotPlanned { .. } => "RUN_NOT_PLANNED",
            Refusal::ApproverSentIt => "APPROVER_SENT_IT",
            Refusal::NotTheLastRun => "NOT_THE_LAST_RUN",
            Refusal::StaleEtag { .. } => "STALE_ETAG",
        }
    }
}
