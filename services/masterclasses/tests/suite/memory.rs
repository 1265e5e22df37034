//! What the booking desk remembers, on PostgreSQL, changes how soon it answers and never what.

use crate::house::{House, call, person, seat};
use ledger::Reason;
use masterclasses::{
    actions::BookSeats,
    domain::{BookingState, SessionEdit, SessionName, WaitlistPolicy},
    error::Error,
};
use vocabulary::RequestId;

/// Two sessions of three seats at the same time. The desk has just booked somebody on each, and remembers both.
async fn remembered() -> (House, [SessionName; 2]) {
    let house = House::on_postgres().await;
    let class = house.announce("durham", "c").await;
    let plan = house.plan(3, WaitlistPolicy::None);
    let mut names = Vec::new();
    for id in ["a", "b"] {
        names.push(house.schedule("durham", &class, id, plan.clone()).await.name);
    }
    let names: [SessionName; 2] = names.try_into().unwrap();
    for (n, name) in names.iter().enumerate() {
        house.book("durham", name, &[n]).await.unwrap();
    }
    (house, names)
}

/// Why somebody who may not sit in two places at once gets no seat; `OK` where they do.
async fn asked(house: &House, session: &SessionName, n: usize) -> &'static str {
    let mut seat = seat(person("durham", n));
    seat.allow_overlap = false;
    let ask = BookSeats { session: session.clone(), seats: vec![seat], join: false, request_id: None };
    match house.app.book_seats(&call("durham"), ask).await {
        Ok(_) => "OK",
        Err(Error::Refused(refusal)) => refusal.reason(),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_booked_at_that_time_is_seen() {
    let (house, [a, b]) = remembered().await;
    assert_eq!(asked(&house, &a, 7).await, "OK");
    assert_eq!(asked(&house, &b, 7).await, "OVERLAPPING_BOOKING");
    assert_eq!(asked(&house, &a, 7).await, "ALREADY_BOOKED");
    assert_eq!(asked(&house, &b, 8).await, "OK");
    // It is not because the session is full that somebody who has a seat gets none.
    house.book("durham", &b, &[9]).await.unwrap();
    assert_eq!(asked(&house, &b, 8).await, "ALREADY_BOOKED");
    assert_eq!(asked(&house, &b, 10).await, "SESSION_FULL");
    assert_eq!(house.session(&b).await.taken, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_was_answered_is_answered_the_same() {
    let (house, [a, _]) = remembered().await;
    let id = Some(RequestId(uuid::Uuid::from_u128(7)));
    let first = house.book_as("durham", &a, &[5], id).await.unwrap();
    // Whether there are seats left, as now, or none.
    for others in [&[][..], &[6]] {
        if !others.is_empty() {
            house.book("durham", &a, others).await.unwrap();
        }
        let again = house.book_as("durham", &a, &[5], id).await.unwrap();
        assert_eq!((again.value, again.revision), (first.value.clone(), first.revision));
    }
    assert!(matches!(house.book_as("durham", &a, &[11], id).await, Err(Error::RequestIdReused)));
    assert_eq!(house.session(&a).await.taken, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_booked_is_not_overlooked() {
    let (house, [a, b]) = remembered().await;
    let other = house.another().await;
    other.book("gateshead", &a, &[1, 2]).await.unwrap();
    assert_eq!(asked(&house, &a, 7).await, "SESSION_FULL");
    assert_eq!(house.session(&a).await.taken, 3);
    // Nor is a person whom it booked at that time.
    other.book("durham", &b, &[20]).await.unwrap();
    let third = house.another().await;
    third.book("gateshead", &b, &[3]).await.unwrap();
    assert_eq!(asked(&third, &b, 20).await, "ALREADY_BOOKED");
}

#[tokio::test(flavor = "multi_thread")]
async fn time_that_was_moved_is_told_to_those_who_are_booked_from_memory() {
    let (house, [a, _]) = remembered().await;
    house.clock.advance(chrono::Duration::days(11));
    assert_eq!(asked(&house, &a, 7).await, "SESSION_STARTED");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_falls_due_is_judged_by_the_session_as_it_is() {
    let house = House::on_postgres().await;
    let class = house.announce("durham", "c").await;
    let room = house.schedule("durham", &class, "s", house.plan(1, WaitlistPolicy::Offer)).await.name;
    let first = house.book("durham", &room, &[1]).await.unwrap().value.remove(0);
    house.book("durham", &room, &[2]).await.unwrap();
    // The offer is good for two days, until the booking is to close sooner.
    house.cancel("durham", &first.name).await.unwrap();
    let soon = Some(Some(house.clock.now() + chrono::Duration::hours(1)));
    house.edit("durham", &room, SessionEdit { booking_close: soon, ..SessionEdit::default() }).await.unwrap();
    house.clock.advance(chrono::Duration::hours(2));
    house.app.sweep().await.unwrap();
    let states: Vec<BookingState> = house.bookings("durham", &room).await.iter().map(|it| it.state).collect();
    assert_eq!(states, [BookingState::Cancelled, BookingState::Lapsed]);
}
