//! Why the rules say no. A refusal is a fact: it is kept as the answer to its request id, and a retry hears it
//! again. None names a person: a seat is named by its place in the request.

use super::{BookingState, NeedName, SessionName};
use ledger::Reason;
use serde::{Deserialize, Serialize};
use vocabulary::{Instant, PartnerId, Revision};

/// One reason of the contract's `ErrorReason` each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Refusal {
    /// Absent, or not for the caller to see: the answer is the same.
    #[error("{what} does not exist, or is not yours to see")]
    NotFound { what: String },
    #[error("no seat is free for these attendees: {taken} of {capacity} are taken")]
    SessionFull { taken: u32, capacity: u32 },
    #[error("seats[{seat}]: the attendee already has a live booking on this session")]
    AlreadyBooked { seat: usize },
    #[error("seats[{seat}]: the attendee is confirmed on {session} at the same time")]
    OverlappingBooking { seat: usize, session: SessionName },
    #[error("booking opens at {opens}")]
    BookingNotOpen { opens: Instant },
    #[error("booking closed at {closed}")]
    BookingClosed { closed: Instant },
    #[error("the session started at {started}")]
    SessionStarted { started: Instant },
    #[error("the session starts only at {starts}")]
    SessionNotStarted { starts: Instant },
    #[error("the session is cancelled")]
    SessionCancelled,
    #[error("the session has been delivered")]
    SessionDelivered,
    #[error("seats[{seat}]: the masterclass does not admit this audience")]
    AudienceNotAdmitted { seat: usize },
    #[error("only the partner that hosts the masterclass may do this")]
    NotTheHost,
    #[error("seats[{seat}]: the attendee is not one of your partner's people, or not one that you may book")]
    PersonOfAnotherPartner { seat: usize },
    #[error("the booking is {}", state.words())]
    BookingNotLive { state: BookingState },
    #[error("no seat is on offer: the booking is {}", state.words())]
    NoOffer { state: BookingState },
    #[error("the offer ran out at {expired}")]
    OfferExpired { expired: Instant },
    #[error("feedback is for people who attended: the booking is {}", state.words())]
    NotAttended { state: BookingState },
    #[error("feedback was given already")]
    FeedbackAlreadyGiven,
    #[error("attendances[{item}]: attendance cannot be recorded for a booking that is {}", state.words())]
    AttendanceNotRecordable { item: usize, state: BookingState },
    #[error("attendances[{item}]: the booking is not of this session")]
    AttendanceElsewhere { item: usize },
    /// Only seen once what is stored and what is asked for are put together.
    #[error("{field}: {why}")]
    TimesDisagree { field: String, why: String },
    #[error("{need} is not agreed by a council and a university")]
    NeedNotAgreed { need: NeedName },
    #[error("the learning need was dropped")]
    NeedDropped,
    #[error("the fences keep {fenced} seats, the session has {capacity}")]
    FencesExceedCapacity { fenced: u32, capacity: u32 },
    #[error("session.fences[{fence}]: {} is not a partner here", partner.name())]
    FencePartnerUnknown { fence: usize, partner: PartnerId },
    #[error("on {day} the clocks change and the local time {time} does not exist in {zone}")]
    TimeDoesNotExist { day: String, time: String, zone: String },
    #[error("a masterclass of that name exists")]
    MasterclassExists,
    #[error("the session {session} exists")]
    SessionExists { session: SessionName },
    #[error("it has changed since you read it: read it again")]
    StaleEtag { current: Revision },
}

impl Refusal {
    pub fn not_found(name: &impl ToString) -> Self {
        Self::NotFound { what: name.to_string() }
    }

    pub fn times(field: &str, why: impl Into<String>) -> Self {
        Self::TimesDisagree { field: field.into(), why: why.into() }
    }
}

impl Reason for Refusal {
    fn reason(&self) -> &'static str {
        match self {
            Refusal::NotFound { .. } => "NOT_FOUND",
            Refusal::SessionFull { .. } => "SESSION_FULL",
            Refusal::AlreadyBooked { .. } => "ALREADY_BOOKED",
            Refusal::OverlappingBooking { .. } => "OVERLAPPING_BOOKING",
            Refusal::BookingNotOpen { .. } => "BOOKING_NOT_OPEN",
            Refusal::BookingClosed { .. } => "BOOKING_CLOSED",
            Refusal::SessionStarted { .. } => "SESSION_STARTED",
            Refusal::SessionNotStarted { .. } => "SESSION_NOT_STARTED",
            Refusal::SessionCancelled => "SESSION_CANCELLED",
            Refusal::SessionDelivered => "SESSION_DELIVERED",
            Refusal::AudienceNotAdmitted { .. } => "AUDIENCE_NOT_ADMITTED",
            Refusal::NotTheHost => "NOT_THE_HOST",
            Refusal::PersonOfAnotherPartner { .. } => "PERSON_OF_ANOTHER_PARTNER",
            Refusal::BookingNotLive { .. } => "BOOKING_NOT_LIVE",
            Refusal::NoOffer { .. } => "NO_OFFER",
            Refusal::OfferExpired { .. } => "OFFER_EXPIRED",
            Refusal::NotAttended { .. } => "NOT_ATTENDED",
            Refusal::FeedbackAlreadyGiven => "FEEDBACK_ALREADY_GIVEN",
            Refusal::AttendanceNotRecordable { .. } => "ATTENDANCE_NOT_RECORDABLE",
            Refusal::AttendanceElsewhere { .. } => "ATTENDANCE_NOT_RECORDABLE",
            Refusal::TimesDisagree { .. } => "INVALID_FIELDS",
            Refusal::NeedNotAgreed { .. } => "NEED_NOT_AGREED",
            Refusal::NeedDropped => "NEED_DROPPED",
            Refusal::FencesExceedCapacity { .. } => "FENCES_EXCEED_CAPACITY",
            Refusal::FencePartnerUnknown { .. } => "FENCE_PARTNER_UNKNOWN",
            Refusal::TimeDoesNotExist { .. } => "TIME_DOES_NOT_EXIST",
            Refusal::MasterclassExists => "MASTERCLASS_EXISTS",
            Refusal::SessionExists { .. } => "SESSION_EXISTS",
            Refusal::StaleEtag { .. } => "STALE_ETAG",
        }
    }
}
