//! Faults: real processes on a real PostgreSQL and Redis, killed, cut off and raced, and models that say afterwards
//! what must never have happened. Each model is shown a planted bug that it has to catch.
//!
//! `PRACTICUM_FAULTS_SECONDS` lengthens the long ones; `PRACTICUM_FAULTS_SEED` repeats a run's draws.

#![allow(clippy::disallowed_methods, reason = "tests measure time, wait and make ids")]

mod begin;
mod crowd;
mod dice;
mod history;
mod hostile;
mod never_oversold;
mod offers;
mod oracle;
mod order;
mod places;
mod races;
mod slow_reader;
mod sqlite;
mod syncs;
mod town;
mod university;
mod watch;
mod witness;

use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard};

/// One of these tests at a time: each needs the machine to itself to be about faults and not about waiting.
async fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::const_new(());
    ALONE.lock().await
}

/// How long a long test goes on: so many seconds, unless the environment says more.
fn long(seconds: u64) -> Duration {
    Duration::from_secs(variable("PRACTICUM_FAULTS_SECONDS").unwrap_or(seconds).max(seconds))
}

#[allow(clippy::disallowed_methods, reason = "whoever runs the tests says how long and with which seed")]
fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
