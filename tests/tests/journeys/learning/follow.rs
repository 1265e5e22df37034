//! Attendance arrives by following the feed of masterclasses.

use contracts::{enrolments::v1 as learning, masterclasses::v1 as wire};
use practicum_tests::{Official, Options, Person, Stand, Store, in_seconds, request_id, session};
use std::time::Duration;
use vocabulary::Role;

/// Looks, one every twentieth of a second, before what should come is given up.
const LOOKS: usize = 2_400;
/// Longer than what has been told takes to arrive, where nothing is in its way.
const QUIET: Duration = Duration::from_secs(2);

async fn standing(store: Store) -> Stand {
    let stand = Stand::up(Options { store, follow: true, ..Options::default() }).await;
    stand.enrolments().await;
    stand
}

async fn lead(stand: &Stand, partner: &str) -> Official {
    stand.official(partner, &[Role::PracticeLead], "lead").await
}

/// Durham's masterclass of an hour and a half, which begins in five minutes.
async fn class(stand: &Stand) -> (Person, String) {
    let durham = stand.scheduler("durham").await;
    let masterclass = wire::Masterclass {
        title: "Working with loss".into(),
        format: wire::masterclass::Format::Masterclass.into(),
        cpd_hours: "1.5".into(),
        ..Default::default()
    };
    let create = wire::CreateMasterclassRequest {
        masterclass: Some(masterclass),
        masterclass_id: "loss".into(),
        request_id: request_id(),
    };
    durham.masterclasses.clone().create_masterclass(create).await.unwrap();
    let soon =
        wire::Session { start_time: Some(in_seconds(300)), end_time: Some(in_seconds(5_700)), ..session(20) };
    let room = durham.schedule("loss", "s1", soon).await.unwrap().name;
    (durham, room)
}

async fn mark(host: &Person, room: &str, booking: &str, attended: bool) {
    let attendances = vec![wire::Attendance { booking: booking.into(), attended }];
    let request =
        wire::RecordAttendanceRequest { parent: room.into(), attendances, request_id: request_id() };
    host.bookings.clone().record_attendance(request).await.unwrap();
}

/// The items of somebody's current year.
async fn items(of: &Official, person: &str) -> Vec<learning::LearningItem> {
    of.learned(&of.person(person), "").await.map_or_else(|_| Vec::new(), |record| record.items)
}

