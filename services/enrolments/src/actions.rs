//! The verbs, one file an RPC.

mod apply_sync_run;
mod complete_enrolment;
mod create_course;
mod create_course_run;
mod create_enrolment;
mod discard_sync_run;
mod follow_attendance;
mod follow_placements;
mod get_course;
mod get_course_run;
mod get_enrolment;
mod get_learning_record;
mod get_sync_run;
mod interrupt_enrolment;
mod list_course_runs;
mod list_courses;
mod list_enrolments;
mod list_sync_changes;
mod list_sync_rejects;
mod list_sync_runs;
mod record_learning;
mod restore_sync_run;
mod resume_enrolment;
mod set_learning_entitlement;
mod step;
mod sweep;
mod sync_enrolments;
mod update_course;
mod update_course_run;
mod update_enrolment;
mod verify_enrolment;
mod watch_enrolments;
mod withdraw_enrolment;

pub use apply_sync_run::ApplySyncRun;
pub use complete_enrolment::CompleteEnrolment;
pub use create_course::CreateCourse;
pub use create_course_run::CreateCourseRun;
pub use create_enrolment::CreateEnrolment;
pub use discard_sync_run::DiscardSyncRun;
pub use get_learning_record::GetLearningRecord;
pub use interrupt_enrolment::InterruptEnrolment;
pub use list_course_runs::{CourseRunFilter, ListCourseRuns, Within};
pub use list_courses::{CourseFilter, ListCourses};
pub use list_enrolments::{EnrolmentFilter, ListEnrolments};
pub use list_sync_changes::ListSyncChanges;
pub use list_sync_rejects::ListSyncRejects;
pub use list_sync_runs::{ListSyncRuns, SyncRunFilter};
pub use record_learning::RecordLearning;
pub use restore_sync_run::RestoreSyncRun;
pub use resume_enrolment::ResumeEnrolment;
pub use set_learning_entitlement::SetLearningEntitlement;
pub use step::Target;
pub use sync_enrolments::{Accepted, OpenSync, Receiving, SyncProgress};
pub use update_course::UpdateCourse;
pub use update_course_run::UpdateCourseRun;
pub use update_enrolment::{Release, UpdateEnrolment};
pub use verify_enrolment::VerifyEnrolment;
pub use watch_enrolments::WatchEnrolments;
pub use withdraw_enrolment::WithdrawEnrolment;

use crate::domain::Refusal;
use vocabulary::{Caller, PartnerId};

/// Checks the etag that a caller read, where one was sent.
fn check_etag(etag: Option<vocabulary::Revision>, current: vocabulary::Revision) -> Result<(), Refusal> {
    if etag.is_some_and(|etag| etag != current) { Err(Refusal::StaleEtag { current }) } else { Ok(()) }
}

/// What a university teaches and whom it enrols, it alone changes; to everybody else it is not there to change.
fn own(caller: &Caller, partner: &PartnerId, name: &impl ToString) -> Result<(), Refusal> {
    if caller.partner == *partner { Ok(()) } else { Err(Refusal::not_found(name)) }
}
