//! Places: never more than there are, whoever races for them.

use contracts::enrolments::v1::enrolment::State;
use practicum_tests::{Official, Options, Stand, Store, on_both_stores, reason};
use tonic_types::StatusExt;

/// Everybody at once, from so many callers in turn; answers how many got in.
async fn race(callers: &[Official], run: &str, racers: usize) -> usize {
    let racing = (0..racers).map(|n| {
        let (who, run) = (callers[n % callers.len()].clone(), run.to_owned());
        tokio::spawn(async move { who.enrol(&run, &format!("p{n}")).await })
    });
    let mut enrolled = 0;
    for racer in racing.collect::<Vec<_>>() {
        match racer.await.unwrap() {
            Ok(_) => enrolled += 1,
            Err(status) => assert_eq!(reason(&status), "RUN_FULL"),
        }
    }
    enrolled
}

on_both_stores! {
    async fn as_many_are_enrolled_as_there_are_places_however_many_race(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let run = teesside.teach("ba", 20).await.unwrap();
        assert_eq!(race(std::slice::from_ref(&teesside), &run, 200).await, 20);
        let refused = teesside.enrol(&run, "late").await.unwrap_err();
        assert_eq!(reason(&refused), "RUN_FULL");
        let told = refused.get_details_error_info().unwrap().metadata;
        assert_eq!((told["taken"].as_str(), told["places"].as_str()), ("20", "20"));
    }

    async fn a_learner_has_one_live_enrolment_on_a_run_whoever_enrols_them(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let run = teesside.teach("ba", 0).await.unwrap();
        for round in 0..10 {
            let person = format!("p{round}");
            let hands = (0..8).map(|_| {
                let (who, run, person) = (teesside.clone(), run.clone(), person.clone());
                tokio::spawn(async move { who.enrol(&run, &person).await })
            });
            let (mut made, mut named) = (Vec::new(), Vec::new());
            for hand in hands.collect::<Vec<_>>() {
                match hand.await.unwrap() {
                    Ok(enrolment) => made.push(enrolment.name),
                    Err(status) => {
                        assert_eq!(reason(&status), "ALREADY_ENROLLED");
                        named.push(status.get_details_error_info().unwrap().metadata["enrolment"].clone());
                    }
                }
            }
            assert_eq!((made.len(), named.len()), (1, 7), "round {round}");
            assert!(named.iter().all(|name| *name == made[0]), "the refusal names the enrolment that is there");
        }
    }

    async fn a_place_is_free_again_once_its_learner_has_left_or_finished_and_kept_while_they_pause(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let run = teesside.teach("ba", 1).await.unwrap();
        let first = teesside.enrol(&run, "ann").await.unwrap().name;
        teesside.interrupt(&first, "ill").await.unwrap();
        assert_eq!(reason(&teesside.enrol(&run, "ben").await.unwrap_err()), "RUN_FULL");
        teesside.withdraw(&first, "moved").await.unwrap();
        let second = teesside.enrol(&run, "ben").await.unwrap().name;
        assert_eq!(reason(&teesside.enrol(&run, "ann").await.unwrap_err()), "RUN_FULL");
        teesside.complete(&second, "Pass").await.unwrap();
        let back = teesside.enrol(&run, "ann").await.unwrap();
        assert_eq!((back.state(), back.name != first), (State::Active, true), "who left may come again");
        assert_eq!(teesside.run_since(&run, &back.etag).await.unwrap().places_taken, 1);
        assert_eq!(teesside.enrolment(&first).await.unwrap().state(), State::Withdrawn, "history stays");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn racers_at_two_replicas_get_no_more_places_than_there_are() {
    let first = Stand::up(Options { store: Store::Postgres, ..Options::default() }).await;
    let beside = Options { store: Store::Postgres, beside: Some(first.replica()), ..Options::default() };
    let second = Stand::up(beside).await;
    let callers = [first.registrar("teesside").await, second.registrar("teesside").await];
    let run = callers[0].teach("ba", 20).await.unwrap();
    assert_eq!(race(&callers, &run, 200).await, 20);
    second.down().await;
    first.down().await;
}
