//! Whoever is withdrawn or pauses while on a placement is a concern there, once.

use super::{QUIET, becomes, standing, stores};
use contracts::placements::v1::{
    Placement, WatchPlacementsRequest, WatchPlacementsResponse, placement::State,
};
use practicum_tests::{Coordinator, Official, Options, Stand, Store, placing::Parties};
use std::time::Duration;
use tonic::Streaming;

const UNIVERSITY: &str = "partners/teesside/enrolments";

async fn watching(who: &Coordinator) -> Streaming<WatchPlacementsResponse> {
    let ask = WatchPlacementsRequest { resume_token: "now".into(), ..Default::default() };
    who.placements.clone().watch_placements(ask).await.unwrap().into_inner()
}

/// The first that a watcher hears of a concern.
async fn hears(watch: &mut Streaming<WatchPlacementsResponse>) -> Placement {
    let next = async {
        loop {
            let told = watch.message().await.unwrap().expect("it goes on").placement;
            if let Some(placement) = told.filter(|placement| !placement.concerns.is_empty()) {
                return placement;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(120), next).await.expect("the watchers hear")
}

/// Students who are enrolled, and confirmed on placements.
async fn confirmed<const N: usize>(
    stand: &Stand,
    parties: &Parties,
    people: [&str; N],
) -> (Official, [(String, String); N]) {
    let registrar = stand.registrar("teesside").await;
    let run = registrar.teach("ba", 0).await.unwrap();
    let mut made = Vec::new();
    for person in people {
        let enrolment = registrar.enrol(&run, person).await.unwrap().name;
        let placement = parties.accepted(stand, person).await.name;
        assert_eq!(parties.confirm(&placement).await.unwrap().state(), State::Confirmed);
        made.push((enrolment, placement));
    }
    (registrar, made.try_into().unwrap_or_else(|_| unreachable!("one for each")))
}

/// Waits for so many concerns, and then whether there are more.
async fn concerned(parties: &Parties, placement: &str, count: usize) -> Placement {
    becomes(parties, placement, |seen| seen.concerns.len() >= count).await;
    tokio::time::sleep(QUIET).await;
    let seen = parties.seen(placement).await;
    assert_eq!(seen.concerns.len(), count, "{:?}", seen.concerns);
    seen
}

async fn one_concern_for_each_absence(store: Store) {
    let stand = standing(store).await;
    let parties = Parties::of(&stand, 3).await;
    let (registrar, [ann, ben]) = confirmed(&stand, &parties, ["ann", "ben"]).await;
    let (mut durham, mut teesside) = (watching(&parties.durham).await, watching(&parties.teesside).await);
    registrar.interrupt(&ann.0, "ill").await.unwrap();
    for watch in [&mut durham, &mut teesside] {
        let heard = hears(watch).await;
        assert_eq!((&heard.name, heard.state()), (&ann.1, State::Confirmed), "nothing is suspended");
        let [concern] = &heard.concerns[..] else { panic!("{:?}", heard.concerns) };
        assert_eq!((concern.raised_by.as_str(), concern.resolution.as_str()), (UNIVERSITY, ""));
        assert!(concern.description.contains(&ann.0) && concern.description.contains("interrupted"));
        assert!(!concern.description.contains("ill"), "why is the university's own");
    }
    // Whoever is back resolves nothing by that.
    registrar.resume(&ann.0).await.unwrap();
    let open = concerned(&parties, &ann.1, 1).await.concerns.remove(0);
    assert!(open.resolve_time.is_none());
    parties.resolve(&ann.1, &open.concern_id).await;
    // Away once more is news, and so is that they left for good.
    registrar.interrupt(&ann.0, "ill").await.unwrap();
    let again = concerned(&parties, &ann.1, 2).await;
    parties.resolve(&ann.1, &again.concerns[1].concern_id).await;
    // The same again is not: the enrolment is edited, and everything is still as it was.
    let edited = registrar.enrolment(&ann.0).await.unwrap();
    registrar.update(edited, &["funding"], &[]).await.unwrap();
    concerned(&parties, &ann.1, 2).await;
    registrar.withdraw(&ann.0, "").await.unwrap();
    let left = concerned(&parties, &ann.1, 3).await;
    assert!(left.concerns[2].description.contains("withdrawn") && left.state() == State::Confirmed);
    assert!(parties.seen(&ben.1).await.concerns.is_empty(), "others are no concern");
    // One that has ended is none either.
    parties.withdraw(&ben.1).await;
    registrar.withdraw(&ben.0, "").await.unwrap();
    concerned(&parties, &ben.1, 0).await;
    stand.down().await;
}

async fn once_though_placements_was_down(store: Store) {
    let stand = standing(store).await;
    let parties = Parties::of(&stand, 3).await;
    let (registrar, [ann, ben, cat]) = confirmed(&stand, &parties, ["ann", "ben", "cat"]).await;
    registrar.interrupt(&ann.0, "").await.unwrap();
    let heard = concerned(&parties, &ann.1, 1).await;
    parties.resolve(&ann.1, &heard.concerns[0].concern_id).await;
    let stand = stand
        .without_placements(async {
            registrar.withdraw(&ben.0, "").await.unwrap();
            // Away and back: by the time that it is heard nothing is amiss.
            registrar.interrupt(&cat.0, "").await.unwrap();
            registrar.resume(&cat.0).await.unwrap();
        })
        .await;
    let parties = Parties::again(&stand).await;
    let mut durham = watching(&parties.durham).await;
    if parties.seen(&ben.1).await.concerns.is_empty() {
        assert_eq!(hears(&mut durham).await.name, ben.1);
    }
    // Started again, and enrolments too: everybody's concerns are as many as before.
    let stand = stand.without_placements(async {}).await.without_enrolments(async {}).await;
    let (parties, registrar) = (Parties::again(&stand).await, stand.registrar("teesside").await);
    for (placement, count) in [(&ann.1, 1), (&ben.1, 1), (&cat.1, 0)] {
        concerned(&parties, placement, count).await;
    }
    registrar.interrupt(&cat.0, "").await.unwrap();
    concerned(&parties, &cat.1, 1).await;
    stand.down().await;
}

async fn found_out_though_the_feed_has_forgotten(store: Store) {
    let stand = standing(store).await;
    let parties = Parties::of(&stand, 4).await;
    let people = ["ann", "ben", "cat", "dee"];
    let (registrar, [ann, ben, cat, dee]) = confirmed(&stand, &parties, people).await;
    for (enrolment, placement) in [&ann, &cat] {
        registrar.interrupt(enrolment, "").await.unwrap();
        let heard = concerned(&parties, placement, 1).await;
        parties.resolve(placement, &heard.concerns[0].concern_id).await;
    }
    let (app, clock) = (stand.enrolments().await.app.clone(), stand.clock.clone());
    let stand = stand
        .without_placements(async {
            registrar.withdraw(&ben.0, "").await.unwrap();
            registrar.resume(&cat.0).await.unwrap();
            clock.advance(chrono::Duration::seconds(1));
            { app }.ledger.forget(ledger::Keep { feed_days: 0, answer_days: 7 }).await.unwrap();
        })
        .await
        // The process that wrote the changes has them in memory still.
        .without_enrolments(async {})
        .await;
    let registrar = stand.registrar("teesside").await;
    let parties = Parties::again(&stand).await;
    for (placement, count) in [(&ben.1, 1), (&ann.1, 1), (&cat.1, 1), (&dee.1, 0)] {
        concerned(&parties, placement, count).await;
    }
    // From then on as before; and cat, who came back unheard, is news again.
    registrar.withdraw(&dee.0, "").await.unwrap();
    concerned(&parties, &dee.1, 1).await;
    registrar.interrupt(&cat.0, "").await.unwrap();
    concerned(&parties, &cat.1, 2).await;
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_follow_at_once_and_each_absence_is_one_concern() {
    let stand = standing(Store::Postgres).await;
    let parties = Parties::of(&stand, 4).await;
    let people = ["ann", "ben", "cat", "dee"];
    let (registrar, made) = confirmed(&stand, &parties, people).await;
    let beside = Options { store: Store::Postgres, beside: Some(stand.replica()), ..Options::default() };
    let second = Stand::up(beside).await;
    second.placements().await;
    for (enrolment, _) in &made {
        registrar.interrupt(enrolment, "").await.unwrap();
    }
    for (_, placement) in &made {
        concerned(&parties, placement, 1).await;
    }
    // Its keys and partners are the first's, whose folder goes with it.
    second.down().await;
    stand.down().await;
}

stores! {
    one_concern_for_each_absence =>
        whoever_leaves_or_pauses_is_one_concern_and_the_watchers_hear_on_sqlite,
        whoever_leaves_or_pauses_is_one_concern_and_the_watchers_hear_on_postgres;
    once_though_placements_was_down =>
        each_absence_is_one_concern_though_placements_was_down_on_sqlite,
        each_absence_is_one_concern_though_placements_was_down_on_postgres;
    found_out_though_the_feed_has_forgotten =>
        what_the_feed_has_forgotten_is_a_concern_all_the_same_on_sqlite,
        what_the_feed_has_forgotten_is_a_concern_all_the_same_on_postgres;
}
