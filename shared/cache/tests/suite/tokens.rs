//! C2: who knows of a revision is never answered with anything older, on any replica.

use crate::{
    bench::{Bench, Process},
    on_each_kind,
};
use cache::{Fault, Kind, Settings};
use std::time::Duration;
use testkit::proxy::{Mode, Proxy};
use vocabulary::Revision;

/// Writes here, reads there at once, so many times; how often what was read was older.
async fn stale_pairs(here: &Process, there: &Process, pairs: usize) -> usize {
    let mut stale = 0;
    for turn in 0..pairs {
        let key = format!("thing-{}", turn % 50);
        let written = here.write(&key);
        let read = there.get(&key, Some(written)).await;
        stale += usize::from(read.is_none_or(|read| read.revision < written));
        let untold = there.get(&format!("thing-{}", turn * 7 % 50), None).await;
        assert!(untold.is_none_or(|it| it.revision <= written));
    }
    stale
}

on_each_kind! {
    async fn a_write_here_is_seen_by_a_read_there_that_knows_of_it(bench) {
        let other = bench.another().await;
        bench.process.follow(Duration::from_millis(20));
        other.follow(Duration::from_millis(20));
        assert_eq!(stale_pairs(&bench.process, &other, 10_000).await, 0);
    }

    async fn a_minimum_that_is_not_looked_at_would_be_caught(bench) {
        let other = bench.another().await;
        other.cache.plant(Fault::IgnoreMin);
        if bench.keeps() {
            assert!(stale_pairs(&bench.process, &other, 500).await > 0);
        }
    }

    async fn a_local_value_serves_a_newer_minimum_once_the_feed_has_been_heard_that_far(bench) {
        bench.process.hear();
        bench.db.write("thing");
        bench.process.hear();
        bench.process.get("thing", None).await;
        let elsewhere = bench.db.write("another thing");
        assert!(bench.process.shelf.peek("thing", Some(elsewhere)).is_none(), "it may have changed since");
        bench.process.hear();
        assert_eq!(bench.process.shelf.peek("thing", Some(elsewhere)).is_some(), bench.keeps());
    }

    async fn a_revision_that_nobody_has_reached_is_answered_by_the_database(bench) {
        bench.process.write("thing");
        bench.process.hear();
        let (before, min) = (bench.db.loads(), Some(Revision(1_000_000)));
        assert!(bench.process.get("thing", min).await.is_some());
        assert_eq!(bench.db.loads(), before + 1);
    }

    async fn what_was_filled_before_a_skip_is_not_vouched_for_after_it(bench) {
        bench.process.hear();
        bench.process.write("thing");
        bench.process.hear();
        let missed = bench.db.write("thing");
        bench.process.cache.skipped(missed);
        assert!(bench.process.shelf.peek("thing", Some(missed)).is_none());
        assert_eq!(bench.process.get("thing", Some(missed)).await.unwrap().revision, missed);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_answers_two_seconds_late_makes_no_read_stale_and_few_reads_slow() {
    let url = testkit::redis().fresh_url().await;
    let proxy = Proxy::start(testkit::redis().address()).await;
    let late = url.replace(testkit::redis().address(), &proxy.address.to_string());
    let bench =
        Bench::with(Settings { kind: Kind::Redis, url: Some(url.into()), ..Settings::default() }).await;
    let settings = Settings { url: Some(late.into()), ..bench.settings.clone() };
    let other = Process::open(&settings, &bench.db).await;
    proxy.set(Mode::Delay(Duration::from_secs(2)));
    other.follow(Duration::from_millis(20));
    assert_eq!(stale_pairs(&bench.process, &other, 2_000).await, 0);
    assert!(other.cache.figures().breaker_opened >= 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_finds_what_another_has_filled_and_not_what_has_changed_since() {
    let bench = Bench::open(Kind::Redis).await;
    let other = bench.another().await;
    for process in [&bench.process, &other] {
        process.hear();
    }
    bench.db.write("thing");
    bench.process.get("thing", None).await;
    bench.in_redis().await;
    let before = bench.db.loads();
    assert!(other.get("thing", None).await.is_some());
    assert_eq!((bench.db.loads(), other.cache.figures().shared_hits), (before, 1));
}

/// As when Redis fails over to a copy that is behind: an old value lies there again, and no tombstone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_value_that_comes_back_into_redis_is_not_believed_by_who_has_heard_the_feed() {
    let bench = Bench::open(Kind::Redis).await;
    let (heard, newcomer) = (bench.another().await, bench.another().await);
    heard.hear();
    bench.db.write("thing");
    bench.process.get("thing", None).await;
    let before = bench.in_redis().await;
    let changed = bench.db.write("thing");
    heard.hear();
    bench.in_redis().await;
    bench.restore(&before).await;
    assert_eq!(heard.get("thing", None).await.unwrap().revision, changed);

    bench.restore(&before).await;
    newcomer.hear();
    assert_eq!(
        newcomer.get("thing", Some(changed)).await.unwrap().revision,
        changed,
        "it has heard nothing of it"
    );
    for process in [&heard, &newcomer] {
        assert_eq!(process.cache.figures().shared_hits, 0);
    }
}
