//! Offers at the moment in which they run out, and two sweepers at once.

use crate::dice::Dice;
use chrono::Duration;
use contracts::masterclasses::v1::{self as wire, booking::State, session::WaitlistPolicy};
use practicum_tests::{Options, Person, Stand, Store, reason, request_id, session};
use tonic::Status;

async fn pair() -> [Stand; 2] {
    let first = Stand::up(Options { store: Store::Postgres, ..Default::default() }).await;
    let beside = Options { store: Store::Postgres, beside: Some(first.replica()), ..Default::default() };
    let second = Stand::up(beside).await;
    [first, second]
}

fn offering() -> wire::Session {
    wire::Session { waitlist_policy: WaitlistPolicy::Offer.into(), offer_hours: 1, ..session(1) }
}

async fn accept(door: &Person, booking: &str) -> Result<wire::Booking, Status> {
    let request = wire::AnswerOfferRequest { name: booking.into(), accept: true, request_id: request_id() };
    Ok(door.bookings.clone().answer_offer(request).await?.into_inner())
}

/// The states of two bookings, first the one that was offered the seat.
async fn states(door: &Person, bookings: [&wire::Booking; 2]) -> [State; 2] {
    let mut states = [State::Unspecified; 2];
    for (state, booking) in states.iter_mut().zip(bookings) {
        *state = door.booking(&booking.name).await.unwrap().state();
    }
    states
}

/// Moves the clock to the moment in which an offer runs out, or up to 15 ms before or 5 ms after it.
fn to_the_last_moment(clock: &vocabulary::Clock, offered: &wire::Booking, dice: &mut Dice) {
    let expires = offered.offer_expire_time.unwrap();
    let expires = expires.seconds * 1_000_000 + i64::from(expires.nanos) / 1_000;
    let aim = i64::try_from(dice.below(20_000)).unwrap() - 15_000;
    clock.advance(Duration::microseconds(expires - vocabulary::micros(clock.now()) + aim));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_that_is_taken_up_as_it_runs_out_is_either_taken_up_or_run_out() {
    let _alone = crate::alone().await;
    let stands = pair().await;
    let (mut dice, mut taken, mut lapsed) = (Dice::new(), 0, 0);
    let room = stands[0].scheduler("durham").await.host("offers", offering()).await.unwrap().name;
    for round in 0..100 {
        // Time passes by the hour, and tokens do not live longer.
        let here = stands[0].scheduler("durham").await;
        let holder = here.book(&room, &format!("h{round}"), false).await.unwrap();
        let first = here.book(&room, &format!("w{round}"), true).await.unwrap();
        let second = here.book(&room, &format!("v{round}"), true).await.unwrap();
        here.cancel(&holder.name).await.unwrap();
        let offered = here.booking(&first.name).await.unwrap();
        assert_eq!(offered.state(), State::Offered);
        to_the_last_moment(&stands[0].clock, &offered, &mut dice);
        let there = stands[round % 2].scheduler("durham").await;
        let (answer, swept, again) = tokio::join!(
            accept(&there, &first.name),
            stands[0].standing.app.sweep(),
            stands[1].standing.app.sweep()
        );
        swept.unwrap();
        again.unwrap();
        if let Some(no) = answer.err().as_ref().map(reason) {
            lapsed += 1;
            assert!(matches!(no.as_str(), "OFFER_EXPIRED" | "NO_OFFER"), "round {round}: {no}");
            stands[0].standing.app.sweep().await.unwrap();
            let both = states(&there, [&first, &second]).await;
            assert_eq!(both, [State::Lapsed, State::Offered], "round {round}");
        } else {
            taken += 1;
            let both = states(&there, [&first, &second]).await;
            assert_eq!(both, [State::Confirmed, State::Waitlisted], "round {round}");
        }
        assert_eq!(there.session(&room).await.unwrap().seats_taken, 1, "round {round}");
        for booking in [&first, &second] {
            // One of them has lapsed, perhaps.
            let _ = there.cancel(&booking.name).await;
        }
        assert_eq!(there.session(&room).await.unwrap().seats_taken, 0, "round {round}");
    }
    eprintln!("{taken} taken up, {lapsed} run out");
    assert!(taken > 5 && lapsed > 5, "the moment was missed: {taken} taken up, {lapsed} run out");
    for stand in stands {
        stand.down().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sweepers_at_once_offer_a_seat_to_one_person_once() {
    let _alone = crate::alone().await;
    let stands = pair().await;
    let mut host = stands[0].scheduler("durham").await;
    host.host("sweep", session(1)).await.unwrap();
    let mut queues = Vec::new();
    for n in 0..20 {
        let room = host.schedule("sweep", &format!("o{n}"), offering()).await.unwrap().name;
        let holder = host.book(&room, &format!("h{n}"), false).await.unwrap();
        let mut queue = Vec::new();
        for place in 0..5 {
            queue.push(host.book(&room, &format!("w{n}-{place}"), true).await.unwrap().name);
        }
        host.cancel(&holder.name).await.unwrap();
        queues.push((room, queue));
    }
    for hour in 1..5 {
        stands[0].clock.advance(Duration::seconds(3_601));
        host = stands[1].scheduler("durham").await;
        let sweeps = (0..6).map(|n| stands[n % 2].standing.app.sweep());
        for swept in futures_util::future::join_all(sweeps).await {
            swept.unwrap();
        }
        for (room, queue) in &queues {
            let mut states = Vec::new();
            for name in queue {
                states.push(host.booking(name).await.unwrap().state());
            }
            let expected: Vec<State> = (0..5)
                .map(|place| match place {
                    place if place < hour => State::Lapsed,
                    place if place == hour => State::Offered,
                    _ => State::Waitlisted,
                })
                .collect();
            assert_eq!(states, expected, "{room} after {hour} hours");
            assert_eq!(host.session(room).await.unwrap().seats_taken, 1);
        }
    }
    for stand in stands {
        stand.down().await;
    }
}
