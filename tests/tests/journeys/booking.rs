//! A scheduler books people onto sessions.

use contracts::masterclasses::v1::{self as wire, booking::State};
use practicum_tests::{on_both_stores, reason, session};
use tonic::Code;

on_both_stores! {
    async fn the_attendee_after_the_last_seat_waits_and_a_freed_seat_is_theirs(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        let room = durham.host("trauma", session(2)).await.unwrap();
        let first = durham.book(&room.name, "p1", false).await.unwrap();
        durham.book(&room.name, "p2", false).await.unwrap();
        let full = durham.book(&room.name, "p3", false).await.unwrap_err();
        assert_eq!((full.code(), reason(&full).as_str()), (Code::FailedPrecondition, "SESSION_FULL"));
        let waits = durham.book(&room.name, "p3", true).await.unwrap();
        assert_eq!((waits.state(), waits.waitlist_position), (State::Waitlisted, 1));
        let now = durham.session(&room.name).await.unwrap();
        assert_eq!((now.seats_taken, now.waitlist_length), (2, 1));
        durham.cancel(&first.name).await.unwrap();
        assert_eq!(durham.booking(&waits.name).await.unwrap().state(), State::Confirmed);
    }

    async fn a_retry_hears_the_first_answer_and_books_nothing(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        let room = durham.host("neglect", session(5)).await.unwrap();
        let mut request = wire::BookSeatsRequest {
            parent: room.name.clone(),
            seats: vec![practicum_tests::seat("durham", "p1")],
            join_waitlist: false,
            request_id: practicum_tests::request_id(),
        };
        let first = durham.bookings.clone().book_seats(request.clone()).await.unwrap().into_inner();
        let again = durham.bookings.clone().book_seats(request.clone()).await.unwrap().into_inner();
        assert_eq!(first, again);
        assert_eq!(durham.session(&room.name).await.unwrap().seats_taken, 1);
        request.seats[0].attendee.as_mut().unwrap().person = "partners/durham/people/p2".into();
        let other = durham.bookings.clone().book_seats(request).await.unwrap_err();
        assert_eq!((other.code(), reason(&other).as_str()), (Code::InvalidArgument, "REQUEST_ID_REUSED"));
    }
}
