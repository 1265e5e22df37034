//! One kind of resource, remembered.

mod fill;
mod flight;
mod local;

use crate::{Fault, cache::Core, feed::Horizon, now};
use flight::{Entrance, Flights, Outcome};
use local::{Entry, Local};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    any::Any,
    future::Future,
    sync::{Arc, atomic::Ordering::Relaxed},
};
use vocabulary::Revision;

/// A value, and the revision that it is at.
#[derive(Debug)]
pub struct Cached<T> {
    pub revision: Revision,
    pub value: Arc<T>,
}

/// One kind of resource. Cheap to clone.
pub struct Shelf<T> {
    core: Arc<Core>,
    stock: Arc<Stock<T>>,
    kind: &'static str,
}

impl<T> Clone for Shelf<T> {
    fn clone(&self) -> Self {
        Self { core: self.core.clone(), stock: self.stock.clone(), kind: self.kind }
    }
}

/// What lies on a shelf.
pub(crate) struct Stock<T> {
    local: Local<T>,
    flights: Flights<T>,
}

impl<T> Stock<T> {
    pub(crate) fn new(entries: usize) -> Self {
        Self { local: Local::new(entries), flights: Flights::new() }
    }
}

/// A stock of whatever type, as the feed sees it.
pub(crate) trait Stocked: Send + Sync {
    fn drop_older(&self, key: &str, revision: Revision);
    fn clear(&self);
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
}

impl<T: Send + Sync + 'static> Stocked for Stock<T> {
    fn drop_older(&self, key: &str, revision: Revision) {
        self.local.drop_older(key, revision);
    }
    fn clear(&self) {
        self.local.clear();
    }
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }
}

impl<T> Shelf<T>
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
{
    pub(crate) fn new(core: Arc<Core>, stock: Arc<Stock<T>>, kind: &'static str) -> Self {
        Self { core, stock, kind }
    }

    /// What this process holds of `key`, where that is fresh enough: its revision is at least `min`, or this
    /// process has heard the feed up to `min`. Under a microsecond.
    pub fn peek(&self, key: &str, min: Option<Revision>) -> Option<Arc<Cached<T>>> {
        let at = now();
        if !self.core.feed.trusted(at) {
            return None;
        }
        let horizon = self.core.feed.horizon();
        let held = self.stock.local.get(key)?;
        let fresh = held.expires > at && self.covers(horizon, held.as_of, min);
        fresh.then(|| {
            self.core.counts.hits.fetch_add(1, Relaxed);
            held.cached
        })
    }

    /// The value of `key`: held here, else in Redis, else loaded from the database, once per key and process
    /// at a time. `None` (absent) is never remembered. Redis never makes it fail.
    ///
    /// The answer serves whoever asks for `key`: what depends on who asks belongs in the key, or is checked after.
    ///
    /// `load` must begin its reading (its snapshot) when it is first polled, not before. It runs in a task of
    /// its own: a caller who goes away does not take it from the others.
    ///
    /// # Errors
    /// What `load` said. Somebody else's failure is tried once more, since their deadline is not ours.
    pub async fn get<E, F>(
        &self,
        key: &str,
        min: Option<Revision>,
        load: F,
    ) -> Result<Option<Arc<Cached<T>>>, E>
    where
        E: Clone + Send + Sync + 'static,
        F: Future<Output = Result<Option<(Revision, T)>, E>> + Send + 'static,
    {
        if let Some(hit) = self.peek(key, min) {
            return Ok(Some(hit));
        }
        let mut joined = 0;
        loop {
            match self.enter(key, min) {
                Entrance::Hit(hit) => return Ok(Some(hit)),
                Entrance::Lead(seat) => return self.lead(seat, min, load).await,
                Entrance::Join(flight) => {
                    joined += 1;
                    let outcome = flight.landed().await;
                    if let Some(answer) = outcome.and_then(|it| self.shared_answer(key, min, joined, &it)) {
                        return answer;
                    }
                }
            }
        }
    }

    /// Remembers what has just been committed: here at once, in Redis soon. Only if it is newer.
    pub fn put(&self, key: &str, revision: Revision, value: Arc<T>) {
        let cached = Arc::new(Cached { revision, value });
        self.keep(key, Entry { cached, as_of: revision, expires: now() + self.core.ttl }, true);
    }

    fn enter(&self, key: &str, min: Option<Revision>) -> Entrance<T> {
        if self.core.faults.has(Fault::Stampede) {
            return Entrance::Lead(self.stock.flights.alone(key));
        }
        self.stock.flights.enter(key, || self.peek(key, min))
    }

    fn covers(&self, horizon: Horizon, as_of: Revision, min: Option<Revision>) -> bool {
        horizon.covers(as_of, min) || self.core.faults.has(Fault::IgnoreMin)
    }

    /// Whether somebody else's answer is good for us too. The first load that we join began before we asked,
    /// so it must be shown to be fresh, and its "absent" or its failure is not ours. Any later one began after
    /// we asked; there, what came from the database is always good.
    fn shared_answer<E: Clone + 'static>(
        &self,
        key: &str,
        min: Option<Revision>,
        joined: u32,
        outcome: &Outcome<T>,
    ) -> Option<Result<Option<Arc<Cached<T>>>, E>> {
        let later = joined > 1;
        match outcome {
            Outcome::Found { cached, as_of, from_database } => {
                let horizon = self.core.feed.horizon();
                let current = *as_of >= *self.core.feed.mark(self.kind, key);
                let good = (later && *from_database) || (current && self.covers(horizon, *as_of, min));
                good.then(|| Ok(Some(cached.clone())))
            }
            Outcome::Absent { as_of } => (later || min.is_some_and(|min| *as_of >= min)).then_some(Ok(None)),
            Outcome::Failed(error) => later.then(|| error.downcast_ref::<E>().cloned()).flatten().map(Err),
        }
    }
}
