//! What tests stand on: a private PostgreSQL and Redis, fresh databases, callers with roles, a faulty network.
//!
//! For tests only. A server that is missing is an error in clear words, never a skipped test, and so what is
//! here panics where it cannot do its work.

#![allow(clippy::disallowed_methods, reason = "tests measure time, wait and make ids")]

mod callers;
mod guard;
mod postgres;
mod programs;
pub mod proxy;
mod redis;
mod sqlite;
mod statistics;

pub use callers::{call, caller};
pub use postgres::{Database, Postgres};
pub use redis::Redis;
pub use sqlite::{SqlitePath, sqlite_path};
pub use statistics::rows_read;

use std::sync::OnceLock;

/// The PostgreSQL of this test run: the one that `PRACTICUM_TEST_POSTGRES` names, else a private one that is
/// started now and stopped when this process ends.
pub fn postgres() -> &'static Postgres {
    static SHARED: OnceLock<Postgres> = OnceLock::new();
    SHARED.get_or_init(|| match from_environment("PRACTICUM_TEST_POSTGRES") {
        Some(url) => Postgres::at(url),
        None => Postgres::start_private(false),
    })
}

/// The Redis of this test run: the one that `PRACTICUM_TEST_REDIS` names, else a private one.
pub fn redis() -> &'static Redis {
    static SHARED: OnceLock<Redis> = OnceLock::new();
    SHARED.get_or_init(|| match from_environment("PRACTICUM_TEST_REDIS") {
        Some(url) => Redis::at(url),
        None => Redis::start_private(),
    })
}

#[allow(clippy::disallowed_methods, reason = "tests/run hands the servers over in the environment")]
fn from_environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|url| !url.is_empty())
}

/// The result, or a panic that says the whole story: a test cannot go on without its servers.
fn or_stop<T>(result: anyhow::Result<T>) -> T {
    result.unwrap_or_else(|error| panic!("testkit: {error:#}"))
}
