//! Seats kept for one partner until they are released, and groups that are booked whole.

use contracts::masterclasses::v1::{self as wire, booking::State};
use practicum_tests::{Person, bad_fields, in_seconds, on_both_stores, reason, request_id, seat, session};
use tonic::Status;

fn fenced(capacity: i32, partner: &str, seats: i32, release: Option<i64>) -> wire::Session {
    wire::Session {
        fences: vec![wire::SeatFence { partner: format!("partners/{partner}"), seats }],
        fence_release_time: release.map(in_seconds),
        ..session(capacity)
    }
}

async fn group(who: &Person, room: &str, people: &[&str], join: bool) -> Result<Vec<State>, Status> {
    let request = wire::BookSeatsRequest {
        parent: room.into(),
        seats: people.iter().map(|person| seat(&who.partner, person)).collect(),
        join_waitlist: join,
        request_id: request_id(),
    };
    let made = who.bookings.clone().book_seats(request).await?.into_inner();
    Ok(made.bookings.iter().map(wire::Booking::state).collect())
}

on_both_stores! {
    async fn a_fence_keeps_seats_for_its_partner_until_it_is_released(stand: &Stand) {
        let (durham, gateshead) = (stand.scheduler("durham").await, stand.scheduler("gateshead").await);
        let room = durham.host("trauma", fenced(3, "gateshead", 2, Some(300))).await.unwrap().name;
        durham.book(&room, "p1", false).await.unwrap();
        assert_eq!(reason(&durham.book(&room, "p2", false).await.unwrap_err()), "SESSION_FULL");
        let waits = durham.book(&room, "p2", true).await.unwrap();
        assert_eq!(waits.state(), State::Waitlisted);
        assert_eq!(gateshead.book(&room, "g1", false).await.unwrap().state(), State::Confirmed);
        stand.clock.advance(chrono::Duration::seconds(301));
        stand.standing.app.sweep().await.unwrap();
        assert_eq!(durham.booking(&waits.name).await.unwrap().state(), State::Confirmed);
        let full = gateshead.book(&room, "g2", false).await.unwrap_err();
        assert_eq!(reason(&full), "SESSION_FULL", "what was left of the fence has gone to who waited");
    }

    async fn whoever_cannot_have_the_freed_seat_is_passed_over_and_keeps_the_place(stand: &Stand) {
        let (durham, gateshead) = (stand.scheduler("durham").await, stand.scheduler("gateshead").await);
        let room = durham.host("trauma", fenced(2, "gateshead", 1, None)).await.unwrap().name;
        let first = durham.book(&room, "p1", false).await.unwrap();
        let taken = gateshead.book(&room, "g1", false).await.unwrap();
        let passed_over = durham.book(&room, "p2", true).await.unwrap();
        let served = gateshead.book(&room, "g2", true).await.unwrap();
        gateshead.cancel(&taken.name).await.unwrap();
        assert_eq!(gateshead.booking(&served.name).await.unwrap().state(), State::Confirmed);
        let still = durham.booking(&passed_over.name).await.unwrap();
        assert_eq!((still.state(), still.waitlist_position), (State::Waitlisted, 1));
        assert_eq!(still.waitlist_join_time, passed_over.waitlist_join_time);
        durham.cancel(&first.name).await.unwrap();
        assert_eq!(durham.booking(&passed_over.name).await.unwrap().state(), State::Confirmed);
    }

    async fn fences_never_keep_more_than_there_is(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        let refused = durham.host("trauma", fenced(2, "gateshead", 3, None)).await.unwrap_err();
        assert_eq!(reason(&refused), "FENCES_EXCEED_CAPACITY");
        let room = durham.schedule("trauma", "s2", fenced(4, "gateshead", 3, None)).await.unwrap();
        let request = wire::UpdateSessionRequest {
            session: Some(wire::Session { name: room.name, capacity: 2, ..Default::default() }),
            ..Default::default()
        };
        let refused = durham.masterclasses.clone().update_session(request).await.unwrap_err();
        assert_eq!(reason(&refused), "FENCES_EXCEED_CAPACITY");
    }

    async fn seats_are_kept_for_nobody_who_is_not_a_partner(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        let refused = durham.host("trauma", fenced(4, "gateshed", 1, None)).await.unwrap_err();
        assert_eq!(reason(&refused), "FENCE_PARTNER_UNKNOWN");
        assert_eq!(bad_fields(&refused), ["session.fences[0].partner"]);
        let room = durham.schedule("trauma", "s2", fenced(4, "gateshead", 1, None)).await.unwrap();
        let mut session = fenced(0, "gateshead", 2, None);
        let nobodys = wire::SeatFence { partner: "partners/nowhere".into(), seats: 1 };
        session = wire::Session { name: room.name.clone(), ..session };
        session.fences.push(nobodys);
        let request = wire::UpdateSessionRequest {
            session: Some(session),
            update_mask: Some(prost_types::FieldMask { paths: vec!["fences".into()] }),
            request_id: request_id(),
        };
        for _ in 0..2 {
            let refused = durham.masterclasses.clone().update_session(request.clone()).await.unwrap_err();
            assert_eq!(reason(&refused), "FENCE_PARTNER_UNKNOWN");
            assert_eq!(bad_fields(&refused), ["session.fences[1].partner"]);
        }
        assert_eq!(durham.session(&room.name).await.unwrap().fences, room.fences);
    }

    async fn a_group_is_booked_whole_or_not_at_all(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        let room = durham.host("trauma", session(3)).await.unwrap().name;
        let short = group(&durham, &room, &["a", "b", "c", "d"], false).await.unwrap_err();
        assert_eq!(reason(&short), "SESSION_FULL");
        assert_eq!(durham.session(&room).await.unwrap().seats_taken, 0);
        assert_eq!(group(&durham, &room, &["a", "b"], false).await.unwrap(), [State::Confirmed; 2]);
        let twice = group(&durham, &room, &["c", "b"], true).await.unwrap_err();
        assert_eq!(reason(&twice), "ALREADY_BOOKED");
        let theirs = wire::BookSeatsRequest {
            parent: room.clone(),
            seats: vec![seat("durham", "c"), seat("gateshead", "g")],
            join_waitlist: true,
            request_id: request_id(),
        };
        let mixed = durham.bookings.clone().book_seats(theirs).await.unwrap_err();
        assert_eq!(reason(&mixed), "PERSON_OF_ANOTHER_PARTNER");
        let now = durham.session(&room).await.unwrap();
        assert_eq!((now.seats_taken, now.waitlist_length), (2, 0), "nobody of a refused group was booked");
        // All of a group that does not fit wait, in the order given, and are then served as the list is.
        let joined = group(&durham, &room, &["c", "d"], true).await.unwrap();
        assert_eq!(joined, [State::Confirmed, State::Waitlisted]);
    }

    async fn a_masterclass_admits_the_audiences_that_it_names(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        let room = durham.host("trauma", session(5)).await.unwrap().name;
        let students = wire::Masterclass {
            name: "masterclasses/trauma".into(),
            audiences: vec![wire::Audience::Student.into(), wire::Audience::Manager.into()],
            ..Default::default()
        };
        let update = wire::UpdateMasterclassRequest { masterclass: Some(students), ..Default::default() };
        durham.masterclasses.clone().update_masterclass(update).await.unwrap();
        let qualified = durham.book(&room, "ann", true).await.unwrap_err();
        assert_eq!(reason(&qualified), "AUDIENCE_NOT_ADMITTED");
        let student = wire::SeatRequest { audience: wire::Audience::Student.into(), ..seat("durham", "bob") };
        let request = wire::BookSeatsRequest { parent: room, seats: vec![student], ..Default::default() };
        let made = durham.bookings.clone().book_seats(request).await.unwrap().into_inner().bookings;
        assert_eq!(made[0].audience(), wire::Audience::Student);
        let again = durham.host("trauma", session(5)).await.unwrap_err();
        assert_eq!(reason(&again), "MASTERCLASS_EXISTS");
    }

    async fn a_person_is_not_confirmed_twice_at_one_time_unless_they_say_so(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        let first = durham.host("trauma", session(3)).await.unwrap().name;
        let second = durham.schedule("trauma", "s2", session(3)).await.unwrap().name;
        durham.book(&first, "ann", false).await.unwrap();
        let clash = durham.book(&second, "ann", false).await.unwrap_err();
        assert_eq!(reason(&clash), "OVERLAPPING_BOOKING");
        let anyway = wire::SeatRequest { allow_overlap: true, ..seat("durham", "ann") };
        let request = wire::BookSeatsRequest { parent: second, seats: vec![anyway], ..Default::default() };
        assert_eq!(durham.bookings.clone().book_seats(request).await.unwrap().into_inner().bookings.len(), 1);
    }
}
