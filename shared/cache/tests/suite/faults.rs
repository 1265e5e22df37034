//! C5: a Redis that is down, frozen, full, emptied or talking nonsense makes reads slower and never wrong.

use crate::bench::{Bench, Process, assert_whole};
use cache::{Kind, Settings};
use std::time::{Duration, Instant};
use testkit::Redis;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    time::sleep,
};

async fn on(url: &str) -> (Bench, Process) {
    let settings = Settings { kind: Kind::Redis, url: Some(url.to_owned().into()), ..Settings::default() };
    let bench = Bench::with(settings).await;
    let other = bench.another().await;
    for process in [&bench.process, &other] {
        process.follow(Duration::from_millis(50));
    }
    (bench, other)
}

/// A hundred reads a second for so long, one in ten after a write elsewhere, half of keys that are cold. Each
/// is right, and none fails. Returns how long each took.
async fn load(bench: &Bench, other: &Process, how_long: Duration) -> Vec<Duration> {
    let (end, mut took, mut turn) = (Instant::now() + how_long, Vec::new(), 0_usize);
    while Instant::now() < end {
        turn += 1;
        let key = if turn % 2 == 0 { format!("hot-{}", turn % 20) } else { format!("cold-{turn}") };
        let min = (turn % 10 < 5).then(|| bench.process.write(&key));
        let began = Instant::now();
        let found = other.get(&key, min).await;
        took.push(began.elapsed());
        assert_whole(&found);
        assert!(min.is_none_or(|min| found.is_some_and(|found| found.revision >= min)), "{key} {min:?}");
        sleep(Duration::from_millis(10)).await;
    }
    took.sort();
    took
}

fn p99(took: &[Duration]) -> Duration {
    took[took.len() * 99 / 100]
}

async fn until(what: &str, within: Duration, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < within, "waited in vain: {what}");
        sleep(Duration::from_millis(10)).await;
    }
}

const TWO_SECONDS: Duration = Duration::from_secs(2);

