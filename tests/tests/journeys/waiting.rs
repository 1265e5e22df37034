//! The waiting list: who is next, what an offer is, and when it is over.

use contracts::masterclasses::v1::{self as wire, booking::State, session::WaitlistPolicy};
use practicum_tests::{Person, Stand, on_both_stores, reason, request_id, session};
use tonic::Status;

fn with(policy: WaitlistPolicy, capacity: i32) -> wire::Session {
    wire::Session { waitlist_policy: policy.into(), ..session(capacity) }
}

async fn answer(who: &Person, booking: &str, accept: bool) -> Result<wire::Booking, Status> {
    let request = wire::AnswerOfferRequest { name: booking.into(), accept, request_id: request_id() };
    Ok(who.bookings.clone().answer_offer(request).await?.into_inner())
}

async fn state(who: &Person, booking: &str) -> State {
    who.booking(booking).await.unwrap().state()
}

/// A full session of one seat, and three who wait for it: the seat's booking first.
async fn full(stand: &Stand, policy: WaitlistPolicy) -> (Person, String, Vec<String>) {
    let durham = stand.scheduler("durham").await;
    let room = durham.host("trauma", with(policy, 1)).await.unwrap().name;
    let mut bookings = Vec::new();
    for person in ["p1", "p2", "p3", "p4"] {
        bookings.push(durham.book(&room, person, true).await.unwrap().name);
    }
    (durham, room, bookings)
}

on_both_stores! {
    async fn freed_seats_go_to_who_has_waited_longest_and_never_to_a_newcomer(stand: &Stand) {
        let (durham, room, all) = full(stand, WaitlistPolicy::Promote).await;
        let positions = [durham.booking(&all[1]).await.unwrap(), durham.booking(&all[3]).await.unwrap()];
        assert_eq!(positions.map(|booking| booking.waitlist_position), [1, 3]);
        durham.cancel(&all[2]).await.unwrap();
        assert_eq!(durham.booking(&all[3]).await.unwrap().waitlist_position, 2, "who leaves makes room in the queue");
        durham.cancel(&all[0]).await.unwrap();
        assert_eq!(state(&durham, &all[1]).await, State::Confirmed);
        let newcomer = durham.book(&room, "late", false).await.unwrap_err();
        assert_eq!(reason(&newcomer), "SESSION_FULL");
        durham.cancel(&all[1]).await.unwrap();
        assert_eq!(state(&durham, &all[3]).await, State::Confirmed);
        assert_eq!(reason(&durham.cancel(&all[1]).await.unwrap_err()), "BOOKING_NOT_LIVE");
    }

    async fn an_offered_seat_is_taken_up_or_passes_on_when_it_is_turned_down(stand: &Stand) {
        let (durham, room, all) = full(stand, WaitlistPolicy::Offer).await;
        assert_eq!(reason(&answer(&durham, &all[1], true).await.unwrap_err()), "NO_OFFER");
        durham.cancel(&all[0]).await.unwrap();
        let offered = durham.booking(&all[1]).await.unwrap();
        let hours = offered.offer_expire_time.unwrap().seconds - offered.update_time.unwrap().seconds;
        assert_eq!((offered.state(), hours), (State::Offered, 48 * 3_600));
        assert_eq!(durham.session(&room).await.unwrap().seats_taken, 1, "an offered seat is taken");
        assert_eq!(answer(&durham, &all[1], false).await.unwrap().state(), State::Lapsed);
        assert_eq!(state(&durham, &all[2]).await, State::Offered);
        assert_eq!(answer(&durham, &all[2], true).await.unwrap().state(), State::Confirmed);
        assert_eq!(reason(&answer(&durham, &all[2], true).await.unwrap_err()), "NO_OFFER");
        assert_eq!(state(&durham, &all[3]).await, State::Waitlisted);
    }

    async fn an_offer_that_is_not_answered_in_time_lapses_and_passes_on(stand: &Stand) {
        let (durham, _, all) = full(stand, WaitlistPolicy::Offer).await;
        durham.cancel(&all[0]).await.unwrap();
        stand.clock.advance(chrono::Duration::hours(48));
        let durham = stand.scheduler("durham").await;
        // Answered by who is too late, before anybody swept: judged by the clock and not by the sweeper.
        assert_eq!(reason(&answer(&durham, &all[1], true).await.unwrap_err()), "OFFER_EXPIRED");
        stand.standing.app.sweep().await.unwrap();
        assert_eq!(state(&durham, &all[1]).await, State::Lapsed);
        assert_eq!(state(&durham, &all[2]).await, State::Offered);
        assert_eq!(answer(&durham, &all[2], true).await.unwrap().state(), State::Confirmed);
    }

    async fn whoever_cancels_after_an_offer_is_not_offered_again_from_the_old_entry(stand: &Stand) {
        let (durham, room, all) = full(stand, WaitlistPolicy::Offer).await;
        durham.cancel(&all[0]).await.unwrap();
        assert_eq!(durham.cancel(&all[1]).await.unwrap().state(), State::Cancelled);
        assert_eq!(state(&durham, &all[2]).await, State::Offered);
        let again = durham.book(&room, "p2", true).await.unwrap();
        assert_eq!((again.state(), again.waitlist_position), (State::Waitlisted, 2), "at the end of the queue");
        durham.cancel(&all[2]).await.unwrap();
        assert_eq!(state(&durham, &all[3]).await, State::Offered);
        assert_eq!(state(&durham, &all[1]).await, State::Cancelled);
    }

    async fn a_session_without_a_list_is_full_when_it_is_full(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        let room = durham.host("trauma", with(WaitlistPolicy::None, 1)).await.unwrap().name;
        let first = durham.book(&room, "p1", true).await.unwrap().name;
        assert_eq!(reason(&durham.book(&room, "p2", true).await.unwrap_err()), "SESSION_FULL");
        durham.cancel(&first).await.unwrap();
        assert_eq!(durham.book(&room, "p2", true).await.unwrap().state(), State::Confirmed);
    }

    async fn a_person_has_one_live_booking_on_a_session(stand: &Stand) {
        let (durham, room, all) = full(stand, WaitlistPolicy::Promote).await;
        for person in ["p1", "p2"] {
            assert_eq!(reason(&durham.book(&room, person, true).await.unwrap_err()), "ALREADY_BOOKED", "{person}");
        }
        durham.cancel(&all[1]).await.unwrap();
        assert_eq!(durham.book(&room, "p2", true).await.unwrap().waitlist_position, 3);
    }
}
