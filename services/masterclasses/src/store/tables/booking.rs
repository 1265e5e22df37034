//! `bookings`.

use super::{count, from_word, maybe_instant, maybe_us, name, word};
use crate::domain::{Attendee, Booking, BookingName, Feedback, SessionName};
use ledger::{Column, Dialect, Fault, Type};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use vocabulary::{Personal, Revision, from_micros, micros};

#[derive(FromQueryResult, Serialize, Deserialize)]
pub struct BookingRow {
    pub id: String,
    pub session: String,
    pub revision: i64,
    pub host: String,
    pub partner: String,
    pub person: String,
    pub display_name: String,
    pub email: String,
    pub sw_number: String,
    pub audience: String,
    pub state: String,
    pub joined_at: Option<i64>,
    pub joined_us: Option<i64>,
    /// Counted by the query; never stored.
    #[serde(skip)]
    pub position: i64,
    pub offer_expire_us: Option<i64>,
    pub access_needs: String,
    pub rating: Option<i64>,
    pub comment: String,
    pub cancel_reason: String,
    pub created_us: i64,
    pub updated_us: i64,
}

pub const COLUMNS: &[Column] = &[
    ("id", Type::Text),
    ("session", Type::Text),
    ("revision", Type::Integer),
    ("host", Type::Text),
    ("partner", Type::Text),
    ("person", Type::Text),
    ("display_name", Type::Text),
    ("email", Type::Text),
    ("sw_number", Type::Text),
    ("audience", Type::Text),
    ("state", Type::Text),
    ("joined_at", Type::Integer),
    ("joined_us", Type::Integer),
    ("offer_expire_us", Type::Integer),
    ("access_needs", Type::Text),
    ("rating", Type::Integer),
    ("comment", Type::Text),
    ("cancel_reason", Type::Text),
    ("created_us", Type::Integer),
    ("updated_us", Type::Integer),
];

/// What [`BookingRow`] reads, with the place in the queue counted for those who wait: over everybody, whom the
/// caller may not see too.
pub fn select(dialect: Dialect) -> String {
    let place = dialect.pick(
        "queue_position(b.session, b.joined_at)",
        "(SELECT count(*) FROM bookings q WHERE q.session = b.session AND q.state = 'waitlisted' \
          AND q.joined_at <= b.joined_at)",
    );
    format!(
        "SELECT b.*, CASE WHEN b.state = 'waitlisted' THEN {place} ELSE 0 END AS position FROM bookings b"
    )
}

impl BookingRow {
    pub fn of(booking: &Booking) -> Self {
        let attendee = &booking.attendee;
        Self {
            id: booking.name.id.to_string(),
            session: booking.name.session.key(),
            revision: booking.revision.0,
            host: booking.host.to_string(),
            partner: booking.partner.to_string(),
            person: attendee.person.to_string(),
            display_name: attendee.display_name.expose().clone(),
            email: attendee.email.expose().clone(),
            sw_number: attendee.social_work_england_number.expose().clone(),
            audience: booking.audience.as_ref().map(word).unwrap_or_default(),
            state: word(&booking.state),
            joined_at: booking.joined_at.map(|revision| revision.0),
            joined_us: maybe_us(booking.joined),
            position: 0,
            offer_expire_us: maybe_us(booking.offer_expires),
            access_needs: booking.access_needs.expose().clone(),
            rating: booking.feedback.as_ref().map(|feedback| feedback.rating.into()),
            comment: booking.feedback.as_ref().map(|f| f.comment.expose().clone()).unwrap_or_default(),
            cancel_reason: booking.cancel_reason.clone(),
            created_us: micros(booking.created),
            updated_us: micros(booking.updated),
        }
    }

    pub fn into_domain(self) -> Result<Booking, Fault> {
        let session = SessionName::from_key(&self.session)
            .map_err(|_| Fault::Bug("a booking's session key is malformed".into()))?;
        let comment = self.comment;
        Ok(Booking {
            name: BookingName { session, id: name(&self.id)? },
            revision: Revision(self.revision),
            attendee: Attendee {
                person: name(&self.person)?,
                display_name: Personal::new(self.display_name),
                email: Personal::new(self.email),
                social_work_england_number: Personal::new(self.sw_number),
            },
            audience: if self.audience.is_empty() { None } else { Some(from_word(&self.audience)?) },
            partner: name(&self.partner)?,
            host: name(&self.host)?,
            state: from_word(&self.state)?,
            joined_at: self.joined_at.map(Revision),
            joined: maybe_instant(self.joined_us),
            position: count(self.position)?,
            offer_expires: maybe_instant(self.offer_expire_us),
            access_needs: Personal::new(self.access_needs),
            feedback: self.rating.map(|rating| Feedback {
                rating: u8::try_from(rating).unwrap_or_default(),
                comment: Personal::new(comment),
            }),
            cancel_reason: self.cancel_reason,
            created: from_micros(self.created_us),
            updated: from_micros(self.updated_us),
        })
    }
}
