//! Offers and the passing of time, and units of work that go wrong.

use crate::house::{House, call};
use ledger::{Fault, Outcome, Write};
use masterclasses::{
    domain::{BookingState, Refusal, WaitlistPolicy},
    error::Error,
};
use vocabulary::RequestId;

async fn an_answer_and_the_sweeper_race_for_an_offer(house: House) {
    let class = house.announce("durham", "c").await;
    for round in 0..20 {
        let plan = house.plan(1, WaitlistPolicy::Offer);
        let room = house.schedule("durham", &class, &format!("s{round}"), plan).await.name;
        let first = house.book("durham", &room, &[1]).await.unwrap().value.remove(0).name;
        let second = house.book("durham", &room, &[2]).await.unwrap().value.remove(0).name;
        let third = house.book("durham", &room, &[3]).await.unwrap().value.remove(0).name;
        house.cancel("durham", &first).await.unwrap();
        // A few milliseconds to either side of the moment at which the offer runs out.
        let edge = chrono::Duration::hours(48) - chrono::Duration::milliseconds(2 + round % 6);
        house.clock.advance(edge);
        let (answer, swept) = tokio::join!(house.answer("durham", &second, true), house.app.sweep());
        swept.unwrap();
        let taken = match answer {
            Ok(_) => true,
            Err(Error::Refused(Refusal::OfferExpired { .. })) => false,
            other => panic!("{other:?}"),
        };
        house.clock.advance(chrono::Duration::milliseconds(10));
        house.app.sweep().await.unwrap();
        let bookings = house.bookings("durham", &room).await;
        let state = |name| bookings.iter().find(|booking| booking.name == name).unwrap().state;
        let expected = if taken {
            (BookingState::Confirmed, BookingState::Waitlisted)
        } else {
            (BookingState::Lapsed, BookingState::Offered)
        };
        assert_eq!(
            (state(second), state(third)),
            expected,
            "round {round}: one of the two, and the seat is not lost"
        );
        assert_eq!(house.session(&room).await.taken, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_is_taken_up_or_passes_on_and_never_both_on_sqlite() {
    Box::pin(an_answer_and_the_sweeper_race_for_an_offer(House::on_sqlite().await)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_is_taken_up_or_passes_on_and_never_both_on_postgres() {
    Box::pin(an_answer_and_the_sweeper_race_for_an_offer(House::on_postgres().await)).await;
}

async fn a_panic_costs_its_own_call(house: House) {
    let class = house.announce("durham", "c").await;
    let room = house.schedule("durham", &class, "s", house.plan(100, WaitlistPolicy::Promote)).await.name;
    for n in 0..30 {
        let id = RequestId("0198a7a0-0000-7000-8000-000000000000".parse().unwrap());
        let write = Write::of(&call("durham"), Some(id), &n, &"x").unwrap();
        let work = house.app.ledger.write(write, (), |unit, ()| {
            Box::pin(async move {
                unit.tx().run("UPDATE masterclasses SET title = 'lost'", vec![]).await?;
                // Always so, but not to the compiler: what comes after a panic has to have a type.
                assert!(unit.now() < vocabulary::from_micros(0), "planted");
                Ok::<Result<(), Refusal>, Fault>(Ok(()))
            })
        });
        let outcome: Result<Outcome<(), Refusal>, Fault> = work.await;
        assert!(matches!(outcome, Err(Fault::Bug(_))), "{outcome:?}");
        house.book("durham", &room, &[n]).await.unwrap();
    }
    let tx = house.app.ledger.database.read(&vocabulary::Scope::Service, None).await.unwrap();
    let kept = masterclasses::store::masterclasses::get(&tx, &class.name).await.unwrap().unwrap();
    assert_eq!((kept.title, house.session(&room).await.taken), ("Trauma".into(), 30));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_in_a_unit_of_work_costs_one_call_and_leaves_nothing_on_sqlite() {
    Box::pin(a_panic_costs_its_own_call(House::on_sqlite().await)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_in_a_unit_of_work_costs_one_call_and_leaves_nothing_on_postgres() {
    Box::pin(a_panic_costs_its_own_call(House::on_postgres().await)).await;
}

/// At the end of time an offer would have to run out after it, which no calendar can say.
#[tokio::test(flavor = "multi_thread")]
async fn a_panic_at_the_desk_is_a_fault_of_ours_and_the_desk_goes_on() {
    let house = House::on_sqlite().await;
    let class = house.announce("durham", "c").await;
    let calm = house.schedule("durham", &class, "calm", house.plan(9, WaitlistPolicy::Promote)).await.name;
    let end = vocabulary::from_micros(i64::MAX);
    let mut last = house.plan(1, WaitlistPolicy::Offer);
    (last.start, last.end) = (end - chrono::Duration::hours(2), end - chrono::Duration::hours(1));
    let last = house.schedule("durham", &class, "last", last).await.name;
    house.book("durham", &last, &[1]).await.unwrap();
    let clock = house.clock.clone();
    clock.advance(end - clock.now() - chrono::Duration::hours(3));
    for n in 2..5 {
        let fault = house.book("durham", &last, &[n]).await.unwrap_err();
        assert!(matches!(fault, Error::Fault(Fault::Bug(_))), "{fault:?}");
    }
    clock.advance(house.session(&calm).await.created - clock.now());
    assert_eq!(house.book("durham", &calm, &[1]).await.unwrap().value[0].state, BookingState::Confirmed);
    assert_eq!(house.session(&last).await.waiting, 0, "what panicked left nothing");
}
