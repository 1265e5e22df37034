//! What is to be written to Redis: one pending write a key, sent in batches by one task, so that nobody waits.

use super::{
    link::{Link, Nothing, Up},
    wire::{Header, encode},
};
use crate::now;
use redis::{RedisResult, Script};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::Notify;
use vocabulary::Revision;

/// The most keys that wait. Beyond it a write is dropped: correctness rests on the feed, not on it.
const WAITING: usize = 10_000;
/// The most keys one call of the script takes: it holds Redis up for well under a millisecond.
const BATCH: usize = 200;

/// Makes the JSON when it is sent, so that a write which is overtaken costs nothing.
pub(super) type Json = Box<dyn FnOnce() -> Option<Vec<u8>> + Send>;

pub(super) enum Body {
    /// `plain`: without comparing. The planted bug.
    Value {
        expires: Instant,
        json: Json,
        plain: bool,
    },
    Tombstone,
}

pub(super) struct Write {
    pub(super) revision: Revision,
    pub(super) as_of: Revision,
    pub(super) body: Body,
}

impl Write {
    fn is_tombstone(&self) -> bool {
        matches!(self.body, Body::Tombstone)
    }

    fn is_plain(&self) -> bool {
        matches!(self.body, Body::Value { plain: true, .. })
    }

    /// Whether it is worth more than what already waits. At one revision, a value says more than a tombstone.
    fn overtakes(&self, waiting: &Write) -> bool {
        let rank = |write: &Write| (write.revision, !write.is_tombstone(), write.as_of);
        self.is_plain() || rank(self) >= rank(waiting)
    }
}

#[derive(Default)]
pub(super) struct Pending {
    writes: Mutex<HashMap<String, Write>>,
    wake: Notify,
}

impl Pending {
    pub(super) fn add(&self, key: String, write: Write) {
        let mut writes = self.lock();
        let room = writes.len() < WAITING;
        match writes.get_mut(&key) {
            Some(waiting) if write.overtakes(waiting) => *waiting = write,
            None if room => drop(writes.insert(key, write)),
            _ => return,
        }
        drop(writes);
        self.wake.notify_one();
    }

    fn take(&self) -> Vec<(String, Write)> {
        let mut writes = self.lock();
        let keys: Vec<String> = writes.keys().take(BATCH).cloned().collect();
        keys.into_iter().filter_map(|key| writes.remove_entry(&key)).collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Write>> {
        self.writes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends what waits, for as long as the cache lives.
pub(super) async fn run(pending: Arc<Pending>, link: Arc<Link>, ttl: Duration) {
    let script = Script::new(include_str!("newer.lua"));
    loop {
        let Some(up) = link.closed().await else { return };
        let batch = pending.take();
        if batch.is_empty() {
            pending.wake.notified().await;
            continue;
        }
        let tombstones: Vec<_> =
            batch.iter().filter(|it| it.1.is_tombstone()).map(|it| (it.0.clone(), it.1.revision)).collect();
        let number = up.number;
        if link.judge(number, send(&script, up, batch, ttl)).await == Err(Nothing::Link) {
            // Values can be read again; a removal is news. The breaker bounds how often this comes round.
            for (key, revision) in tombstones {
                pending.add(key, Write { revision, as_of: revision, body: Body::Tombstone });
            }
        }
    }
}

async fn send(script: &Script, mut up: Up, batch: Vec<(String, Write)>, ttl: Duration) -> RedisResult<()> {
    let mut call = script.prepare_invoke();
    let mut plain_sets = redis::pipe();
    for (key, write) in batch {
        let plain = write.is_plain();
        let Some((header, payload)) = prepare(write, &up, ttl) else { continue };
        let value = encode(&key, header, &payload);
        if plain {
            plain_sets.cmd("SET").arg(&key).arg(value).arg("PXAT").arg(header.expires).ignore();
            continue;
        }
        call.key(key).arg(header.revision.0).arg(header.as_of.0).arg(header.expires).arg(value);
    }
    if plain_sets.cmd_iter().next().is_some() {
        plain_sets.query_async::<()>(&mut up.connection).await?;
    }
    call.invoke_async::<i64>(&mut up.connection).await.map(drop)
}

/// A tombstone ends two lifetimes from now. A fill that is older than it began before now and ends one
/// lifetime after it began, so the tombstone outlives every such fill.
fn prepare(write: Write, up: &Up, ttl: Duration) -> Option<(Header, Vec<u8>)> {
    let Write { revision, as_of, body } = write;
    let (expires, payload) = match body {
        Body::Value { expires, json, .. } => (expires, json()?),
        Body::Tombstone => (now() + 2 * ttl, Vec::new()),
    };
    Some((Header { revision, as_of, expires: up.clock.end(expires) }, payload))
}
