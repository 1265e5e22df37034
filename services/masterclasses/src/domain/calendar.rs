//! Sessions as an iCalendar document (RFC 5545). Times are instants in UTC, which every calendar shows in its
//! owner's zone and which need no zone definitions of their own.

use super::{BookingState, Session, SessionState};
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};
use vocabulary::Instant;

/// One entry: a session, what it is called, and how a person stands with it. `None` for a partner's calendar.
pub struct Entry {
    pub session: Session,
    pub title: String,
    pub standing: Option<BookingState>,
    /// How many of the partner's people are booked or wait, for a partner's calendar.
    pub booked: u32,
}

/// text/calendar; charset=utf-8
pub fn icalendar(name: &str, entries: &[Entry], now: Instant) -> String {
    // Not `new`, which names the library as the product: a calendar has one PRODID.
    let mut calendar = Calendar::empty();
    calendar
        .append_property(Property::new("VERSION", "2.0"))
        .append_property(Property::new("PRODID", "-//Practicum//Masterclasses//EN"))
        .append_property(Property::new("CALSCALE", "GREGORIAN"))
        .name(name);
    for entry in entries {
        calendar.push(event(entry, now));
    }
    calendar.to_string()
}

fn event(entry: &Entry, now: Instant) -> Event {
    let session = &entry.session;
    let mut event = Event::new();
    event
        .uid(&format!("{}@practicum", session.name.key().replace('/', ".")))
        .timestamp(now)
        .summary(&entry.title)
        .starts(session.plan.start)
        .ends(session.plan.end)
        .description(&description(entry))
        .status(status(entry));
    if !session.plan.venue.is_empty() {
        event.location(&session.plan.venue);
    }
    if !session.plan.online_url.is_empty() {
        event.url(&session.plan.online_url);
    }
    event.done()
}

fn description(entry: &Entry) -> String {
    match entry.standing {
        Some(state) => format!("Your booking is {}.", state.words()),
        None => format!("Your people booked or waiting: {}.", entry.booked),
    }
}

fn status(entry: &Entry) -> EventStatus {
    if entry.session.state == SessionState::Cancelled {
        return EventStatus::Cancelled;
    }
    match entry.standing {
        Some(BookingState::Waitlisted | BookingState::Offered) => EventStatus::Tentative,
        _ => EventStatus::Confirmed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calendar_names_one_product() {
        let text = icalendar("partners/durham", &[], vocabulary::from_micros(0));
        assert_eq!(text.matches("PRODID:").count(), 1, "{text}");
        assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Practicum//"), "{text}");
    }
}