/// Waits until somebody has so many items, and answers them.
async fn count(of: &Official, person: &str, expected: usize) -> Vec<learning::LearningItem> {
    for _ in 0..LOOKS {
        let found = items(of, person).await;
        if found.len() == expected {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{person} never had {expected} items")
}

async fn arrives_and_is_taken_back(store: Store) {
    let stand = standing(store).await;
    let (durham, room) = class(&stand).await;
    let ann = durham.book(&room, "ann", false).await.unwrap().name;
    let away = durham.book(&room, "away", false).await.unwrap().name;
    let gateshead = stand.scheduler("gateshead").await;
    let bob = gateshead.book(&room, "bob", false).await.unwrap().name;
    stand.clock.advance(chrono::Duration::seconds(301));
    let (durhams, gatesheads) = (lead(&stand, "durham").await, lead(&stand, "gateshead").await);
    for (booking, attended) in [(&ann, true), (&away, false), (&bob, true)] {
        mark(&durham, &room, booking, attended).await;
    }
    let arrived = count(&durhams, "ann", 1).await.remove(0);
    assert_eq!((arrived.title.as_str(), arrived.hours.as_str()), ("Working with loss", "1.5"));
    assert_eq!((arrived.source, arrived.peer_reflection), (ann.clone(), false));
    let theirs = count(&gatesheads, "bob", 1).await.remove(0);
    assert_eq!(theirs.source, bob, "whoever hosts: it counts where the person belongs");
    assert!(gatesheads.learned(&durhams.person("ann"), "").await.is_err());
    assert!(items(&durhams, "away").await.is_empty(), "who did not come has learned nothing");
    let record = durhams.learned(&durhams.person("ann"), "").await.unwrap();
    // 1.5 hours, and a day has 7.4.
    assert_eq!((record.used_days.as_str(), record.cpd_pieces), ("0.2", 1));
    // What the host corrects is corrected, and corrected again.
    mark(&durham, &room, &ann, false).await;
    mark(&durham, &room, &away, true).await;
    count(&durhams, "away", 1).await;
    count(&durhams, "ann", 0).await;
    mark(&durham, &room, &ann, true).await;
    count(&durhams, "ann", 1).await;
    assert_eq!(items(&gatesheads, "bob").await.len(), 1);
    stand.down().await;
}

/// Bookings of so many people of Durham, on a masterclass that has begun.
async fn begun(stand: &Stand, people: &[&str]) -> (Person, String, Vec<String>) {
    let (durham, room) = class(stand).await;
    let mut bookings = Vec::new();
    for person in people {
        bookings.push(durham.book(&room, person, false).await.unwrap().name);
    }
    stand.clock.advance(chrono::Duration::seconds(301));
    (durham, room, bookings)
}

async fn each_counts_once_though_either_was_down(store: Store) {
    let stand = standing(store).await;
    let (durham, room, bookings) = begun(&stand, &["ann", "bob", "cat", "dee"]).await;
    mark(&durham, &room, &bookings[0], true).await;
    count(&lead(&stand, "durham").await, "ann", 1).await;

    // Bob is marked while enrolments is down, and cat is marked and unmarked.
    let stand = stand
        .without_enrolments(async {
            mark(&durham, &room, &bookings[1], true).await;
            mark(&durham, &room, &bookings[2], true).await;
            mark(&durham, &room, &bookings[2], false).await;
        })
        .await;
    let durhams = lead(&stand, "durham").await;
    count(&durhams, "bob", 1).await;

    // Masterclasses comes back, with enrolments waiting for it.
    let stand = stand.without_masterclasses(tokio::time::sleep(QUIET)).await;
    let durham = stand.scheduler("durham").await;
    mark(&durham, &room, &bookings[3], true).await;
    count(&durhams, "dee", 1).await;

    // Both were down, and nothing is left to tell.
    let stand = stand.without_enrolments(async {}).await.without_masterclasses(async {}).await;
    let durhams = lead(&stand, "durham").await;
    tokio::time::sleep(QUIET).await;
    for (person, expected) in [("ann", 1), ("bob", 1), ("cat", 0), ("dee", 1)] {
        assert_eq!(items(&durhams, person).await.len(), expected, "{person}");
    }
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_attends_has_learned_and_who_did_not_after_all_has_not_on_sqlite() {
    Box::pin(arrives_and_is_taken_back(Store::Sqlite)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_attends_has_learned_and_who_did_not_after_all_has_not_on_postgres() {
    Box::pin(arrives_and_is_taken_back(Store::Postgres)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_attendance_counts_once_though_either_service_was_down_on_sqlite() {
    Box::pin(each_counts_once_though_either_was_down(Store::Sqlite)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_attendance_counts_once_though_either_service_was_down_on_postgres() {
    Box::pin(each_counts_once_though_either_was_down(Store::Postgres)).await;
}

async fn what_the_feed_has_forgotten_is_found_out(store: Store) {
    let stand = standing(store).await;
    let (durham, room, bookings) = begun(&stand, &["ann", "bob", "cat"]).await;
    for booking in &bookings[..2] {
        mark(&durham, &room, booking, true).await;
    }
    count(&lead(&stand, "durham").await, "bob", 1).await;
    let app = stand.standing.app.clone();
    let clock = stand.clock.clone();
    let stand = stand
        .without_enrolments(async {
            mark(&durham, &room, &bookings[1], false).await;
            mark(&durham, &room, &bookings[2], true).await;
            clock.advance(chrono::Duration::seconds(1));
            { app }.ledger.forget(ledger::Keep { feed_days: 0, answer_days: 7 }).await.unwrap();
        })
        .await
        // The process that wrote the changes has them in memory still.
        .without_masterclasses(async {})
        .await;
    let durhams = lead(&stand, "durham").await;
    count(&durhams, "cat", 1).await;
    count(&durhams, "bob", 0).await;
    assert_eq!(items(&durhams, "ann").await.len(), 1);
    // And from then on as before.
    let durham = stand.scheduler("durham").await;
    mark(&durham, &room, &bookings[1], true).await;
    count(&durhams, "bob", 1).await;
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_feed_has_forgotten_is_found_out_on_sqlite() {
    Box::pin(what_the_feed_has_forgotten_is_found_out(Store::Sqlite)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_feed_has_forgotten_is_found_out_on_postgres() {
    Box::pin(what_the_feed_has_forgotten_is_found_out(Store::Postgres)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_follow_at_once_and_each_attendance_counts_once() {
    let stand = standing(Store::Postgres).await;
    let beside = Options { store: Store::Postgres, beside: Some(stand.replica()), ..Options::default() };
    let second = Stand::up(beside).await;
    second.enrolments().await;
    let people: Vec<String> = (0..12).map(|n| format!("p{n}")).collect();
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    let (durham, room, bookings) = begun(&stand, &people).await;
    for (n, booking) in bookings.iter().enumerate() {
        mark(&durham, &room, booking, true).await;
        if n % 3 == 0 {
            mark(&durham, &room, booking, false).await;
        }
    }
    let (one, other) = (lead(&stand, "durham").await, lead(&second, "durham").await);
    count(&one, "p11", 1).await;
    tokio::time::sleep(QUIET).await;
    for (n, person) in people.iter().enumerate() {
        let expected = usize::from(n % 3 != 0);
        assert_eq!(count(&one, person, expected).await, count(&other, person, expected).await, "{person}");
    }
    // The first is gone, and the second goes on.
    let stand = stand.without_enrolments(async {}).await;
    mark(&durham, &room, &bookings[0], true).await;
    count(&other, "p0", 1).await;
    // Its keys and partners are the first's, whose folder goes with it.
    second.down().await;
    stand.down().await;
}
