//! C1, C6, C7: a value's revision never goes backwards, whoever is paused for however long.

use crate::{
    bench::{Bench, Process, assert_whole},
    on_each_kind,
};
use cache::{Fault, Kind, Settings};
use std::{sync::Arc, time::Duration};
use tokio::{sync::oneshot, task::JoinSet};
use vocabulary::Revision;

/// A filler reads the row, is paused, and then sets; meanwhile three writers commit. In turn, the changes are
/// put by this process, brought by the feed, or both; now and then only after the fill. Returns whether this
/// process then held something older than the last commit it knew of.
async fn round(process: &Process, key: String, turn: usize) -> bool {
    process.db.write(&key);
    let (has_read, read) = oneshot::channel();
    let (go_on, paused) = oneshot::channel::<()>();
    let (db, of) = (process.db.clone(), key.clone());
    let load = async move {
        let row = db.read(&of);
        has_read.send(()).unwrap();
        paused.await.unwrap();
        Ok::<_, String>(row)
    };
    let (shelf, of) = (process.shelf.clone(), key.clone());
    let filler = tokio::spawn(async move { shelf.get(&of, None, load).await });
    read.await.unwrap();
    let (by, mut last) = (turn % 3, Revision(0));
    for _ in 0..3 {
        last = if by == 1 { process.db.write(&key) } else { process.write(&key) };
        if by > 0 {
            process.hear();
        }
        tokio::task::yield_now().await;
    }
    go_on.send(()).unwrap();
    filler.await.unwrap().unwrap();
    let held = process.shelf.peek(&key, None);
    assert_whole(&held);
    let latest = process.get(&key, Some(last)).await;
    held.is_some_and(|held| held.revision < last) || latest.is_none_or(|latest| latest.revision < last)
}

async fn stale_rounds(process: &Process, rounds: usize) -> usize {
    let (mut running, mut stale) = (JoinSet::new(), 0);
    for turn in 0..rounds {
        let process = process.clone();
        running.spawn(async move { round(&process, format!("thing-{turn}"), turn).await });
        if running.len() >= 64 {
            stale += usize::from(running.join_next().await.unwrap().unwrap());
        }
    }
    while let Some(one) = running.join_next().await {
        stale += usize::from(one.unwrap());
    }
    stale
}

/// How many keys Redis holds at something older than what was committed last.
async fn stale_in_redis(bench: &Bench) -> usize {
    let held = bench.in_redis().await;
    let older = |(key, value): (&String, &String)| {
        let of: Revision = Revision(value.split(' ').nth(1).unwrap().parse().unwrap());
        bench.db.revision(key.rsplit(':').next().unwrap()).is_some_and(|last| of < last)
    };
    held.iter().filter(|it| older(*it)).count()
}

