//! How a value comes onto a shelf: from Redis, from the database, from a commit.

use super::{
    Cached, Shelf,
    flight::{Outcome, Seat},
    local::Entry,
};
use crate::{Fault, feed::raise, now, shared::Held};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    future::Future,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Instant,
};
use tracing::Instrument;
use vocabulary::Revision;

impl<T> Shelf<T>
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
{
    /// Loads in a task of its own, for whoever asks, and waits for it.
    pub(super) async fn lead<E, F>(
        &self,
        seat: Seat<T>,
        min: Option<Revision>,
        load: F,
    ) -> Result<Option<Arc<Cached<T>>>, E>
    where
        E: Clone + Send + Sync + 'static,
        F: Future<Output = Result<Option<(Revision, T)>, E>> + Send + 'static,
    {
        let flight = self.clone().fly(seat, min, load).instrument(tracing::Span::current());
        let outcome = match tokio::spawn(flight).await {
            Ok(outcome) => outcome,
            Err(broken) => match broken.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime is ending, and this caller with it.
                Err(_) => std::future::pending().await,
            },
        };
        match &*outcome {
            Outcome::Found { cached, .. } => Ok(Some(cached.clone())),
            Outcome::Absent { .. } => Ok(None),
            Outcome::Failed(error) => match error.downcast_ref::<E>() {
                Some(error) => Err(error.clone()),
                None => unreachable!("a leader's own load failed with another type than its own"),
            },
        }
    }

    async fn fly<E, F>(self, seat: Seat<T>, min: Option<Revision>, load: F) -> Arc<Outcome<T>>
    where
        E: Clone + Send + Sync + 'static,
        F: Future<Output = Result<Option<(Revision, T)>, E>> + Send + 'static,
    {
        if let Some(entry) = self.fetch(seat.key(), min).await {
            let Entry { cached, as_of, .. } = entry;
            return seat.land(Outcome::Found { cached, as_of, from_database: false });
        }
        // Both before the reading begins: what has been heard by now is in the snapshot that it will read.
        let (heard, began) = (self.core.feed.seen(), now());
        self.core.counts.loads.fetch_add(1, Relaxed);
        let outcome = match load.await {
            Err(error) => Outcome::Failed(Arc::new(error)),
            Ok(None) => Outcome::Absent { as_of: heard },
            Ok(Some((revision, value))) => self.fill(seat.key(), revision, value, heard, began),
        };
        seat.land(outcome)
    }

    fn fill(&self, key: &str, revision: Revision, value: T, heard: Revision, began: Instant) -> Outcome<T> {
        let cached = Arc::new(Cached { revision, value: Arc::new(value) });
        let as_of = heard.max(revision);
        self.keep(key, Entry { cached: cached.clone(), as_of, expires: began + self.core.ttl }, false);
        Outcome::Found { cached, as_of, from_database: true }
    }

    /// Keeps an entry in both tiers unless a change that it does not hold is known. `news`: the entry is
    /// itself the knowledge of a change.
    pub(super) fn keep(&self, key: &str, entry: Entry<T>, news: bool) {
        if self.core.faults.has(Fault::PlainSet) {
            self.share(key, &entry);
            return self.stock.local.force(key, entry);
        }
        let mut mark = self.core.feed.mark(self.kind, key);
        if news {
            raise(&mut mark, entry.cached.revision);
        }
        let kept = entry.as_of >= *mark && self.stock.local.keep(key, entry.clone(), now());
        drop(mark);
        if kept {
            self.share(key, &entry);
        } else {
            self.core.counts.refused.fetch_add(1, Relaxed);
        }
    }

    fn share(&self, key: &str, entry: &Entry<T>) {
        if let Some(shared) = &self.core.shared {
            let plain = self.core.faults.has(Fault::PlainSet);
            shared.write(self.kind, key, &entry.cached, entry.as_of, entry.expires, plain);
        }
    }

    /// From Redis, where that is fresh enough, and then kept here too. A value that is older than a change
    /// which this process has heard of is nothing.
    async fn fetch(&self, key: &str, min: Option<Revision>) -> Option<Entry<T>> {
        let held = self.core.shared.as_ref()?.read::<T>(self.kind, key).await?;
        let Held { revision, as_of, expires, value } = held;
        let entry = Entry { cached: Arc::new(Cached { revision, value: Arc::new(value) }), as_of, expires };
        let horizon = self.core.feed.horizon();
        let mark = self.core.feed.mark(self.kind, key);
        let plain = self.core.faults.has(Fault::PlainSet);
        if !plain && (as_of < *mark || !self.covers(horizon, as_of, min)) {
            return None;
        }
        self.core.counts.shared_hits.fetch_add(1, Relaxed);
        self.stock.local.keep(key, entry.clone(), now());
        Some(entry)
    }
}
