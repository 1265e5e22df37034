//! Nobody is confirmed of whom the university has not said that they are enrolled.

use super::{becomes, standing, stores};
use contracts::placements::v1::placement::{EnrolmentCheck, State};
use practicum_tests::{Store, placing::Parties, reason};

async fn whoever_is_enrolled_is_confirmed(store: Store) {
    let stand = standing(store).await;
    let parties = Parties::of(&stand, 2).await;
    let registrar = stand.registrar("teesside").await;
    let run = registrar.teach("ba", 0).await.unwrap();
    let enrolment = registrar.enrol(&run, "ann").await.unwrap().name;
    let placement = parties.accepted(&stand, "ann").await.name;
    // Whoever pauses is not studying.
    registrar.interrupt(&enrolment, "").await.unwrap();
    let refused = parties.confirm(&placement).await.unwrap_err();
    assert_eq!(reason(&refused), "ENROLMENT_REFUSED");
    let seen = parties.seen(&placement).await;
    assert_eq!((seen.state(), seen.enrolment_check()), (State::Accepted, EnrolmentCheck::Refused));
    // And is again.
    registrar.resume(&enrolment).await.unwrap();
    let confirmed = parties.confirm(&placement).await.unwrap();
    assert_eq!(
        (confirmed.state(), confirmed.enrolment_check()),
        (State::Confirmed, EnrolmentCheck::Verified)
    );
    assert!(!confirmed.rules.is_empty());
    let stranger = parties.accepted(&stand, "stranger").await.name;
    assert_eq!(reason(&parties.confirm(&stranger).await.unwrap_err()), "ENROLMENT_REFUSED");
    assert_eq!(parties.seen(&stranger).await.state(), State::Accepted);
    stand.down().await;
}

async fn confirmed_by_itself_when_enrolments_comes_back(store: Store) {
    let stand = standing(store).await;
    let parties = Parties::of(&stand, 3).await;
    let registrar = stand.registrar("teesside").await;
    let run = registrar.teach("ba", 0).await.unwrap();
    registrar.enrol(&run, "ann").await.unwrap();
    registrar.enrol(&run, "ben").await.unwrap();
    let mut names = Vec::new();
    for person in ["ann", "ben", "stranger"] {
        names.push(parties.accepted(&stand, person).await.name);
    }
    let [ann, ben, stranger] = [0, 1, 2].map(|at| names[at].as_str());
    let stand = stand
        .without_enrolments(async {
            for name in [ann, stranger] {
                let waits = parties.confirm(name).await.unwrap();
                assert_eq!(
                    (waits.state(), waits.enrolment_check()),
                    (State::Accepted, EnrolmentCheck::Pending)
                );
            }
        })
        .await;
    stand.enrolments().await;
    let confirmed = becomes(&parties, ann, |seen| seen.state() == State::Confirmed).await;
    assert_eq!(confirmed.enrolment_check(), EnrolmentCheck::Verified);
    let refused = becomes(&parties, stranger, |seen| seen.enrolment_check() == EnrolmentCheck::Refused).await;
    assert_eq!(refused.state(), State::Accepted, "whoever is not enrolled is not confirmed, however late");
    let untouched = parties.seen(ben).await;
    assert_eq!(untouched.state(), State::Accepted, "nobody meant to confirm this one");
    stand.down().await;
}

async fn still_asked_after_placements_was_down_too(store: Store) {
    let stand = standing(store).await;
    let parties = Parties::of(&stand, 1).await;
    let registrar = stand.registrar("teesside").await;
    let run = registrar.teach("ba", 0).await.unwrap();
    registrar.enrol(&run, "ann").await.unwrap();
    let ann = parties.accepted(&stand, "ann").await.name;
    let stand = stand
        .without_enrolments(async {
            assert_eq!(parties.confirm(&ann).await.unwrap().enrolment_check(), EnrolmentCheck::Pending);
        })
        .await;
    let stand = stand.without_placements(async {}).await;
    stand.enrolments().await;
    let parties = Parties::again(&stand).await;
    becomes(&parties, &ann, |seen| seen.state() == State::Confirmed).await;
    stand.down().await;
}

stores! {
    whoever_is_enrolled_is_confirmed =>
        whoever_is_enrolled_is_confirmed_and_nobody_else_on_sqlite,
        whoever_is_enrolled_is_confirmed_and_nobody_else_on_postgres;
    confirmed_by_itself_when_enrolments_comes_back =>
        what_waits_for_enrolments_is_confirmed_by_itself_on_sqlite,
        what_waits_for_enrolments_is_confirmed_by_itself_on_postgres;
    still_asked_after_placements_was_down_too =>
        what_waits_is_still_asked_by_the_next_process_on_sqlite,
        what_waits_is_still_asked_by_the_next_process_on_postgres;
}
