//! A booking: one person's seat, place in the queue, or what became of it.

use super::{Audience, BookingName, Refusal};
use serde::{Deserialize, Serialize};
use vocabulary::{Instant, PartnerId, PersonName, Personal, Revision};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookingState {
    Confirmed,
    Waitlisted,
    Offered,
    Cancelled,
    /// Offered, and not taken up in time or turned down.
    Lapsed,
    Attended,
    Absent,
}

impl BookingState {
    /// Whether it stands in the way of another booking of the same person on the same session.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Confirmed | Self::Waitlisted | Self::Offered)
    }

    /// Whether it takes a seat.
    pub fn takes_seat(self) -> bool {
        matches!(self, Self::Confirmed | Self::Offered | Self::Attended | Self::Absent)
    }

    /// As a refusal says it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Waitlisted => "on the waiting list",
            Self::Offered => "waiting for an answer to an offer",
            Self::Cancelled => "cancelled",
            Self::Lapsed => "lapsed",
            Self::Attended => "attended",
            Self::Absent => "marked absent",
        }
    }
}

/// The person who comes. What identifies them is never printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendee {
    pub person: PersonName,
    pub display_name: Personal<String>,
    pub email: Personal<String>,
    pub social_work_england_number: Personal<String>,
}

/// One seat that somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatAsk {
    pub attendee: Attendee,
    /// What the attendee comes as; needed where the masterclass names its audiences.
    pub audience: Option<Audience>,
    pub access_needs: Personal<String>,
    pub allow_overlap: bool,
}

/// What an attendee thought of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    /// 1 to 5.
    pub rating: u8,
    pub comment: Personal<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    pub name: BookingName,
    pub revision: Revision,
    pub attendee: Attendee,
    pub audience: Option<Audience>,
    /// The partner that booked, and whose fence the seat may count against.
    pub partner: PartnerId,
    /// The partner that runs the masterclass, and sees its bookings.
    pub host: PartnerId,
    pub state: BookingState,
    /// The revision at which the attendee joined the queue: the order of promotion. Zero until it is known.
    pub joined_at: Option<Revision>,
    pub joined: Option<Instant>,
    /// 1 is next; zero when not waiting. Counted when it is read.
    pub position: u32,
    pub offer_expires: Option<Instant>,
    pub access_needs: Personal<String>,
    pub feedback: Option<Feedback>,
    pub cancel_reason: String,
    pub created: Instant,
    pub updated: Instant,
}

impl Booking {
    /// Whether a partner may see it.
    pub fn is_party(&self, partner: &PartnerId) -> bool {
        self.partner == *partner || self.host == *partner
    }

    /// As it is shown everywhere but where its access needs are asked for.
    pub fn without_needs(&self) -> Self {
        Self { access_needs: Personal::default(), ..self.clone() }
    }

    /// Takes the seat that is offered, or turns it down.
    pub(super) fn answer(&mut self, accept: bool, now: Instant) -> Result<(), Refusal> {
        let expires = match (self.state, self.offer_expires) {
            (BookingState::Offered, Some(expires)) => expires,
            (BookingState::Lapsed, Some(expired)) if expired <= now => {
                return Err(Refusal::OfferExpired { expired });
            }
            (state, _) => return Err(Refusal::NoOffer { state }),
        };
        if expires <= now {
            return Err(Refusal::OfferExpired { expired: expires });
        }
        self.enter(if accept { BookingState::Confirmed } else { BookingState::Lapsed }, now);
        Ok(())
    }

    pub(super) fn enter(&mut self, state: BookingState, now: Instant) {
        self.state = state;
        self.position = 0;
        self.updated = now;
    }

    /// Records whether the attendee came. A correction is allowed.
    pub fn attend(&mut self, item: usize, attended: bool, now: Instant) -> Result<(), Refusal> {
        match self.state {
            BookingState::Confirmed | BookingState::Attended | BookingState::Absent => {
                self.enter(if attended { BookingState::Attended } else { BookingState::Absent }, now);
                Ok(())
            }
            state => Err(Refusal::AttendanceNotRecordable { item, state }),
        }
    }

    /// Takes down what the attendee thought of it, once.
    pub fn comment(&mut self, feedback: Feedback, now: Instant) -> Result<(), Refusal> {
        if self.state != BookingState::Attended {
            return Err(Refusal::NotAttended { state: self.state });
        }
        if self.feedback.is_some() {
            return Err(Refusal::FeedbackAlreadyGiven);
        }
        self.feedback = Some(feedback);
        self.updated = now;
        Ok(())
    }
}
