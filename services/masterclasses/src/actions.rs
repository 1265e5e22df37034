//! The verbs, one file an RPC.

mod agree_learning_need;
mod answer_offer;
mod book_seats;
mod cancel_booking;
mod cancel_session;
mod create_learning_need;
mod create_masterclass;
mod create_sessions;
pub mod desk;
mod export_calendar;
mod get_booking;
mod get_masterclass;
mod get_session;
mod list_bookings;
mod list_learning_needs;
mod list_masterclasses;
mod list_sessions;
pub mod permit;
mod record_attendance;
mod submit_feedback;
mod sweep;
mod update_masterclass;
mod update_session;
mod watch_bookings;

pub use agree_learning_need::AgreeLearningNeed;
pub use answer_offer::AnswerOffer;
pub use book_seats::BookSeats;
pub use cancel_booking::CancelBooking;
pub use cancel_session::CancelSession;
pub use create_learning_need::CreateLearningNeed;
pub use create_masterclass::CreateMasterclass;
pub use create_sessions::CreateSessions;
pub use export_calendar::ExportCalendar;
pub use list_bookings::{BookingFilter, ListBookings};
pub use list_learning_needs::{LearningNeedFilter, ListLearningNeeds};
pub use list_masterclasses::{ListMasterclasses, MasterclassFilter};
pub use list_sessions::ListSessions;
pub use record_attendance::RecordAttendance;
pub use submit_feedback::SubmitFeedback;
pub use update_masterclass::UpdateMasterclass;
pub use update_session::UpdateSession;
pub use watch_bookings::WatchBookings;

use crate::domain::Refusal;

/// Checks the etag that a caller read, where one was sent.
fn check_etag(etag: Option<vocabulary::Revision>, current: vocabulary::Revision) -> Result<(), Refusal> {
    if etag.is_some_and(|etag| etag != current) { Err(Refusal::StaleEtag { current }) } else { Ok(()) }
}