/// A process that has heard nothing reads, is paused, and fills Redis after another has put something newer
/// there, or (where it does not) a tombstone.
async fn late_fill(bench: &Bench, key: &str, put: bool) -> Revision {
    let other = bench.another().await;
    bench.db.write(key);
    let (reader, of) = (other.clone(), key.to_owned());
    let filler = tokio::spawn(async move { reader.slow_get(&of, None, Duration::from_millis(500)).await });
    while bench.db.loads() == 0 {
        tokio::task::yield_now().await;
    }
    let last = if put { bench.process.write(key) } else { bench.db.write(key) };
    bench.process.hear();
    bench.in_redis().await;
    assert!(filler.await.unwrap().unwrap().revision < last, "the filler was late");
    last
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fill_by_a_process_that_has_heard_nothing_replaces_nothing_newer_in_redis() {
    for put in [true, false] {
        let bench = Bench::open(Kind::Redis).await;
        let last = late_fill(&bench, "thing", put).await;
        assert_eq!(stale_in_redis(&bench).await, 0);
        let newcomer = bench.another().await;
        assert_eq!(newcomer.get("thing", None).await.unwrap().revision, last, "put: {put}");
    }
}

#[tokio::test]
async fn a_commit_is_remembered_longer_than_its_value() {
    let bench = Bench::with(Settings { entries: 1, ..Settings::default() }).await;
    let process = bench.process.clone();
    bench.db.write("thing");
    let filler = tokio::spawn({
        let process = process.clone();
        async move { process.slow_get("thing", None, Duration::from_millis(100)).await }
    });
    while bench.db.loads() == 0 {
        tokio::task::yield_now().await;
    }
    let last = process.write("thing");
    for turn in 0..100 {
        process.write(&format!("other-{turn}"));
    }
    assert!(process.shelf.peek("thing", None).is_none(), "it was evicted");
    assert!(filler.await.unwrap().unwrap().revision < last);
    assert!(process.shelf.peek("thing", None).is_none(), "the old value was kept");
}

on_each_kind! {
    async fn a_paused_filler_never_sets_an_old_value_in_ten_thousand_rounds(bench) {
        assert_eq!(stale_rounds(&bench.process, 10_000).await, 0);
        if bench.settings.kind == Kind::Redis {
            bench.process.hear();
            assert_eq!(stale_in_redis(&bench).await, 0);
        }
    }

    async fn a_plain_set_would_be_caught(bench) {
        if bench.keeps() {
            bench.process.cache.plant(Fault::PlainSet);
            assert!(stale_rounds(&bench.process, 300).await > 0);
        }
        if bench.settings.kind == Kind::Redis {
            assert!(stale_in_redis(&bench).await > 0);
        }
    }

    async fn a_value_that_is_deleted_and_made_again_never_shows_its_old_self(bench) {
        let process = &bench.process;
        let other = bench.another().await;
        for turn in 0..300 {
            let key = format!("thing-{turn}");
            process.write(&key);
            let old = other.get(&key, None).await.unwrap().revision;
            let gone = bench.db.remove(&key);
            process.hear();
            other.hear();
            for one in [process, &other] {
                assert!(one.shelf.peek(&key, None).is_none());
                assert!(one.get(&key, Some(gone)).await.is_none());
            }
            let new = process.write(&key);
            assert!(new > old);
            other.hear();
            for one in [process, &other] {
                assert_eq!(one.get(&key, None).await.unwrap().revision, new);
            }
        }
    }

    async fn absent_is_never_remembered_past_a_creation(bench) {
        let process = &bench.process;
        for turn in 0..100 {
            let key = format!("thing-{turn}");
            assert!(process.get(&key, None).await.is_none());
            bench.db.write(&key);
            assert!(process.get(&key, None).await.is_some(), "nobody has even heard of it yet");
        }
    }

    async fn an_absence_that_was_found_before_a_creation_is_no_answer_after_it(bench) {
        let process = bench.process.clone();
        let early = tokio::spawn({
            let process = process.clone();
            async move { process.slow_get("thing", None, Duration::from_millis(100)).await }
        });
        while bench.db.loads() == 0 {
            tokio::task::yield_now().await;
        }
        bench.db.write("thing");
        assert!(process.get("thing", None).await.is_some(), "it joined a load that began before the creation");
        assert!(early.await.unwrap().is_none());
    }

    async fn a_load_that_began_before_a_change_which_has_been_heard_of_is_no_answer_after_it(bench) {
        let process = bench.process.clone();
        process.hear();
        bench.db.write("thing");
        let early = tokio::spawn({
            let process = process.clone();
            async move { process.slow_get("thing", None, Duration::from_millis(100)).await }
        });
        while bench.db.loads() == 0 {
            tokio::task::yield_now().await;
        }
        let changed = bench.db.write("thing");
        process.hear();
        assert_eq!(process.get("thing", None).await.unwrap().revision, changed, "it joined that load");
        assert!(early.await.unwrap().unwrap().revision < changed);
    }

    async fn an_older_put_after_a_newer_one_changes_nothing(bench) {
        let (old, new) = (bench.db.write("thing"), bench.db.write("thing"));
        let put = |revision: Revision| {
            bench.process.shelf.put("thing", revision, Arc::new(crate::bench::value_at(revision)));
        };
        put(new);
        put(old);
        let held = bench.process.shelf.peek("thing", None);
        assert_eq!(held.map(|held| held.revision), bench.keeps().then_some(new));
    }

    async fn a_reader_never_sees_a_revision_go_backwards_while_writers_and_followers_race(bench) {
        let others = [bench.process.clone(), bench.another().await];
        for process in &others {
            process.follow(Duration::from_millis(3));
        }
        let mut running = JoinSet::new();
        for (at, process) in others.iter().cycle().take(6).cloned().enumerate() {
            running.spawn(async move {
                let mut newest = [Revision(0); 8];
                for turn in 0..1_500_usize {
                    let key = (turn * 7 + at) % 8;
                    let name = format!("thing-{key}");
                    if turn % 5 == at % 5 {
                        newest[key] = process.write(&name);
                    }
                    let found = process.slow_get(&name, Some(newest[key]), Duration::from_micros(turn as u64 % 3 * 200)).await;
                    assert_whole(&found);
                    let seen = found.map_or(Revision(0), |found| found.revision);
                    assert!(seen >= newest[key], "{name}: {seen:?} after {:?}", newest[key]);
                    newest[key] = seen;
                }
            });
        }
        while let Some(one) = running.join_next().await {
            one.unwrap();
        }
    }
}
