//! Which roles of which kind of partner may call: one row an RPC. Whose rows they then see or change is decided
//! further in.

use admission::{AccessTable, Class, Row, TableError};
use vocabulary::Role;
use vocabulary::Role::{
    Auditor, DataProtectionOfficer, LearnerSupport, PanelMember, PartnershipCoordinator,
    PlacementCoordinator, PracticeEducator, PracticeLead, ProgrammeManager, Recruiter, Scheduler, Service,
    WorkforceAnalyst,
};

/// Whoever works with people may look at what is taught.
const READERS: &[Role] = &[
    Scheduler,
    ProgrammeManager,
    PracticeEducator,
    PracticeLead,
    PlacementCoordinator,
    LearnerSupport,
    Recruiter,
    WorkforceAnalyst,
    PanelMember,
    PartnershipCoordinator,
    Service,
];
/// Raise and agree what needs teaching.
const PLANNERS: &[Role] = &[ProgrammeManager, PracticeLead, PartnershipCoordinator];
/// Run masterclasses and sessions.
const HOSTS: &[Role] = &[Scheduler, ProgrammeManager];
/// Book, for their partner's people or (practice educators and leads) for themselves.
const BOOKERS: &[Role] =
    &[Scheduler, ProgrammeManager, LearnerSupport, PracticeEducator, PracticeLead, Service];
/// See bookings.
const BOOKING_READERS: &[Role] = &[
    Scheduler,
    ProgrammeManager,
    LearnerSupport,
    PracticeEducator,
    PracticeLead,
    WorkforceAnalyst,
    DataProtectionOfficer,
    Service,
];
const AUDITORS: &[Role] = &[Auditor, DataProtectionOfficer];

macro_rules! masterclass {
    ($method:literal) => {
        concat!("/practicum.masterclasses.v1.MasterclassService/", $method)
    };
}
macro_rules! booking {
    ($method:literal) => {
        concat!("/practicum.masterclasses.v1.BookingService/", $method)
    };
}

/// # Errors
/// Two rows for one method.
pub fn table() -> Result<AccessTable, TableError> {
    AccessTable::new([
        Row::new(masterclass!("CreateLearningNeed"), Class::Write).everyone(PLANNERS),
        Row::new(masterclass!("ListLearningNeeds"), Class::List).everyone(READERS),
        Row::new(masterclass!("AgreeLearningNeed"), Class::Write).councils(PLANNERS).universities(PLANNERS),
        Row::new(masterclass!("CreateMasterclass"), Class::Write).everyone(HOSTS),
        Row::new(masterclass!("GetMasterclass"), Class::Read).everyone(READERS),
        Row::new(masterclass!("ListMasterclasses"), Class::List).everyone(READERS),
        Row::new(masterclass!("UpdateMasterclass"), Class::Write).everyone(HOSTS),
        Row::new(masterclass!("CreateSessions"), Class::Write).everyone(HOSTS),
        Row::new(masterclass!("GetSession"), Class::Read).everyone(READERS),
        Row::new(masterclass!("ListSessions"), Class::List).everyone(READERS),
        Row::new(masterclass!("UpdateSession"), Class::Write).everyone(HOSTS),
        Row::new(masterclass!("CancelSession"), Class::Cancel).everyone(HOSTS),
        Row::new(masterclass!("ExportCalendar"), Class::Report).everyone(BOOKING_READERS),
        Row::new(booking!("BookSeats"), Class::Write).everyone(BOOKERS),
        Row::new(booking!("GetBooking"), Class::Read).everyone(BOOKING_READERS),
        Row::new(booking!("ListBookings"), Class::List).everyone(BOOKING_READERS),
        Row::new(booking!("CancelBooking"), Class::Cancel).everyone(BOOKERS),
        Row::new(booking!("AnswerOffer"), Class::Write).everyone(BOOKERS),
        Row::new(booking!("RecordAttendance"), Class::Write).everyone(HOSTS),
        Row::new(booking!("SubmitFeedback"), Class::Write).everyone(BOOKERS),
        Row::new(booking!("WatchBookings"), Class::Stream).everyone(BOOKING_READERS),
        Row::new("/practicum.common.v1.AuditService/ListAuditEntries", Class::List).everyone(AUDITORS),
        Row::new("/practicum.common.v1.AuditService/VerifyAuditLog", Class::Report).everyone(AUDITORS),
    ])
}
