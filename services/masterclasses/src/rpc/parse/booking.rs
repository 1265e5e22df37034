//! Bookings.

use super::{Faults, audience, checked, plain};
use crate::{
    actions::{AnswerOffer, BookSeats, BookingFilter, CancelBooking, RecordAttendance, SubmitFeedback},
    domain::{Attendee, BookingName, BookingState, Feedback, SeatAsk, SessionName},
};
use contracts::{Validate, common::v1 as common, masterclasses::v1 as wire};
use std::collections::HashSet;
use tonic::Status;
use vocabulary::{PageSize, Personal};

/// Any session.
const ALL: &str = "masterclasses/-/sessions/-";

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn book_seats(request: wire::BookSeatsRequest) -> Result<BookSeats, Status> {
    let mut faults = checked(&request)?;
    let session = faults.parse("parent", &request.parent);
    let request_id = faults.request_id(&request.request_id);
    let mut seats = Vec::with_capacity(request.seats.len());
    let mut people = HashSet::with_capacity(request.seats.len());
    for (i, seat) in request.seats.into_iter().enumerate() {
        let at = |field: &str| format!("seats[{i}].{field}");
        let attendee = attendee(&mut faults, &at("attendee"), seat.attendee.unwrap_or_default());
        let audience = audience(&mut faults, &at("audience"), seat.audience);
        let access_needs = Personal::new(plain(&mut faults, &at("access_needs"), seat.access_needs));
        let Some(attendee) = attendee else { continue };
        if !people.insert(attendee.person.clone()) {
            faults.add(at("attendee.person"), "is asked for twice");
        }
        seats.push(SeatAsk { attendee, audience, access_needs, allow_overlap: seat.allow_overlap });
    }
    faults.done(session.map(|session| BookSeats { session, seats, join: request.join_waitlist, request_id }))
}

fn attendee(faults: &mut Faults, field: &str, given: common::Person) -> Option<Attendee> {
    let at = |name: &str| format!("{field}.{name}");
    let display_name = plain(faults, &at("display_name"), given.display_name);
    let email = plain(faults, &at("email"), given.email);
    let number = given.social_work_england_number.trim().to_ascii_uppercase();
    let person = if given.person.is_empty() {
        faults.add(at("person"), "is required: \"partners/{partner}/people/{person}\"");
        None
    } else {
        faults.parse(&at("person"), &given.person)
    };
    Some(Attendee {
        person: person?,
        display_name: display_name.into(),
        email: email.into(),
        social_work_england_number: number.into(),
    })
}

/// A request that is a booking's name and nothing else.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn booking_name(request: &impl Validate, name: &str) -> Result<BookingName, Status> {
    let mut faults = checked(request)?;
    let name = faults.parse("name", name);
    faults.done(name)
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn list_bookings(request: &wire::ListBookingsRequest) -> Result<(BookingFilter, PageSize), Status> {
    let mut faults = checked(request)?;
    let filter = BookingFilter {
        session: some_session(&mut faults, &request.parent),
        partner: faults.partner_some("partner", &request.partner),
        person: faults.parse_some("person", &request.person),
        states: request
            .states
            .iter()
            .enumerate()
            .filter_map(|(i, state)| booking_state(&mut faults, &format!("states[{i}]"), *state))
            .collect(),
        after: None,
    };
    let size = faults.page_size(request.page_size);
    faults.done(size.map(|size| (filter, size)))
}

/// A session, or `None` for all.
fn some_session(faults: &mut Faults, parent: &str) -> Option<SessionName> {
    if parent == ALL { None } else { faults.parse("parent", parent) }
}

fn booking_state(faults: &mut Faults, field: &str, state: i32) -> Option<BookingState> {
    use wire::booking::State;
    match State::try_from(state) {
        Ok(State::Confirmed) => Some(BookingState::Confirmed),
        Ok(State::Waitlisted) => Some(BookingState::Waitlisted),
        Ok(State::Offered) => Some(BookingState::Offered),
        Ok(State::Cancelled) => Some(BookingState::Cancelled),
        Ok(State::Lapsed) => Some(BookingState::Lapsed),
        Ok(State::Attended) => Some(BookingState::Attended),
        Ok(State::Absent) => Some(BookingState::Absent),
        Ok(State::Unspecified) | Err(_) => {
            faults.add(field, "must name a state that this service knows");
            None
        }
    }
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn cancel_booking(request: wire::CancelBookingRequest) -> Result<CancelBooking, Status> {
    let mut faults = checked(&request)?;
    let etag = faults.etag("etag", &request.etag);
    let reason = plain(&mut faults, "reason", request.reason);
    let request_id = faults.request_id(&request.request_id);
    let booking = faults.parse("name", &request.name);
    faults.done(booking.map(|booking| CancelBooking { booking, etag, reason, request_id }))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn answer_offer(request: wire::AnswerOfferRequest) -> Result<AnswerOffer, Status> {
    let mut faults = checked(&request)?;
    let request_id = faults.request_id(&request.request_id);
    let booking = faults.parse("name", &request.name);
    faults.done(booking.map(|booking| AnswerOffer { booking, accept: request.accept, request_id }))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn record_attendance(request: wire::RecordAttendanceRequest) -> Result<RecordAttendance, Status> {
    let mut faults = checked(&request)?;
    let session: Option<SessionName> = faults.parse("parent", &request.parent);
    let mut attendances: Vec<(BookingName, bool)> = Vec::with_capacity(request.attendances.len());
    let mut seen = HashSet::new();
    for (i, attendance) in request.attendances.iter().enumerate() {
        let field = format!("attendances[{i}].booking");
        let Some(name) = faults.parse::<BookingName>(&field, &attendance.booking) else { continue };
        if !seen.insert(name.clone()) {
            faults.add(field, "is named twice");
        }
        attendances.push((name, attendance.attended));
    }
    let request_id = faults.request_id(&request.request_id);
    faults.done(session.map(|session| RecordAttendance { session, attendances, request_id }))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn submit_feedback(request: wire::SubmitFeedbackRequest) -> Result<SubmitFeedback, Status> {
    let mut faults = checked(&request)?;
    let rating = u8::try_from(request.rating).ok().filter(|rating| (1..=5).contains(rating));
    let rating = faults.take("rating", rating.ok_or("must be 1 to 5")).unwrap_or_default();
    let comment = Personal::new(plain(&mut faults, "comment", request.comment));
    let request_id = faults.request_id(&request.request_id);
    let booking = faults.parse("name", &request.name);
    faults.done(booking.map(|booking| SubmitFeedback {
        booking,
        feedback: Feedback { rating, comment },
        request_id,
    }))
}

/// The session to watch, or `None` for all.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn watch_bookings(request: &wire::WatchBookingsRequest) -> Result<Option<SessionName>, Status> {
    let mut faults = checked(request)?;
    let session = some_session(&mut faults, &request.parent);
    faults.done(Some(session))
}
