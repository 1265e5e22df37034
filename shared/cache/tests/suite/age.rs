//! C3: where no news arrives at all, nothing is believed for longer than its lifetime.

use crate::bench::{Bench, Process};
use cache::{Kind, Settings};
use std::time::{Duration, Instant};
use tokio::time::sleep;

async fn short_lived(kind: Kind) -> Bench {
    let url = if kind == Kind::Redis { Some(testkit::redis().fresh_url().await.into()) } else { None };
    Bench::with(Settings { kind, url, ttl_seconds: 1, ..Settings::default() }).await
}

/// How long after `began` the process still answers with something older than the last commit.
async fn believed_for(process: &Process, began: Instant) -> Duration {
    let last = process.db.revision("thing").unwrap();
    while process.get("thing", None).await.unwrap().revision < last {
        assert!(began.elapsed() < Duration::from_secs(5));
        sleep(Duration::from_millis(5)).await;
    }
    began.elapsed()
}

const AT_MOST: Duration = Duration::from_millis(1_100);

#[tokio::test]
async fn an_old_value_is_believed_for_one_lifetime_at_most() {
    for kind in [Kind::Memory, Kind::Redis] {
        let bench = short_lived(kind).await;
        bench.db.write("thing");
        let began = Instant::now();
        bench.process.get("thing", None).await;
        bench.db.write("thing");
        let believed = believed_for(&bench.process, began).await;
        assert!(believed <= AT_MOST && believed > Duration::from_millis(500), "{kind:?}: {believed:?}");
    }
}

#[tokio::test]
async fn passing_through_redis_into_another_process_makes_nothing_younger() {
    let bench = short_lived(Kind::Redis).await;
    let other = bench.another().await;
    bench.db.write("thing");
    let began = Instant::now();
    bench.process.get("thing", None).await;
    bench.db.write("thing");
    sleep(Duration::from_millis(700)).await;
    other.get("thing", None).await;
    assert_eq!(other.cache.figures().shared_hits, 1);
    let believed = believed_for(&other, began).await;
    assert!(believed <= AT_MOST, "{believed:?}");
}

#[tokio::test]
async fn a_slow_load_ages_while_it_loads() {
    for kind in [Kind::Memory, Kind::Redis] {
        let bench = short_lived(kind).await;
        bench.db.write("thing");
        let began = Instant::now();
        let process = bench.process.clone();
        let slow =
            tokio::spawn(async move { process.slow_get("thing", None, Duration::from_millis(800)).await });
        sleep(Duration::from_millis(50)).await;
        bench.db.write("thing");
        slow.await.unwrap();
        let believed = believed_for(&bench.process, began).await;
        assert!(believed <= AT_MOST, "{kind:?}: {believed:?}");
    }
}

#[tokio::test]
async fn a_write_that_redis_makes_late_is_not_made() {
    let server = testkit::Redis::start_private();
    let settings = Settings {
        kind: Kind::Redis,
        url: Some(server.url().to_owned().into()),
        ttl_seconds: 1,
        ..Settings::default()
    };
    let bench = Bench::with(settings).await;
    // The script is known to the server, so that the write is under way when it stops.
    bench.db.write("another");
    bench.process.get("another", None).await;
    bench.in_redis().await;
    bench.db.write("thing");
    server.sigstop();
    bench.process.get("thing", None).await;
    sleep(Duration::from_millis(1_300)).await;
    bench.db.write("thing");
    server.sigcont();
    sleep(Duration::from_millis(200)).await;
    let mut asking = bench.redis().await;
    let keys: Vec<String> = redis::cmd("KEYS").arg("*").query_async(&mut asking).await.unwrap();
    assert!(keys.is_empty(), "{keys:?}");
    let other = bench.another().await;
    assert_eq!(other.get("thing", None).await.unwrap().revision, bench.db.revision("thing").unwrap());
}
