//! Two at once, at two replicas: one request many times, a cancellation and a walk-in, one booking cancelled by many.

use contracts::masterclasses::v1::{self as wire, booking::State};
use practicum_tests::{Options, Person, Stand, Store, reason, request_id, seat, session};
use std::collections::BTreeSet;
use tokio::task::JoinSet;
use tonic::{Code, Status};

/// Two replicas on one PostgreSQL, and a scheduler's door to each.
struct Pair {
    stands: Vec<Stand>,
    doors: [Person; 2],
}

impl Pair {
    async fn up() -> Self {
        let first = Stand::up(Options { store: Store::Postgres, ..Default::default() }).await;
        let beside = Options { store: Store::Postgres, beside: Some(first.replica()), ..Default::default() };
        let second = Stand::up(beside).await;
        let doors = [first.scheduler("durham").await, second.scheduler("durham").await];
        Self { stands: vec![first, second], doors }
    }

    async fn down(self) {
        for stand in self.stands {
            Box::pin(stand.down()).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_request_sent_64_times_at_once_takes_effect_once_and_all_hear_one_answer() {
    let _alone = crate::alone().await;
    let pair = Pair::up().await;
    let room = pair.doors[0].host("once", session(1_000)).await.unwrap();
    for round in 0..30 {
        let request = wire::BookSeatsRequest {
            parent: room.name.clone(),
            seats: vec![seat("durham", &format!("p{round}"))],
            join_waitlist: false,
            request_id: request_id(),
        };
        let mut racing = JoinSet::new();
        for n in 0..64 {
            let (mut bookings, request) = (pair.doors[n % 2].bookings.clone(), request.clone());
            racing.spawn(async move { bookings.book_seats(request).await });
        }
        let mut heard = BTreeSet::new();
        let mut answers = 0;
        while let Some(answer) = racing.join_next().await {
            match answer.unwrap() {
                Ok(made) => {
                    answers += 1;
                    heard.insert(format!("{:?}", made.into_inner()));
                }
                Err(status) => assert_eq!(status.code(), Code::Aborted, "{status:?}"),
            }
        }
        assert!(heard.len() == 1 && answers > 0, "round {round}: {heard:?}");
    }
    assert_eq!(pair.doors[1].session(&room.name).await.unwrap().seats_taken, 30);
    pair.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_in_never_gets_the_seat_that_is_given_up_while_somebody_waits() {
    let _alone = crate::alone().await;
    let pair = Pair::up().await;
    let [here, there] = &pair.doors;
    let room = here.host("barging", session(1)).await.unwrap().name;
    let mut holder = here.book(&room, "p0", false).await.unwrap();
    for round in 0..300 {
        let waits = there.book(&room, &format!("w{round}"), true).await.unwrap();
        assert_eq!(waits.state(), State::Waitlisted);
        let walker = format!("x{round}");
        let (left, walked) = tokio::join!(here.cancel(&holder.name), there.book(&room, &walker, false));
        left.unwrap();
        let refused = walked.expect_err("a walk-in passed the list");
        assert_eq!(reason(&refused), "SESSION_FULL", "round {round}");
        holder = there.booking(&waits.name).await.unwrap();
        assert_eq!(holder.state(), State::Confirmed, "round {round}");
    }
    pair.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_that_eight_cancel_at_once_frees_one_seat() {
    let _alone = crate::alone().await;
    let pair = Pair::up().await;
    let room = pair.doors[0].host("double", session(3)).await.unwrap().name;
    let stays = pair.doors[0].book(&room, "stays", false).await.unwrap();
    for round in 0..100 {
        let leaves = pair.doors[0].book(&room, &format!("p{round}"), false).await.unwrap();
        let mut racing = JoinSet::new();
        for n in 0..8 {
            let (door, name) = (pair.doors[n % 2].clone(), leaves.name.clone());
            racing.spawn(async move { door.cancel(&name).await });
        }
        let answers: Vec<Result<wire::Booking, Status>> = racing.join_all().await;
        let done = answers.iter().filter(|answer| answer.is_ok()).count();
        let late = answers
            .iter()
            .filter_map(|answer| answer.as_ref().err())
            .all(|no| reason(no) == "BOOKING_NOT_LIVE");
        assert!(done == 1 && late, "round {round}: {answers:?}");
        assert_eq!(pair.doors[1].session(&room).await.unwrap().seats_taken, 1, "round {round}");
    }
    assert_eq!(pair.doors[1].booking(&stays.name).await.unwrap().state(), State::Confirmed);
    pair.down().await;
}
