//! What is noted of a stream saves looking, and decides nothing.

use super::house::*;
use super::on_both;
use enrolments::{
    actions::SyncProgress,
    domain::sync::{Clear, Record, SyncRun, run::Opening},
};

impl House {
    /// Sends everything, in batches, and plans it as the stream says, or as whoever knows nothing of it does.
    async fn plan(
        &self,
        partner: &str,
        (run, opening): (&str, Opening),
        records: &[Record],
        noted: bool,
    ) -> (SyncRun, Vec<[String; 4]>) {
        let mut receiving = self.begin(&machine(partner), run, opening).await.unwrap();
        for (sequence, batch) in (0..).zip(records.chunks(7)) {
            receiving.store(sequence, batch.to_vec()).await.unwrap();
        }
        receiving.finish(receiving.records()).await.unwrap();
        let clear = if noted { receiving.clear() } else { Clear::default() };
        let run_now = self.app.conclude(receiving.name(), clear, &SyncProgress::default()).await.unwrap();
        let rejects = self.rejects(partner, run).await.into_iter();
        (run_now, rejects.map(|it| [it.source_id, it.field, it.code, it.n.to_string()]).collect())
    }
}

/// What records may do to each other, each beside a world in which nothing is wrong.
fn wrongs() -> Vec<Vec<Record>> {
    vec![
        vec![],
        vec![learner("l1", "Ann", "Lee 1"), learner("new", "", "Suharto"), learner("new", "", "Jones")],
        vec![enrolment("e7", "r2", "l0"), enrolment("e7", "r2", "l2")],
        vec![enrolment("n", "r1", "l0"), enrolment("m", "r2", "l0"), enrolment("o", "r2", "l0")],
        vec![enrolment("n", "nowhere", "l0"), enrolment("o", "r2", "nobody")],
        // Whoever is refused cannot be named; nor can a run whose course is not there.
        vec![learner("bad", "", ""), enrolment("n", "r1", "bad")],
        vec![course_run("lost", "nowhere", 0), enrolment("n", "lost", "l0")],
        // Named before it comes.
        vec![enrolment("n", "late", "later"), learner("later", "", "Late"), course_run("late", "c1", 0)],
    ]
}

on_both! {
    async fn a_run_comes_to_the_same_whatever_was_noted_of_its_stream(house: House) {
        for (at, wrong) in wrongs().into_iter().enumerate() {
            for (first, named) in [(true, "first"), (false, "second")] {
                let mut records = world(if first { 10 } else { 12 });
                records.extend(wrong.clone());
                let run = format!("{named}{at}");
                // An apply would notice what a plan overlooked, and have it made again: looked at first without one.
                for dry_run in [true, false] {
                    let run = format!("{run}-{dry_run}");
                    let as_one = || (run.as_str(), Opening { dry_run, ..unlimited("sits") });
                    let (one, rejects) = house.plan("teesside", as_one(), &records, true).await;
                    let (other, expected) = house.plan("northumbria", as_one(), &records, false).await;
                    assert_eq!((one.counts, rejects), (other.counts, expected), "{run}");
                }
                assert_eq!(house.live("teesside").await, house.live("northumbria").await, "{run}");
            }
        }
        house.sound().await;
    }

    /// One source id in two data sets, or by hand: nothing of that shows in a stream.
    async fn what_was_there_before_is_looked_for_whatever_was_noted(house: House) {
        house.send("teesside", "s1", unlimited("sits"), &world(4)).await;
        let run = house.send("teesside", "s2", unlimited("other"), &world(4)).await;
        assert_eq!((run.counts[3].created, run.counts[3].rejected), (0, 4));
        house.sound().await;
    }

    async fn a_run_that_went_on_in_another_stream_is_looked_at(house: House) {
        let call = machine("teesside");
        let mut receiving = house.begin(&call, "s1", unlimited("sits")).await.unwrap();
        receiving.store(0, world(4)).await.unwrap();
        assert_ne!(receiving.clear(), Clear::default());
        let mut receiving = house.begin(&call, "s1", unlimited("sits")).await.unwrap();
        assert_eq!(receiving.clear(), Clear::default(), "it has not seen the first batch");
        receiving.store(1, vec![enrolment("e0", "r1", "l1"), enrolment("n", "r1", "l2")]).await.unwrap();
        let run = house.finish(receiving).await;
        // Two called e0, and two of one learner on one run.
        assert_eq!((run.counts[3].rejected, run.counts[3].created), (3, 3));
        house.sound().await;
    }
}
