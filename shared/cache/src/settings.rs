//! What an operator may set.

use secrecy::SecretString;
use serde::Deserialize;
use std::time::Duration;

/// Where values are remembered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Nowhere: every read asks the database (still one load per key at a time).
    Off,
    /// In this process.
    #[default]
    Memory,
    /// In this process, and behind it in a Redis that replicas share.
    Redis,
}

/// The settings of a service's cache.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    pub kind: Kind,
    /// `redis://…` or `rediss://…`; needed where `kind` is `redis`. It may hold a password.
    pub url: Option<SecretString>,
    /// The most values that a shelf keeps in this process.
    pub entries: usize,
    /// The longest that a value is believed when nothing is heard of it, in seconds. Counted from before
    /// it was read from the database, wherever it has been since.
    pub ttl_seconds: u64,
    /// Keeps services that share a Redis apart: keys are `practicum:{prefix}:{kind}:{key}`.
    pub prefix: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self { kind: Kind::Memory, url: None, entries: 10_000, ttl_seconds: 30, prefix: "local".into() }
    }
}

/// Why a cache cannot be opened. Never holds the URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CacheError {
    #[error("cache: kind is \"redis\" but url is not set")]
    NoUrl,
    #[error("cache: url is not a Redis URL (redis://host:port/database or rediss://…)")]
    BadUrl,
    #[error("cache: {0}")]
    BadSetting(&'static str),
}

impl Settings {
    /// # Errors
    /// A value that cannot work, in words an operator can act on.
    pub(crate) fn check(&self) -> Result<(), CacheError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if !(1..=86_400).contains(&self.ttl_seconds) {
            return Err(CacheError::BadSetting("ttl_seconds must be 1 to 86400"));
        }
        if !(1..=10_000_000).contains(&self.entries) {
            return Err(CacheError::BadSetting("entries must be 1 to 10000000"));
        }
        if self.prefix.is_empty() || !self.prefix.chars().all(plain) {
            return Err(CacheError::BadSetting("prefix must be letters, digits, '-', '_' or '.'"));
        }
        Ok(())
    }

    pub(crate) fn ttl(&self) -> Duration {
        Duration::from_secs(self.ttl_seconds)
    }
}
