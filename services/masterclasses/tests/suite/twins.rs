//! One story, told on both stores: the same answers, and the same state at the end.

use crate::house::{House, call};
use ledger::{Done, Reason};
use masterclasses::{
    domain::{Booking, BookingState, Fence, SessionEdit, SessionName, WaitlistPolicy},
    error::Error,
};
use vocabulary::{PageSize, Scope};

/// Pseudo-random numbers that are the same for both: splitmix64.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap()
    }
}

const PARTNERS: [&str; 3] = ["durham", "gateshead", "teesside"];

/// A booking without what differs between the stores: its id and its times.
fn seen(booking: &Booking) -> String {
    let offer = booking.offer_expires.is_some();
    format!(
        "{:?} {} {:?} {} {offer}",
        booking.state, booking.position, booking.feedback, booking.attendee.person
    )
}

fn said(outcome: Result<Done<Vec<Booking>>, Error>) -> String {
    match outcome {
        Ok(done) => format!("{:?}", done.value.iter().map(seen).collect::<Vec<_>>()),
        Err(Error::Refused(refusal)) => refusal.reason().into(),
        Err(other) => panic!("{other}"),
    }
}

fn said_of_session(outcome: Result<Done<masterclasses::domain::Session>, Error>) -> String {
    match outcome {
        Ok(done) => format!("{} {} {:?}", done.value.taken, done.value.waiting, done.value.taken_by),
        Err(Error::Refused(refusal)) => refusal.reason().into(),
        Err(other) => panic!("{other}"),
    }
}

async fn step(house: &House, dice: &mut Dice, room: &SessionName) -> String {
    let by = PARTNERS[dice.roll(3)];
    let (what, pick, detail) = (dice.roll(20), dice.roll(1_000), dice.roll(8));
    let known = house.bookings("durham", room).await;
    let booking = known.get(pick % known.len().max(1)).map(|booking| booking.name.clone());
    match (what, booking) {
        (0..=7, _) => {
            let people: Vec<usize> = (0..=detail / 3).map(|n| (pick + n) % 12).collect();
            said(house.book(by, room, &people).await)
        }
        (8..=10, Some(booking)) => said(house.cancel(by, &booking).await),
        (11..=13, Some(booking)) => said(house.answer(by, &booking, detail > 3).await),
        (14, _) => {
            let capacity = Some(1 + u32::try_from(detail).unwrap());
            said_of_session(house.edit("durham", room, SessionEdit { capacity, ..Default::default() }).await)
        }
        (15, _) => {
            let fences = Some(vec![Fence { partner: by.parse().unwrap(), seats: 1 }]);
            said_of_session(house.edit("durham", room, SessionEdit { fences, ..Default::default() }).await)
        }
        (16 | 17, _) => {
            // Half past, so that nothing falls due at the very moment at which one store is asked and not the other.
            house.clock.advance(chrono::Duration::hours(7 + i64::try_from(detail).unwrap()));
            house.app.sweep().await.unwrap();
            "later".into()
        }
        (18, Some(booking)) => said(house.record("durham", &booking, detail > 3).await),
        (19, _) if pick > 900 => said_of_session(house.call_off("durham", room).await),
        _ => "nothing".into(),
    }
}

/// What is left behind: bookings as each partner sees them, the session, the feed, and each partner's log.
async fn state(house: &House, room: &SessionName) -> Vec<String> {
    let mut lines = Vec::new();
    for partner in PARTNERS {
        lines.extend(
            house.bookings(partner, room).await.iter().map(|booking| format!("{partner}: {}", seen(booking))),
        );
        let size = PageSize::from_wire(1_000).unwrap();
        let log = house
            .app
            .ledger
            .audit_list(&call(partner), &ledger::AuditFilter::default(), size.rows())
            .await
            .unwrap();
        lines.extend(
            log.iter().map(|row| format!("{} {} {} {}", row.position, row.actor, row.method, row.outcome)),
        );
        assert_eq!(house.app.ledger.audit_verify(&call(partner), None).await.unwrap().broken_at, None);
    }
    let session = house.session(room).await;
    lines.push(format!("{} {:?} {} {:?}", session.taken, session.taken_by, session.waiting, session.state));
    let tx = house.app.ledger.database.read(&Scope::Service, None).await.unwrap();
    for row in
        tx.all("SELECT seq, collection, kind, viewers, actor FROM feed ORDER BY seq", vec![]).await.unwrap()
    {
        let word = |column: &str| row.try_get::<String>("", column).unwrap();
        let seq: i64 = row.try_get("", "seq").unwrap();
        lines.push(format!(
            "{seq} {} {} {} {}",
            word("collection"),
            word("kind"),
            word("viewers"),
            word("actor")
        ));
    }
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn one_story_has_the_same_answers_and_the_same_end_on_both_stores() {
    let houses = [House::on_sqlite().await, House::on_postgres().await];
    let mut states = std::collections::HashSet::new();
    for story in 0..20_u64 {
        let policy = [WaitlistPolicy::Promote, WaitlistPolicy::Offer, WaitlistPolicy::None][dice_of(story)];
        let mut told: Vec<(Vec<String>, Vec<String>)> = Vec::new();
        for house in &houses {
            let class = house.announce("durham", &format!("c{story}")).await;
            let room = house.schedule("durham", &class, "s", house.plan(3, policy)).await.name;
            let (mut dice, mut answers) = (Dice(story), Vec::new());
            for _ in 0..50 {
                answers.push(step(house, &mut dice, &room).await);
            }
            states.extend(house.bookings("durham", &room).await.iter().map(|booking| booking.state.words()));
            // Nothing of this story falls due in the next, where two rooms would race for a batch.
            answers.push(said_of_session(house.call_off("durham", &room).await));
            house.clock.advance(chrono::Duration::days(20));
            house.app.sweep().await.unwrap();
            told.push((answers, state(house, &room).await));
        }
        assert_eq!(told[0].0, told[1].0, "the answers of story {story}");
        let differ = told[0].1.iter().zip(&told[1].1).find(|(sqlite, postgres)| sqlite != postgres);
        assert_eq!(differ, None, "the end of story {story}");
        assert_eq!(told[0].1.len(), told[1].1.len(), "the end of story {story}");
    }
    let (all, live) = (states.len(), BookingState::Confirmed.words());
    assert!(all >= 5 && states.contains(live), "the stories are too tame: {states:?}");
}

fn dice_of(story: u64) -> usize {
    usize::try_from(story % 3).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn names_sort_by_their_bytes_on_both_stores() {
    let ids = ["a-b", "ab", "a1", "a", "a-", "b0", "0a", "a0", "z-9", "ab-"];
    let mut sorted = ids.map(str::to_owned);
    sorted.sort();
    for house in [House::on_sqlite().await, House::on_postgres().await] {
        for id in ids {
            house.announce("durham", id).await;
        }
        let ask = masterclasses::actions::ListMasterclasses {
            filter: masterclasses::store::masterclasses::Filter::default(),
            size: PageSize::DEFAULT,
        };
        let listed = house.app.list_masterclasses(&call("durham"), ask).await.unwrap().rows;
        assert_eq!(listed.iter().map(|class| class.name.0.to_string()).collect::<Vec<_>>(), sorted);
    }
}
