//! Who came, and what they thought of it.

use contracts::masterclasses::v1::{self as wire, booking::State, session as session_wire};
use practicum_tests::{Person, Stand, in_seconds, on_both_stores, reason, request_id, session};
use tonic::Status;
use vocabulary::Role;

async fn record(who: &Person, room: &str, came: &[(&str, bool)]) -> Result<Vec<State>, Status> {
    let one = |(booking, attended): &(&str, bool)| wire::Attendance {
        booking: (*booking).into(),
        attended: *attended,
    };
    let request = wire::RecordAttendanceRequest {
        parent: room.into(),
        attendances: came.iter().map(one).collect(),
        request_id: request_id(),
    };
    let marked = who.bookings.clone().record_attendance(request).await?.into_inner();
    Ok(marked.bookings.iter().map(wire::Booking::state).collect())
}

async fn rate(who: &Person, booking: &str, rating: i32) -> Result<wire::Booking, Status> {
    let request = wire::SubmitFeedbackRequest {
        name: booking.into(),
        rating,
        comment: "Da iawn".into(),
        request_id: request_id(),
    };
    Ok(who.bookings.clone().submit_feedback(request).await?.into_inner())
}

/// A session in five minutes with two seats, both taken, and one who waits.
async fn soon(stand: &Stand) -> (Person, String, [String; 3]) {
    let durham = stand.scheduler("durham").await;
    let soon =
        wire::Session { start_time: Some(in_seconds(300)), end_time: Some(in_seconds(3_900)), ..session(2) };
    let room = durham.host("trauma", soon).await.unwrap().name;
    let mut names = Vec::new();
    for person in ["ann", "bob", "cat"] {
        names.push(durham.book(&room, person, true).await.unwrap().name);
    }
    (durham, room, names.try_into().unwrap())
}

on_both_stores! {
    async fn attendance_is_recorded_by_the_host_once_it_has_begun_and_may_be_corrected(stand: &Stand) {
        let (durham, room, [ann, bob, cat]) = soon(stand).await;
        assert_eq!(reason(&record(&durham, &room, &[(&ann, true)]).await.unwrap_err()), "SESSION_NOT_STARTED");
        stand.clock.advance(chrono::Duration::seconds(301));
        let gateshead = stand.scheduler("gateshead").await;
        assert_eq!(reason(&record(&gateshead, &room, &[(&ann, true)]).await.unwrap_err()), "NOT_THE_HOST");
        let never = record(&durham, &room, &[(&ann, true), (&cat, true)]).await.unwrap_err();
        assert_eq!(reason(&never), "ATTENDANCE_NOT_RECORDABLE");
        assert_eq!(durham.booking(&ann).await.unwrap().state(), State::Confirmed, "all or none");
        let both = record(&durham, &room, &[(&bob, false), (&ann, true)]).await.unwrap();
        assert_eq!(both, [State::Absent, State::Attended], "in the order of the request");
        let delivered = durham.session_not_before(&room, &durham.booking(&ann).await.unwrap().etag).await.unwrap();
        assert_eq!(delivered.state(), session_wire::State::Delivered);
        assert_eq!(record(&durham, &room, &[(&bob, true)]).await.unwrap(), [State::Attended]);
    }

    async fn a_session_that_was_delivered_no_longer_changes(stand: &Stand) {
        let (durham, room, [ann, ..]) = soon(stand).await;
        stand.clock.advance(chrono::Duration::seconds(301));
        record(&durham, &room, &[(&ann, true)]).await.unwrap();
        let session = wire::Session { name: room.clone(), venue: "x".into(), ..Default::default() };
        let update = wire::UpdateSessionRequest { session: Some(session), ..Default::default() };
        let off = wire::CancelSessionRequest { name: room.clone(), ..Default::default() };
        for refused in [
            durham.book(&room, "dee", true).await.unwrap_err(),
            durham.masterclasses.clone().update_session(update).await.unwrap_err(),
            durham.masterclasses.clone().cancel_session(off).await.unwrap_err(),
        ] {
            assert_eq!(reason(&refused), "SESSION_DELIVERED");
        }
    }

    async fn a_booking_of_another_session_is_pointed_at(stand: &Stand) {
        let (durham, room, [ann, ..]) = soon(stand).await;
        let other = durham.schedule("trauma", "other", session(2)).await.unwrap().name;
        let elsewhere = durham.book(&other, "dee", false).await.unwrap().name;
        stand.clock.advance(chrono::Duration::seconds(301));
        let refused = record(&durham, &room, &[(&ann, true), (&elsewhere, true)]).await.unwrap_err();
        assert_eq!(reason(&refused), "ATTENDANCE_NOT_RECORDABLE");
        assert!(refused.message().contains("attendances[1]"), "{}", refused.message());
        let nothing = format!("{room}/bookings/nothing");
        assert_eq!(reason(&record(&durham, &room, &[(&nothing, true)]).await.unwrap_err()), "NOT_FOUND");
    }

    async fn feedback_is_given_once_by_who_came(stand: &Stand) {
        let (durham, room, [ann, bob, _]) = soon(stand).await;
        stand.clock.advance(chrono::Duration::seconds(301));
        let myself = stand.caller("durham", &[Role::PracticeEducator], "ann").await;
        assert_eq!(reason(&rate(&myself, &ann, 5).await.unwrap_err()), "NOT_ATTENDED");
        record(&durham, &room, &[(&ann, true), (&bob, false)]).await.unwrap();
        assert_eq!(reason(&rate(&durham, &bob, 1).await.unwrap_err()), "NOT_ATTENDED");
        let stranger = stand.caller("durham", &[Role::PracticeEducator], "bob").await;
        assert_eq!(reason(&rate(&stranger, &ann, 1).await.unwrap_err()), "NOT_FOUND");
        let given = rate(&myself, &ann, 5).await.unwrap();
        assert_eq!((given.rating, given.comment.as_str()), (5, "Da iawn"));
        assert_eq!(reason(&rate(&myself, &ann, 4).await.unwrap_err()), "FEEDBACK_ALREADY_GIVEN");
        assert_eq!(durham.booking(&ann).await.unwrap().rating, 5);
    }

    async fn who_acts_for_themselves_alone_books_sees_and_cancels_themselves_alone(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        let room = durham.host("trauma", session(5)).await.unwrap().name;
        let theirs = durham.book(&room, "bob", false).await.unwrap().name;
        let ann = stand.caller("durham", &[Role::PracticeEducator], "ann").await;
        let refused = ann.book(&room, "cat", false).await.unwrap_err();
        assert_eq!(reason(&refused), "PERSON_OF_ANOTHER_PARTNER");
        let own = ann.book(&room, "ann", false).await.unwrap().name;
        for refused in [ann.booking(&theirs).await.unwrap_err(), ann.cancel(&theirs).await.unwrap_err()] {
            assert_eq!(reason(&refused), "NOT_FOUND");
        }
        let list = wire::ListBookingsRequest { parent: room, ..Default::default() };
        let seen = ann.bookings.clone().list_bookings(list).await.unwrap().into_inner().bookings;
        assert_eq!(seen.iter().map(|booking| booking.name.as_str()).collect::<Vec<_>>(), [own.as_str()]);
        assert_eq!(ann.cancel(&own).await.unwrap().state(), State::Cancelled);
    }
}
