//! One stream has a run, and one run its data set; whoever came before writes nothing more.

use super::{
    eye::Eye,
    lab::Lab,
    process::{Place, Stood},
    records::{course, course_run, edition, enrolment, learner, open},
    talk::{Talk, batch, send, sender},
};
use contracts::enrolments::v1::{SyncFinish, sync_enrolments_request::Message, sync_run::State};
use practicum_tests::{on_both_stores, reason};
use std::time::Duration;
use tokio::task::JoinSet;
use vocabulary::Role;

/// What the run has stored, in one text.
async fn stored(eye: &Eye, run: &str) -> String {
    let mut all = String::new();
    for sql in [
        "SELECT run || sequence || ' ' || records FROM sync_batches",
        "SELECT run || n || source_id FROM staged_people",
        "SELECT run || n || source_id FROM staged_enrolments",
        "SELECT run || n || source_id FROM sync_rejects",
        "SELECT id || ' ' || records || ' ' || next_sequence || ' ' || epoch || state FROM sync_runs",
    ] {
        let mut rows = eye.texts(sql).await;
        rows.retain(|row| row.starts_with(&format!("teesside/{run}")));
        rows.sort_unstable();
        all += &rows.join("\n");
    }
    all
}

on_both_stores! {
    async fn a_stream_whose_run_was_taken_over_writes_nothing_more(stand: &Stand) {
        let _alone = crate::alone().await;
        let token = stand.token("teesside", &[Role::EnrolmentSync], "sits");
        let sender = sender(stand.enrolments_channel().await, &token);
        let eye = Eye::App(Box::new(stand.enrolments().await.app.clone()));
        let (mut older, _) = Talk::open(&sender, &open("s1")).await.expect("it opens");
        older.store(batch(0, &[course("c1", "Social Work"), course_run("r1", "c1", 0)])).await.expect("stored");
        // It says nothing for a while, and another stream of the same run begins.
        let (mut newer, next) = Talk::open(&sender, &open("s1")).await.expect("it opens");
        assert_eq!(next, 1);
        let before = stored(&eye, "s1").await;
        let refused = older.store(batch(1, &[learner("old", "Ann", "Older")])).await.expect_err("taken over");
        assert_eq!(reason(&refused), "SYNC_IN_PROGRESS");
        assert_eq!(stored(&eye, "s1").await, before, "the older stream wrote");
        // Whatever it says, and as often as it likes, from streams of before.
        let records = [learner("l1", "Ann", "Newer"), enrolment("e1", "r1", "l1")];
        newer.store(batch(1, &records)).await.expect("stored");
        let (older, _) = Talk::open(&sender, &open("s1")).await.expect("it opens");
        let (newest, next) = Talk::open(&sender, &open("s1")).await.expect("it opens");
        assert_eq!(next, 2);
        let before = stored(&eye, "s1").await;
        let refused = older.finish(4).await.expect_err("taken over");
        assert_eq!(reason(&refused), "SYNC_IN_PROGRESS");
        assert_eq!(stored(&eye, "s1").await, before, "the older stream finished");
        let refused = newer.finish(3).await.expect_err("taken over");
        assert_eq!(reason(&refused), "SYNC_IN_PROGRESS", "its count is wrong, and it has no say");
        let run = newest.finish(4).await.expect("it has the run");
        assert_eq!(run.state(), State::Applied);
        let people = eye.texts("SELECT family_name FROM people").await;
        assert_eq!(people, ["Newer"]);
    }

    async fn one_run_of_a_data_set_is_received_and_another_data_set_is_another_matter(stand: &Stand) {
        let _alone = crate::alone().await;
        let token = stand.token("teesside", &[Role::EnrolmentSync], "sits");
        let channel = stand.enrolments_channel().await;
        for round in 0..10 {
            let mut race = JoinSet::new();
            for n in 0..8 {
                let sender = sender(channel.clone(), &token);
                let mut open = open(&format!("s{round}-{n}"));
                open.data_set = format!("set-{}", n % 2);
                race.spawn(async move { (open.clone(), Talk::open(&sender, &open).await) });
            }
            let mut won = Vec::new();
            for (open, outcome) in race.join_all().await {
                match outcome {
                    Ok((talk, _)) => won.push((open.data_set, talk)),
                    Err(status) => assert_eq!(reason(&status), "SYNC_IN_PROGRESS"),
                }
            }
            let mut sets: Vec<_> = won.iter().map(|(set, _)| set.as_str()).collect();
            sets.sort_unstable();
            assert_eq!(sets, ["set-0", "set-1"], "one each");
            for (_, talk) in won {
                let run = talk.finish(0).await.expect("it is finished");
                assert_eq!(run.state(), State::AwaitingApproval, "an empty snapshot always waits");
            }
        }
    }
}

/// Hears that its run is another's.
async fn ends_refused(older: &mut Talk) {
    let ended = loop {
        match older.hear().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("the older stream finished"),
            Err(status) => break status,
        }
    };
    let reason = refusals::reason(&ended).unwrap_or_default();
    // The last is of one that was frozen inside a transaction, which the database has ended.
    let known = ["RUN_NOT_RECEIVING", "SYNC_IN_PROGRESS", "STORAGE_UNAVAILABLE"];
    assert!(known.contains(&reason.as_str()), "{ended:?}");
}

/// How often a process is frozen with a run in its hands.
const FREEZES: usize = 5;

/// The process that has the run is stopped in the middle of its batches, at whatever statement it has come to, and goes
/// on when another has taken the run over, before that one stores anything more or when it has finished.
#[tokio::test(flavor = "multi_thread")]
async fn a_process_frozen_past_its_time_writes_nothing_when_it_goes_on() {
    let _alone = crate::alone().await;
    let place = Place::postgres().await;
    let (first, second) = (Stood::up(&place).await, Stood::up(&place).await);
    let (old, new) = (first.sender(&place), second.sender(&place));
    let mut lab = Lab::with(place.eye(), new.clone(), 24).await;
    for n in 0..FREEZES {
        let mut cut = lab.cut(2 * (n + 1) + 1);
        cut.heard = false;
        let run = cut.open.name.rsplit('/').next().expect("an id");
        let (mut older, _) = Talk::open(&old, &cut.open).await.expect("it opens");
        for batch in &cut.batches {
            older.say(Message::Batch(batch.clone())).await;
        }
        tokio::time::sleep(Duration::from_millis(7 * u64::try_from(n).expect("a few"))).await;
        first.freeze();
        // What it would still say, had it its way: other records under the next numbers, and the end.
        let records = edition(n % 2, 30, 1);
        for (sequence, part) in (i64::try_from(cut.batches.len()).expect("a few")..).zip(records.chunks(9)) {
            older.say(Message::Batch(batch(sequence, part))).await;
        }
        older.say(Message::Finish(SyncFinish { record_count: 9 })).await;
        lab.nothing_changed("its server is frozen").await;
        let opened = lab.opened(&cut.open).await;
        if n % 2 == 0 {
            // It goes on while the newer one has the run, and would store just what comes next.
            let before = stored(&lab.eye, run).await;
            first.thaw();
            ends_refused(&mut older).await;
            assert_eq!(stored(&lab.eye, run).await, before, "the frozen server wrote");
        }
        lab.go_on(opened, &cut, 0).await;
        if n % 2 == 1 {
            first.thaw();
            ends_refused(&mut older).await;
        }
        lab.nothing_changed("the frozen server went on").await;
        assert_eq!(lab.eye.state(run).await, "applied");
    }
    // And it still serves.
    let records = edition(0, 24, 1);
    assert!(send(&old, &open("last"), &records, 20).await.is_ok());
}
