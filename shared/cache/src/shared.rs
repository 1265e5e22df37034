//! The tier that replicas share: Redis, set only if newer, believed only as far as the feed allows.

mod link;
mod wire;
mod writer;

use crate::{CacheError, Settings, now, shelf::Cached};
use link::Link;
use secrecy::ExposeSecret;
use serde::{Serialize, de::DeserializeOwned};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::AbortHandle;
use vocabulary::Revision;
use wire::Header;
use writer::{Body, Pending, Write};

/// How long anything waits for Redis.
const PATIENCE: Duration = Duration::from_millis(50);

/// Redis, or the lack of it. Never fails: a value that cannot be had is not there.
pub(crate) struct Shared {
    link: Arc<Link>,
    pending: Arc<Pending>,
    tasks: [AbortHandle; 2],
    prefix: String,
    ttl: Duration,
}

/// What Redis held of a key.
pub(crate) struct Held<T> {
    pub(crate) revision: Revision,
    pub(crate) as_of: Revision,
    pub(crate) expires: Instant,
    pub(crate) value: T,
}

impl Shared {
    /// # Errors
    /// No URL, or none that Redis understands.
    pub(crate) async fn open(settings: &Settings) -> Result<Self, CacheError> {
        let url = settings.url.as_ref().ok_or(CacheError::NoUrl)?;
        let client = redis::Client::open(url.expose_secret()).map_err(|_| CacheError::BadUrl)?;
        let link = Arc::new(Link::new(client));
        if let Err(why) = link.connect().await {
            tracing::warn!(why, "the shared cache does not answer yet; reads go to the database");
        }
        let pending = Arc::new(Pending::default());
        let ttl = settings.ttl();
        let tasks = [
            tokio::spawn(link.clone().keep()).abort_handle(),
            tokio::spawn(writer::run(pending.clone(), link.clone(), ttl)).abort_handle(),
        ];
        Ok(Self { link, pending, tasks, prefix: format!("practicum:{}", settings.prefix), ttl })
    }

    fn key(&self, kind: &str, key: &str) -> String {
        format!("{}:{kind}:{key}", self.prefix)
    }

    /// What Redis holds of the key. Garbage is nothing, and so is a tombstone.
    pub(crate) async fn read<T: DeserializeOwned>(&self, kind: &str, key: &str) -> Option<Held<T>> {
        let key = self.key(kind, key);
        let mut up = self.link.up()?;
        let get = redis::Cmd::get(&key);
        let bytes: Vec<u8> = self
            .link
            .judge(up.number, get.query_async::<Option<Vec<u8>>>(&mut up.connection))
            .await
            .ok()??;
        let (Header { revision, as_of, expires }, payload) = wire::decode(&key, &bytes)?;
        let left = up.clock.left(expires).min(self.ttl);
        let value = serde_json::from_slice(payload).ok()?;
        (!left.is_zero()).then(|| Held { revision, as_of, expires: now() + left, value })
    }

    /// Writes a value soon. While Redis is away it is not kept for later.
    pub(crate) fn write<T: Serialize + Send + Sync + 'static>(
        &self,
        kind: &str,
        key: &str,
        cached: &Arc<Cached<T>>,
        as_of: Revision,
        expires: Instant,
        plain: bool,
    ) {
        if self.link.up().is_none() {
            return;
        }
        let (revision, cached) = (cached.revision, cached.clone());
        let body =
            Body::Value { expires, json: Box::new(move || serde_json::to_vec(&*cached.value).ok()), plain };
        self.pending.add(self.key(kind, key), Write { revision, as_of, body });
    }

    /// Puts a tombstone where anything older than `revision` may lie, soon.
    pub(crate) fn bury(&self, kind: &str, key: &str, revision: Revision) {
        self.pending.add(self.key(kind, key), Write { revision, as_of: revision, body: Body::Tombstone });
    }

    /// How often the breaker has opened.
    pub(crate) fn opened(&self) -> u64 {
        self.link.opened()
    }

    pub(crate) fn is_up(&self) -> bool {
        self.link.up().is_some()
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}
