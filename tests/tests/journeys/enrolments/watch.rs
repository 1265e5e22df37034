//! Watching enrolments: replay, then live, and who is told what when a sponsor changes.

use contracts::{
    common::v1::ChangeKind,
    enrolments::v1::{self as wire, enrolment::State},
};
use practicum_tests::{Official, on_both_stores, reason};
use std::time::Duration;
use tonic::{Status, Streaming};
use vocabulary::Role;

const ALL: &str = "partners/-";

async fn watch(
    who: &Official,
    parent: &str,
    token: &str,
) -> Result<Streaming<wire::WatchEnrolmentsResponse>, Status> {
    let request = wire::WatchEnrolmentsRequest { parent: parent.into(), resume_token: token.into() };
    Ok(who.enrolments.clone().watch_enrolments(request).await?.into_inner())
}

/// What a stream says up to the first checkpoint after so many changes: kinds, names and states; and its last token.
async fn told(
    stream: &mut Streaming<wire::WatchEnrolmentsResponse>,
    least: usize,
) -> (Vec<(ChangeKind, String, State)>, String) {
    let mut seen = Vec::new();
    loop {
        let next = tokio::time::timeout(Duration::from_secs(60), stream.message()).await;
        let message = next.expect("something comes").unwrap().expect("the stream goes on");
        let change = message.change.unwrap();
        let Some(enrolment) = message.enrolment else {
            assert_eq!(change.kind(), ChangeKind::Checkpoint);
            if seen.len() >= least {
                return (seen, change.resume_token);
            }
            continue;
        };
        seen.push((change.kind(), enrolment.name.clone(), enrolment.state()));
    }
}

on_both_stores! {
    async fn a_watcher_is_told_what_was_then_what_is_and_goes_on_where_it_left_off(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let run = teesside.teach("ba", 0).await.unwrap();
        let ann = teesside.enrol(&run, "ann").await.unwrap().name;
        let mut stream = watch(&teesside, "partners/teesside", "").await.unwrap();
        let (seen, _) = told(&mut stream, 1).await;
        assert_eq!(seen, [(ChangeKind::Created, ann.clone(), State::Active)]);
        let ben = teesside.enrol(&run, "ben").await.unwrap().name;
        let (seen, left_off) = told(&mut stream, 1).await;
        assert_eq!(seen, [(ChangeKind::Created, ben.clone(), State::Active)]);
        drop(stream);
        teesside.interrupt(&ann, "ill").await.unwrap();
        teesside.withdraw(&ben, "left").await.unwrap();
        let (seen, last) = told(&mut watch(&teesside, "partners/teesside", &left_off).await.unwrap(), 2).await;
        let expected = [(ChangeKind::Updated, ann, State::Interrupted), (ChangeKind::Updated, ben, State::Withdrawn)];
        assert_eq!(seen, expected, "in order, once");
        let (nothing, _) = told(&mut watch(&teesside, "partners/teesside", &last).await.unwrap(), 0).await;
        assert!(nothing.is_empty());
        let refused = watch(&teesside, ALL, &last).await.unwrap_err();
        assert_eq!(reason(&refused), "RESUME_TOKEN_INVALID", "a token for another question");
    }

    async fn a_watcher_sees_its_own_universitys_and_what_it_sponsors_and_nothing_else(stand: &Stand) {
        let (teesside, northumbria) = (stand.registrar("teesside").await, stand.registrar("northumbria").await);
        let durham = stand.official("durham", &[Role::LearnerSupport], "support").await;
        let run = teesside.teach("ba", 0).await.unwrap();
        let theirs = northumbria.teach("ba", 0).await.unwrap();
        let ann = teesside.enrol_for(&run, "ann", "durham").await.unwrap().name;
        let ben = teesside.enrol(&run, "ben").await.unwrap().name;
        let dan = northumbria.enrol_for(&theirs, "dan", "durham").await.unwrap().name;
        let created = |name: &String| (ChangeKind::Created, name.clone(), State::Active);
        let own = told(&mut watch(&teesside, ALL, "").await.unwrap(), 2).await.0;
        assert_eq!(own, [created(&ann), created(&ben)]);
        let sponsored = told(&mut watch(&durham, ALL, "").await.unwrap(), 2).await.0;
        assert_eq!(sponsored, [created(&ann), created(&dan)]);
        let there = told(&mut watch(&durham, "partners/northumbria", "").await.unwrap(), 1).await.0;
        assert_eq!(there, [created(&dan)]);
        let nothing = told(&mut watch(&teesside, "partners/northumbria", "").await.unwrap(), 0).await.0;
        assert!(nothing.is_empty());
    }

    async fn the_old_sponsor_is_told_that_it_is_gone_and_the_new_one_that_it_is_there(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let durham = stand.official("durham", &[Role::LearnerSupport], "support").await;
        let gateshead = stand.official("gateshead", &[Role::LearnerSupport], "support").await;
        let run = teesside.teach("ba", 0).await.unwrap();
        let ann = teesside.enrol_for(&run, "ann", "durham").await.unwrap().name;
        let mut streams = Vec::new();
        for (who, known) in [(&teesside, 1), (&durham, 1), (&gateshead, 0)] {
            let mut stream = watch(who, ALL, "").await.unwrap();
            told(&mut stream, known).await;
            streams.push(stream);
        }
        let edit = wire::Enrolment { name: ann.clone(), sponsor: "partners/gateshead".into(), ..Default::default() };
        let edited = teesside.update(edit, &["sponsor"], &[]).await.unwrap();
        let expected = [ChangeKind::Updated, ChangeKind::Removed, ChangeKind::Created];
        for (stream, kind) in streams.iter_mut().zip(expected) {
            let seen = told(stream, 1).await.0;
            let state = if kind == ChangeKind::Removed { State::Unspecified } else { State::Active };
            assert_eq!(seen, [(kind, ann.clone(), state)]);
        }
        assert_eq!(gateshead.enrolment(&ann).await.unwrap(), edited);
    }

    async fn many_live_changes_arrive_in_order_without_a_gap(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let run = teesside.teach("ba", 0).await.unwrap();
        let mut stream = watch(&teesside, ALL, "now").await.unwrap();
        told(&mut stream, 0).await;
        let writers = (0..4).map(|w| {
            let (teesside, run) = (teesside.clone(), run.clone());
            tokio::spawn(async move {
                let mut made = Vec::new();
                for n in 0..20 {
                    made.push(teesside.enrol(&run, &format!("p{w}-{n}")).await.unwrap().name);
                }
                made
            })
        });
        let writers: Vec<_> = writers.collect();
        let mut names = Vec::new();
        while names.len() < 80 {
            names.extend(told(&mut stream, 0).await.0.into_iter().map(|(_, name, _)| name));
        }
        for writer in writers {
            let made = writer.await.unwrap();
            let places: Vec<_> = made.iter().map(|name| names.iter().position(|seen| seen == name).unwrap()).collect();
            assert!(places.is_sorted(), "one writer's changes in the order in which they were made");
        }
        assert_eq!(names.len(), 80);
    }
}
