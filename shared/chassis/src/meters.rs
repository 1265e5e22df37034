//! What is measured of a service besides its calls: its pools, its cache and how it follows the feed. Where nobody
//! collects metrics these are empty: nothing is registered, and recording does nothing.

use cache::Cache;
use ledger::{Database, FeedRow};
use opentelemetry::{
    KeyValue, global,
    metrics::{Histogram, Meter},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::Relaxed},
    },
    time::Instant as Moment,
};
use vocabulary::{Instant, micros};

/// Seconds; from a wake-up in this process to a stall.
const LAGS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// Measures for as long as the service stands.
pub struct Meters {
    feed_lag: Histogram<f64>,
    began: Moment,
    /// When the feed was last read, in microseconds since `began`.
    heard: Arc<AtomicI64>,
}

impl Meters {
    #[allow(clippy::disallowed_methods, reason = "a measurement")]
    pub fn new(service: &'static str, database: &Database, cache: &Cache) -> Self {
        let meter = global::meter(service);
        let (began, heard) = (Moment::now(), Arc::new(AtomicI64::new(0)));
        watch_pools(&meter, database);
        watch_cache(&meter, cache);
        watch_feed(&meter, began, heard.clone());
        Self {
            feed_lag: meter
                .f64_histogram("practicum.feed.lag")
                .with_unit("s")
                .with_description("From the beginning of a write to the reading of its changes here.")
                .with_boundaries(LAGS.to_vec())
                .build(),
            began,
            heard,
        }
    }

    /// The follower has read the feed and found these changes, or could not read it.
    pub fn heard(&self, rows: Option<&[Arc<FeedRow>]>, now: Instant) {
        let Some(rows) = rows else { return };
        self.heard.store(since(self.began), Relaxed);
        if let Some(oldest) = rows.first() {
            // The database's clock and ours may differ a little, and the wrong way round.
            self.feed_lag.record(seconds((micros(now) - oldest.at_us).max(0)), &[]);
        }
    }
}

fn since(began: Moment) -> i64 {
    i64::try_from(began.elapsed().as_micros()).unwrap_or(i64::MAX)
}

#[allow(clippy::cast_precision_loss, reason = "2^53 microseconds are 285 years")]
fn seconds(micros: i64) -> f64 {
    micros as f64 / 1e6
}

fn watch_pools(meter: &Meter, database: &Database) {
    let pools = database.pools();
    meter
        .i64_observable_up_down_counter("db.client.connection.count")
        .with_unit("{connection}")
        .with_description("Connections to the database, by pool, in use or idle.")
        .with_callback(move |observer| {
            for pool in &pools {
                let (used, idle) = pool.used_and_idle();
                for (state, count) in [("used", used), ("idle", idle)] {
                    let name = KeyValue::new("db.client.connection.pool.name", pool.name);
                    let state = KeyValue::new("db.client.connection.state", state);
                    observer.observe(count.into(), &[name, state]);
                }
            }
        })
        .build();
}

fn watch_cache(meter: &Meter, cache: &Cache) {
    let of = cache.clone();
    meter
        .u64_observable_counter("practicum.cache.reads")
        .with_unit("{read}")
        .with_description("Reads through the cache, by what answered: this process, Redis, or the database.")
        .with_callback(move |observer| {
            let figures = of.figures();
            let by = [("process", figures.hits), ("redis", figures.shared_hits), ("database", figures.loads)];
            by.into_iter().for_each(|(by, n)| observer.observe(n, &[KeyValue::new("answered_by", by)]));
        })
        .build();
    let of = cache.clone();
    meter
        .u64_observable_counter("practicum.cache.breaker_opened")
        .with_description("How often Redis was given up for a while.")
        .with_callback(move |observer| observer.observe(of.figures().breaker_opened, &[]))
        .build();
}

fn watch_feed(meter: &Meter, began: Moment, heard: Arc<AtomicI64>) {
    meter
        .f64_observable_gauge("practicum.feed.unread")
        .with_unit("s")
        .with_description(
            "Since the feed was last read: half a second in the good case, more where it cannot be.",
        )
        .with_callback(move |observer| observer.observe(seconds(since(began) - heard.load(Relaxed)), &[]))
        .build();
}
