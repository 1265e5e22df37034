//! A panic hurts one call.

use crate::house::{House, call, seat};
use futures_util::future::join_all;
use ledger::{Fault, Plant};
use masterclasses::{actions::BookSeats, domain::WaitlistPolicy, error::Error};
use vocabulary::PersonName;

const ROUNDS: usize = 40;
const ASKS: usize = 12;
/// Not the first of its round, which would be served alone.
const CULPRIT: usize = 7;

/// Rounds of bookings at once, one of which panics in the middle of its batch.
async fn only_the_culprit_hears_of_it(house: House) {
    let class = house.announce("durham", "class").await;
    let plan = house.plan(1_000, WaitlistPolicy::Promote);
    let room = house.schedule("durham", &class, "room", plan).await.name;
    let durham = "durham".parse().unwrap();
    for round in 0..ROUNDS {
        let asks = (0..ASKS).map(|n| {
            let id = if n == CULPRIT { "panic".to_owned() } else { format!("p{round}-{n}") };
            let seats = vec![seat(PersonName::new(&durham, &id).unwrap())];
            let ask = BookSeats { session: room.clone(), seats, join: false, request_id: None };
            let app = house.app.clone();
            async move { app.book_seats(&call("durham"), ask).await }
        });
        for (n, answer) in join_all(asks).await.into_iter().enumerate() {
            match answer {
                Ok(done) => assert!(n != CULPRIT && done.value.len() == 1, "round {round}"),
                Err(Error::Fault(Fault::Bug(_))) => assert_eq!(n, CULPRIT, "round {round}"),
                Err(other) => panic!("round {round}, ask {n}: {other}"),
            }
        }
    }
    let booked = u32::try_from(ROUNDS * (ASKS - 1)).unwrap();
    assert_eq!(house.session(&room).await.taken, booked, "each was booked once");
}

#[tokio::test]
async fn an_ask_that_panics_at_the_desk_fails_nobody_elses_on_sqlite() {
    only_the_culprit_hears_of_it(House::on_sqlite_with(Plant::Panic).await).await;
}

#[tokio::test]
async fn an_ask_that_panics_at_the_desk_fails_nobody_elses_on_postgres() {
    only_the_culprit_hears_of_it(House::on_postgres_with(Plant::Panic).await).await;
}
