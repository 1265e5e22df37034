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
mod list_audit_entries;
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
mod verify_audit_log;
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
pub use watch_bookings::{Seen, WatchBookings};

use crate::{domain::Refusal, error::Error};
use ledger::{Fingerprint, Write};
use serde::Serialize;
use vocabulary::{Call, RequestId};

/// What a list answers: a page, and where the next one begins.
#[derive(Clone, Debug)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// The place after the last row, where there is more.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// From one row more than a page holds.
    fn of(mut rows: Vec<T>, size: vocabulary::PageSize, place: impl Fn(&T) -> String) -> Self {
        let full = rows.len() as u64 > size.rows();
        rows.truncate(usize::try_from(size.rows()).unwrap_or(usize::MAX));
        let next = rows.last().filter(|_| full).map(place);
        Self { rows, next }
    }
}

/// A write that `call` asks for. `ask` is everything that the caller asked, and nothing else.
fn write(
    call: &Call,
    request_id: Option<RequestId>,
    ask: &impl Serialize,
    resource: &impl ToString,
) -> Result<Write, Error> {
    Ok(Write {
        call: call.clone(),
        request_id,
        fingerprint: Fingerprint::of(ask)?,
        resource: resource.to_string(),
    })
}

/// Checks the etag that a caller read, where one was sent.
fn check_etag(etag: Option<vocabulary::Revision>, current: vocabulary::Revision) -> Result<(), Refusal> {
    if etag.is_some_and(|etag| etag != current) { Err(Refusal::StaleEtag { current }) } else { Ok(()) }
}
