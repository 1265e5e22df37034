//! A host moves, resizes and cancels.

use contracts::masterclasses::v1::{self as wire, booking, session as session_wire};
use practicum_tests::{Person, bad_fields, in_seconds, on_both_stores, reason, request_id, session};
use prost_types::FieldMask;
use tonic::Status;

async fn update(who: &Person, session: wire::Session, paths: &[&str]) -> Result<wire::Session, Status> {
    let paths = paths.iter().map(ToString::to_string).collect();
    let request = wire::UpdateSessionRequest {
        session: Some(session),
        update_mask: Some(FieldMask { paths }),
        request_id: request_id(),
    };
    Ok(who.masterclasses.clone().update_session(request).await?.into_inner())
}

async fn call_off(who: &Person, name: &str) -> Result<wire::Session, Status> {
    let request =
        wire::CancelSessionRequest { name: name.into(), reason: "Snow".into(), ..Default::default() };
    Ok(who.masterclasses.clone().cancel_session(request).await?.into_inner())
}

fn named(name: &str, rest: wire::Session) -> wire::Session {
    wire::Session { name: name.into(), ..rest }
}

on_both_stores! {
    async fn more_seats_go_to_the_list_at_once_and_fewer_evict_nobody(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        let room = durham.host("trauma", session(1)).await.unwrap().name;
        let mut all = Vec::new();
        for person in ["p1", "p2", "p3"] {
            all.push(durham.book(&room, person, true).await.unwrap().name);
        }
        let capacity = |capacity| named(&room, wire::Session { capacity, ..Default::default() });
        let bigger = update(&durham, capacity(3), &["capacity"]).await.unwrap();
        assert_eq!((bigger.seats_taken, bigger.waitlist_length), (3, 0));
        let smaller = update(&durham, capacity(1), &["capacity"]).await.unwrap();
        assert_eq!((smaller.seats_taken, smaller.capacity), (3, 1), "over capacity until two leave");
        for name in &all {
            assert_eq!(durham.booking(name).await.unwrap().state(), booking::State::Confirmed);
        }
        durham.book(&room, "p4", true).await.unwrap();
        durham.cancel(&all[0]).await.unwrap();
        durham.cancel(&all[1]).await.unwrap();
        let now = durham.session(&room).await.unwrap();
        assert_eq!((now.seats_taken, now.waitlist_length), (1, 1), "no seat has become free yet");
        durham.cancel(&all[2]).await.unwrap();
        let now = durham.session(&room).await.unwrap();
        assert_eq!((now.seats_taken, now.waitlist_length), (1, 0));
    }

    async fn an_update_changes_what_the_mask_names_and_nothing_else(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        let made = durham.host("trauma", session(5)).await.unwrap();
        let change = wire::Session { venue: "County Hall".into(), capacity: 9, ..named(&made.name, session(7)) };
        let now = update(&durham, change, &["venue"]).await.unwrap();
        let expected = wire::Session {
            venue: "County Hall".into(),
            etag: now.etag.clone(),
            update_time: now.update_time,
            ..made.clone()
        };
        assert_eq!(now, expected);
        assert_ne!(now.etag, made.etag);
        assert_eq!(durham.session(&made.name).await.unwrap(), now);
        let cleared = update(&durham, named(&made.name, wire::Session::default()), &["venue"]).await.unwrap();
        assert_eq!(cleared.venue, "", "named and empty is emptied");
        let stale = wire::Session { etag: made.etag, venue: "x".into(), ..named(&made.name, wire::Session::default()) };
        assert_eq!(reason(&update(&durham, stale, &["venue"]).await.unwrap_err()), "STALE_ETAG");
    }

    async fn an_end_before_the_start_that_is_stored_is_a_bad_field(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        let made = durham.host("trauma", session(5)).await.unwrap();
        let early = wire::Session { end_time: Some(in_seconds(60)), ..named(&made.name, wire::Session::default()) };
        let refused = update(&durham, early, &["end_time"]).await.unwrap_err();
        assert_eq!((reason(&refused).as_str(), bad_fields(&refused)), ("INVALID_FIELDS", vec!["session.end_time".into()]));
    }

    async fn only_the_host_changes_a_session(stand: &Stand) {
        let (durham, gateshead) = (stand.scheduler("durham").await, stand.scheduler("gateshead").await);
        let room = durham.host("trauma", session(5)).await.unwrap().name;
        let change = named(&room, wire::Session { venue: "x".into(), ..Default::default() });
        for refused in [
            update(&gateshead, change, &["venue"]).await.unwrap_err(),
            call_off(&gateshead, &room).await.unwrap_err(),
            gateshead.schedule("trauma", "mine", session(3)).await.unwrap_err(),
        ] {
            assert_eq!(reason(&refused), "NOT_THE_HOST");
        }
    }

    async fn a_cancelled_session_takes_every_live_booking_with_it_for_good(stand: &Stand) {
        let (durham, gateshead) = (stand.scheduler("durham").await, stand.scheduler("gateshead").await);
        let room = durham.host("trauma", session(1)).await.unwrap().name;
        let seated = gateshead.book(&room, "p1", false).await.unwrap().name;
        let waits = durham.book(&room, "p2", true).await.unwrap().name;
        let off = call_off(&durham, &room).await.unwrap();
        assert_eq!((off.state(), off.cancel_reason.as_str()), (session_wire::State::Cancelled, "Snow"));
        assert_eq!((off.seats_taken, off.waitlist_length), (0, 0));
        for (who, name) in [(&gateshead, &seated), (&durham, &waits)] {
            let booking = who.booking(name).await.unwrap();
            assert_eq!((booking.state(), booking.cancel_reason.as_str()), (booking::State::Cancelled, "Snow"));
        }
        assert_eq!(reason(&durham.book(&room, "p3", true).await.unwrap_err()), "SESSION_CANCELLED");
        assert_eq!(reason(&call_off(&durham, &room).await.unwrap_err()), "SESSION_CANCELLED");
        let change = named(&room, wire::Session { venue: "x".into(), ..Default::default() });
        assert_eq!(reason(&update(&durham, change, &["venue"]).await.unwrap_err()), "SESSION_CANCELLED");
    }

    async fn a_session_that_has_started_is_neither_booked_moved_nor_cancelled(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        let soon = wire::Session { start_time: Some(in_seconds(300)), end_time: Some(in_seconds(3_900)), ..session(5) };
        let room = durham.host("trauma", soon).await.unwrap().name;
        let booking = durham.book(&room, "p1", false).await.unwrap().name;
        stand.clock.advance(chrono::Duration::seconds(301));
        let later = named(&room, wire::Session { venue: "x".into(), ..Default::default() });
        for refused in [
            durham.book(&room, "p2", true).await.unwrap_err(),
            durham.cancel(&booking).await.unwrap_err(),
            update(&durham, later, &["venue"]).await.unwrap_err(),
            call_off(&durham, &room).await.unwrap_err(),
        ] {
            assert_eq!(reason(&refused), "SESSION_STARTED");
        }
    }

    async fn booking_is_open_between_its_times_and_no_offer_outlasts_them(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        let windowed = wire::Session {
            booking_open_time: Some(in_seconds(100)),
            booking_close_time: Some(in_seconds(1_000)),
            waitlist_policy: session_wire::WaitlistPolicy::Offer.into(),
            ..session(1)
        };
        let room = durham.host("trauma", windowed).await.unwrap().name;
        assert_eq!(reason(&durham.book(&room, "p1", true).await.unwrap_err()), "BOOKING_NOT_OPEN");
        stand.clock.advance(chrono::Duration::seconds(150));
        let first = durham.book(&room, "p1", false).await.unwrap().name;
        let second = durham.book(&room, "p2", true).await.unwrap().name;
        durham.cancel(&first).await.unwrap();
        let offered = durham.booking(&second).await.unwrap();
        let closes = durham.session(&room).await.unwrap().booking_close_time;
        assert_eq!((offered.state(), offered.offer_expire_time), (booking::State::Offered, closes));
        let sooner = wire::Session { booking_close_time: Some(in_seconds(500)), ..Default::default() };
        let moved = update(&durham, named(&room, sooner), &["booking_close_time"]).await.unwrap();
        assert_eq!(durham.booking(&second).await.unwrap().offer_expire_time, moved.booking_close_time);
        stand.clock.advance(chrono::Duration::seconds(500));
        stand.standing.app.sweep().await.unwrap();
        assert_eq!(durham.booking(&second).await.unwrap().state(), booking::State::Lapsed);
        assert_eq!(reason(&durham.book(&room, "p3", true).await.unwrap_err()), "BOOKING_CLOSED");
    }
}
