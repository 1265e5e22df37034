//! Which roles of which kind of partner may call: one row an RPC. Whose rows they then see or change is decided
//! further in.

use admission::{AccessTable, Class, Row, TableError};
use vocabulary::Role;
use vocabulary::Role::{
    Auditor, DataProtectionOfficer, EnrolmentSync, LearnerSupport, PanelMember, PartnershipCoordinator,
    PlacementCoordinator, PracticeEducator, PracticeLead, ProgrammeManager, Recruiter, Registrar, Scheduler,
    Service, WorkforceAnalyst,
};

/// Whoever works with people may look at what is taught.
const READERS: &[Role] = &[
    ProgrammeManager,
    Registrar,
    LearnerSupport,
    EnrolmentSync,
    Scheduler,
    PracticeEducator,
    PracticeLead,
    PlacementCoordinator,
    Recruiter,
    WorkforceAnalyst,
    PanelMember,
    PartnershipCoordinator,
    Service,
];
/// Say what is taught.
const PLANNERS: &[Role] = &[ProgrammeManager, Registrar];
/// Enrol people, and say what becomes of them.
const ENROLLERS: &[Role] = &[ProgrammeManager, Registrar, LearnerSupport];
/// See enrolments: their own university's, or those that they sponsor.
const ENROLMENT_READERS: &[Role] = &[
    ProgrammeManager,
    Registrar,
    LearnerSupport,
    PlacementCoordinator,
    PracticeLead,
    WorkforceAnalyst,
    DataProtectionOfficer,
    Service,
];
/// Ask whether somebody is enrolled, without seeing more: before a placement, an interview or a post.
const VERIFIERS: &[Role] = &[
    ProgrammeManager,
    Registrar,
    LearnerSupport,
    PlacementCoordinator,
    PracticeLead,
    Recruiter,
    PartnershipCoordinator,
    Service,
];
/// Keep the learning records of their own partner's people.
const LEARNING_KEEPERS: &[Role] =
    &[ProgrammeManager, LearnerSupport, PracticeLead, PracticeEducator, Service];
/// See them.
const LEARNING_READERS: &[Role] = &[
    ProgrammeManager,
    LearnerSupport,
    PracticeLead,
    PracticeEducator,
    PanelMember,
    DataProtectionOfficer,
    Service,
];
/// Send what the university's own system holds.
const SENDERS: &[Role] = &[EnrolmentSync];
/// Look at what was sent, and give it up.
const SYNC_READERS: &[Role] = &[EnrolmentSync, Registrar];
/// Approve what a sync holds back, and undo it.
const APPROVERS: &[Role] = &[Registrar];
/// Hundreds of thousands of rows take their time.
const AN_HOUR: std::time::Duration = std::time::Duration::from_secs(3_600);
const AUDITORS: &[Role] = &[Auditor, DataProtectionOfficer];

macro_rules! enrolment {
    ($method:literal) => {
        concat!("/practicum.enrolments.v1.EnrolmentService/", $method)
    };
}

macro_rules! learning {
    ($method:literal) => {
        concat!("/practicum.enrolments.v1.LearningRecordService/", $method)
    };
}

macro_rules! sync {
    ($method:literal) => {
        concat!("/practicum.enrolments.v1.EnrolmentSyncService/", $method)
    };
}

/// # Errors
/// Two rows for one method.
pub fn table() -> Result<AccessTable, TableError> {
    AccessTable::new([
        Row::new(enrolment!("CreateCourse"), Class::Write).universities(PLANNERS),
        Row::new(enrolment!("GetCourse"), Class::Read).everyone(READERS),
        Row::new(enrolment!("ListCourses"), Class::List).everyone(READERS),
        Row::new(enrolment!("UpdateCourse"), Class::Write).universities(PLANNERS),
        Row::new(enrolment!("CreateCourseRun"), Class::Write).universities(PLANNERS),
        Row::new(enrolment!("GetCourseRun"), Class::Read).everyone(READERS),
        Row::new(enrolment!("ListCourseRuns"), Class::List).everyone(READERS),
        Row::new(enrolment!("UpdateCourseRun"), Class::Write).universities(PLANNERS),
        Row::new(enrolment!("CreateEnrolment"), Class::Write).universities(ENROLLERS),
        Row::new(enrolment!("GetEnrolment"), Class::Read).everyone(ENROLMENT_READERS),
        Row::new(enrolment!("ListEnrolments"), Class::List).everyone(ENROLMENT_READERS),
        Row::new(enrolment!("UpdateEnrolment"), Class::Write).universities(ENROLLERS),
        Row::new(enrolment!("InterruptEnrolment"), Class::Write).universities(ENROLLERS),
        Row::new(enrolment!("ResumeEnrolment"), Class::Write).universities(ENROLLERS),
        Row::new(enrolment!("WithdrawEnrolment"), Class::Cancel).universities(ENROLLERS),
        Row::new(enrolment!("CompleteEnrolment"), Class::Write).universities(ENROLLERS),
        Row::new(enrolment!("VerifyEnrolment"), Class::Read).everyone(VERIFIERS),
        Row::new(enrolment!("WatchEnrolments"), Class::Stream).everyone(ENROLMENT_READERS),
        Row::new(learning!("GetLearningRecord"), Class::Read).everyone(LEARNING_READERS),
        Row::new(learning!("RecordLearning"), Class::Write).everyone(LEARNING_KEEPERS),
        Row::new(learning!("SetLearningEntitlement"), Class::Write).everyone(LEARNING_KEEPERS),
        Row::new(sync!("SyncEnrolments"), Class::Stream).universities(SENDERS),
        Row::new(sync!("GetSyncRun"), Class::Read).universities(SYNC_READERS),
        Row::new(sync!("ListSyncRuns"), Class::List).universities(SYNC_READERS),
        Row::new(sync!("ListSyncChanges"), Class::List).universities(SYNC_READERS),
        Row::new(sync!("ListSyncRejects"), Class::List).universities(SYNC_READERS),
        Row::new(sync!("ApplySyncRun"), Class::Write).universities(APPROVERS).deadline(AN_HOUR),
        Row::new(sync!("DiscardSyncRun"), Class::Cancel).universities(SYNC_READERS),
        Row::new(sync!("RestoreSyncRun"), Class::Write).universities(APPROVERS).deadline(AN_HOUR),
        Row::new("/practicum.common.v1.AuditService/ListAuditEntries", Class::List).everyone(AUDITORS),
        Row::new("/practicum.common.v1.AuditService/VerifyAuditLog", Class::Report).everyone(AUDITORS),
    ])
}