/// The breaker opens in time under load, and from then on reads are as quick as without Redis.
async fn is_left_out(bench: &Bench, other: &Process) {
    let slowest = *load(bench, other, TWO_SECONDS).await.last().unwrap();
    assert!(slowest < Duration::from_millis(200), "{slowest:?}");
    assert!(other.cache.figures().breaker_opened >= 1, "{:?}", other.cache.figures());
    assert!(!other.cache.figures().shared_up);
    let afterwards = load(bench, other, Duration::from_secs(1)).await;
    assert!(p99(&afterwards) <= Duration::from_millis(50), "{:?}", p99(&afterwards));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_redis_is_left_out_and_taken_back_when_it_goes_on() {
    let redis = Redis::start_private();
    let (bench, other) = on(redis.url()).await;
    load(&bench, &other, Duration::from_millis(500)).await;
    redis.sigstop();
    is_left_out(&bench, &other).await;
    redis.sigcont();
    until("Redis is back in use", TWO_SECONDS, || other.cache.figures().shared_up).await;
    load(&bench, &other, Duration::from_millis(500)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_redis_is_left_out_and_its_empty_successor_taken_into_use() {
    let redis = Redis::start_private();
    let port: u16 = redis.address().rsplit(':').next().unwrap().parse().unwrap();
    let (bench, other) = on(redis.url()).await;
    load(&bench, &other, Duration::from_millis(500)).await;
    redis.kill();
    is_left_out(&bench, &other).await;
    let _successor = Redis::start_private_on(port);
    until("the successor is in use", TWO_SECONDS, || other.cache.figures().shared_up).await;
    load(&bench, &other, Duration::from_millis(500)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_is_down_at_the_start_is_no_error_and_is_used_once_it_is_up() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (bench, other) = on(&format!("redis://127.0.0.1:{port}")).await;
    load(&bench, &other, Duration::from_millis(300)).await;
    let _redis = Redis::start_private_on(port);
    until("Redis is in use", TWO_SECONDS, || other.cache.figures().shared_up).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_is_emptied_again_and_again_under_load_makes_nothing_wrong() {
    let redis = Redis::start_private();
    let (bench, other) = on(redis.url()).await;
    let client = redis::Client::open(redis.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let emptying = tokio::spawn(async move {
        loop {
            redis::cmd("FLUSHALL").query_async::<()>(&mut connection).await.unwrap();
            sleep(Duration::from_millis(7)).await;
        }
    });
    let took = load(&bench, &other, TWO_SECONDS).await;
    assert!(p99(&took) <= Duration::from_millis(50), "{:?}", p99(&took));
    assert_eq!(other.cache.figures().breaker_opened, 0);
    emptying.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_redis_makes_nothing_wrong() {
    let redis = Redis::start_private();
    let (bench, other) = on(redis.url()).await;
    let client = redis::Client::open(redis.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    for (name, value) in [("maxmemory-policy", "noeviction"), ("maxmemory", "1")] {
        redis::cmd("CONFIG")
            .arg("SET")
            .arg(name)
            .arg(value)
            .query_async::<()>(&mut connection)
            .await
            .unwrap();
    }
    let took = load(&bench, &other, TWO_SECONDS).await;
    assert!(p99(&took) <= Duration::from_millis(50), "{:?}", p99(&took));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_answers_garbage_is_left_out() {
    for garbage in
        [&b"\x00\xff\xfegarbage\r\n\r\n"[..], b"+OK\r\n", b"$5\r\nabc\r\n", b"-ERR no\r\n", b":1\r\n", b""]
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut asked = [0; 4_096];
                    while socket.read(&mut asked).await.is_ok_and(|length| length > 0) {
                        if socket.write_all(garbage).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        let (bench, other) = on(&format!("redis://{address}")).await;
        let took = load(&bench, &other, Duration::from_millis(400)).await;
        assert!(p99(&took) <= Duration::from_millis(100), "{garbage:?} {:?}", p99(&took));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_that_are_garbage_cut_short_swapped_or_of_another_type_are_not_there() {
    let bench = Bench::open(Kind::Redis).await;
    let mut redis = bench.redis().await;
    for key in ["one", "two"] {
        bench.db.write(key);
        bench.process.get(key, None).await;
    }
    let held = bench.in_redis().await;
    let of = |key: &str| format!("practicum:{}:things:{key}", bench.settings.prefix);
    let two = held[&of("two")].clone();
    let bad = [
        two.clone(),
        two[..two.len() - 1].to_owned(),
        "garbage".into(),
        String::new(),
        two.replace("as of", "as 0f"),
    ];
    for value in bad {
        redis::cmd("SET").arg(of("one")).arg(&value).query_async::<()>(&mut redis).await.unwrap();
        let other = bench.another().await;
        assert_eq!(
            other.get("one", None).await.unwrap().revision,
            bench.db.revision("one").unwrap(),
            "{value}"
        );
        assert_eq!(other.cache.figures().shared_hits, 0);
    }
    redis::cmd("DEL").arg(of("one")).query_async::<()>(&mut redis).await.unwrap();
    redis::cmd("RPUSH").arg(of("one")).arg("x").query_async::<()>(&mut redis).await.unwrap();
    let other = bench.another().await;
    assert!(other.get("one", None).await.is_some());
    assert!(other.cache.figures().shared_up, "the connection is sound");
    until_shared(&bench, "one").await;
}

/// A fill has replaced what was in the way.
async fn until_shared(bench: &Bench, key: &str) {
    for _ in 0..50 {
        let other = bench.another().await;
        other.get(key, None).await;
        if other.cache.figures().shared_hits == 1 {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("{key} never came to be shared");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn telling_of_a_thousand_changes_waits_for_nobody_even_when_redis_is_frozen() {
    let redis = Redis::start_private();
    let (bench, _other) = on(redis.url()).await;
    redis.sigstop();
    let changes: Vec<_> = (0..1_000).map(|_| bench.db.write("thing")).collect();
    let changes: Vec<_> = changes.iter().map(|at| ("things", "thing", *at)).collect();
    let began = Instant::now();
    bench.process.cache.changed(&changes, changes[999].2);
    assert!(began.elapsed() < Duration::from_millis(50), "{:?}", began.elapsed());
}
