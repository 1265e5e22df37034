//! Who is booked on what.

use super::{
    cast,
    stage::{Stage, first},
};
use anyhow::Result;
use contracts::masterclasses::v1::{Audience, BookSeatsRequest, Booking, CancelBookingRequest, SeatRequest};

const SERIES: &str = "masterclasses/systemic-practice/sessions/thursdays";
const FENCED: &str = "masterclasses/trauma-informed-supervision/sessions/first";
const SMALL: &str = "masterclasses/evidence-in-court/sessions/mock-trial";
const OFFERED: &str = "masterclasses/neglect-lunch/sessions/friday";

/// A session, a partner, and which of its people, by their place in the cast, as what.
type Party = (&'static str, &'static str, &'static [usize], Audience);

/// In this order: the small sessions are full before the last of theirs ask.
const PARTIES: &[Party] = &[
    (SERIES, "durham", &[0, 1], Audience::SocialWorker),
    (SERIES, "teesside", &[0, 1, 2], Audience::Student),
    (SERIES, "northumbria", &[2], Audience::Student),
    (FENCED, "durham", &[2, 3], Audience::Manager),
    (FENCED, "gateshead", &[0], Audience::PracticeEducator),
    (FENCED, "sunderland", &[1], Audience::SocialWorker),
    (SMALL, "durham", &[0, 4], Audience::NewlyQualified),
    (SMALL, "gateshead", &[1], Audience::SocialWorker),
    (SMALL, "sunderland", &[0], Audience::SocialWorker),
    (SMALL, "gateshead", &[2], Audience::NewlyQualified),
    (OFFERED, "sunderland", &[2, 3], Audience::EarlyHelp),
    (OFFERED, "gateshead", &[3], Audience::AgencyWorker),
    (OFFERED, "northumbria", &[0], Audience::Student),
    (OFFERED, "durham", &[1], Audience::SocialWorker),
];

/// Books all of them. Then gateshead's guest at the lunch gives up, so that the first who waits is offered the seat.
///
/// # Errors
/// The service refuses.
pub async fn book(stage: &mut Stage) -> Result<Vec<String>> {
    let (mut bookings, mut guest) = (0, None);
    for party in PARTIES {
        let booked = book_party(stage, party).await?;
        bookings += booked.len();
        if (party.0, party.1) == (OFFERED, "gateshead") {
            guest = Some(first(booked)?);
        }
    }
    give_up(stage, guest).await?;
    let (people, partners) = (cast::size(), cast::PARTNERS.len());
    Ok(vec![
        format!("{bookings} bookings from all {partners} partners; evidence-in-court has 2 people waiting"),
        format!(
            "{people} people, who do not exist; one was offered the seat that another gave up on neglect-lunch"
        ),
    ])
}

async fn book_party(stage: &mut Stage, (session, partner, people, audience): &Party) -> Result<Vec<Booking>> {
    let seat = |at: &usize| SeatRequest {
        attendee: Some(cast::person(partner, *at)),
        audience: (*audience).into(),
        ..SeatRequest::default()
    };
    let ask = BookSeatsRequest {
        parent: (*session).into(),
        seats: people.iter().map(seat).collect(),
        join_waitlist: true,
        request_id: stage.id(&format!("{session} {partner} {people:?}")),
    };
    let request = stage.ask(partner, ask)?;
    Ok(stage.bookings.book_seats(request).await?.into_inner().bookings)
}

async fn give_up(stage: &mut Stage, guest: Option<Booking>) -> Result<()> {
    let ask = CancelBookingRequest {
        name: guest.map(|booking| booking.name).unwrap_or_default(),
        reason: "called to court".into(),
        request_id: stage.id("give up"),
        ..CancelBookingRequest::default()
    };
    let request = stage.ask("gateshead", ask)?;
    stage.bookings.cancel_booking(request).await?;
    Ok(())
}
