//! Where a service keeps its rows.

use serde::Deserialize;
use std::path::PathBuf;

/// A service's database. With neither `postgres` nor `file` set it cannot be opened.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// SQLite: the database file. One process at a time.
    pub file: Option<PathBuf>,
    /// PostgreSQL: the URL that the service works with; its role is not a superuser and, where
    /// `postgres_owner` is set, does not own the tables.
    pub postgres: Option<String>,
    /// PostgreSQL: the URL that migrations run with. The same as `postgres` where it is not set.
    pub postgres_owner: Option<String>,
    /// PostgreSQL: the schema that holds the service's tables.
    pub schema: String,
    /// Connections for requests. The desk and other background work have `service_connections` of their own.
    pub connections: u32,
    pub service_connections: u32,
    /// Feed entries are kept so long; a token from before that has to resynchronise.
    pub feed_days: u32,
    /// Answers to request ids are kept so long.
    pub answer_days: u32,
    #[serde(skip)]
    pub plant: Plant,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            file: None,
            postgres: None,
            postgres_owner: None,
            schema: "public".into(),
            connections: 12,
            service_connections: 4,
            feed_days: 30,
            answer_days: 7,
            plant: Plant::None,
        }
    }
}

/// URLs carry passwords.
impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = if self.postgres.is_some() { "postgres" } else { "sqlite" };
        f.debug_struct("Settings").field("kind", &kind).field("schema", &self.schema).finish_non_exhaustive()
    }
}

/// Known bugs that a test builds in to prove that it would be caught. Never set from a file or the environment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Plant {
    #[default]
    None,
    /// Connections return to the pool without a `ROLLBACK`, and a unit of work runs in the request's own future.
    NoRollback,
    /// The capacity is read without locking the session.
    UnlockedCapacity,
    /// A newcomer may take a freed seat before the list is served.
    Barging,
    /// Request ids are not remembered.
    NoAnswers,
    /// A rule panics where somebody whose id is `panic` is to be booked.
    Panic,
    /// Nothing is written to the change feed (to measure what the feed costs).
    NoFeed,
    /// The feed's head is not locked until the commit: positions are drawn in a transaction of their own, without
    /// order of commit, as an identity column would. For PostgreSQL: SQLite has one writer.
    NaiveFeed,
}
