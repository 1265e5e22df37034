//! The cache of one service in one process.

use crate::{
    CacheError, Fault, Kind, Settings, Shelf,
    fault::Faults,
    feed::{Feed, raise},
    shared::Shared,
    shelf::{Stock, Stocked},
};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use vocabulary::Revision;

/// A service's cache. Cheap to clone; one a service and process.
#[derive(Clone)]
pub struct Cache {
    core: Arc<Core>,
}

pub(crate) struct Core {
    pub(crate) feed: Feed,
    pub(crate) faults: Faults,
    pub(crate) shared: Option<Shared>,
    pub(crate) counts: Counts,
    pub(crate) ttl: Duration,
    /// Values a shelf keeps in this process; zero where the cache is off.
    entries: usize,
    shelves: RwLock<HashMap<&'static str, Vec<Arc<dyn Stocked>>>>,
}

#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) hits: AtomicU64,
    pub(crate) shared_hits: AtomicU64,
    pub(crate) loads: AtomicU64,
    pub(crate) refused: AtomicU64,
}

/// What the cache has done since it was opened, for metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Answered from this process.
    pub hits: u64,
    /// Answered from Redis.
    pub shared_hits: u64,
    /// Asked of the database.
    pub loads: u64,
    /// Values that were not kept here because something newer was known.
    pub refused: u64,
    /// How often the breaker gave Redis up.
    pub breaker_opened: u64,
    /// Whether Redis is in use at this moment.
    pub shared_up: bool,
}

impl Cache {
    /// Opens the cache. A Redis that is down is not an error: reads are slower until it is up.
    ///
    /// # Errors
    /// Settings that cannot work.
    pub async fn open(settings: &Settings) -> Result<Cache, CacheError> {
        settings.check()?;
        let shared = match settings.kind {
            Kind::Redis => Some(Shared::open(settings).await?),
            Kind::Off | Kind::Memory => None,
        };
        let entries = if settings.kind == Kind::Off { 0 } else { settings.entries };
        Ok(Cache {
            core: Arc::new(Core {
                feed: Feed::new(),
                faults: Faults::default(),
                shared,
                counts: Counts::default(),
                ttl: settings.ttl(),
                entries,
                shelves: RwLock::default(),
            }),
        })
    }

    /// The shelf of one kind of resource, for example `"sessions"`. Asking again gives the same shelf.
    ///
    /// Redis outlives a release: where the shape of `T` changes, change the kind too (`"sessions-2"`).
    pub fn shelf<T>(&self, kind: &'static str) -> Shelf<T>
    where
        T: Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        let mut shelves = self.core.shelves.write().unwrap_or_else(PoisonError::into_inner);
        let of_kind = shelves.entry(kind).or_default();
        let found = of_kind.iter().find_map(|stock| stock.clone().into_any().downcast::<Stock<T>>().ok());
        let stock = found.unwrap_or_else(|| {
            let stock = Arc::new(Stock::<T>::new(self.core.entries));
            of_kind.push(stock.clone());
            stock
        });
        Shelf::new(self.core.clone(), stock, kind)
    }

    /// Applies what the feed says has changed: `(kind, key, revision)`. From here on `seen` is the position
    /// up to which this process has heard, and nothing older than these revisions is kept or served.
    ///
    /// The follower's first call, `changed(&[], head)`, comes before the service serves: what was kept before it
    /// is good only for callers who know of no revision. Call it after *every* poll of the feed, with no changes where there were none: two seconds of silence
    /// count as [`Cache::doubt`]. A batch of a backlog is news too: pass the position that the batch reaches. Between two calls no change may be left out; see [`Cache::skipped`].
    /// Redis is told in the background.
    pub fn changed(&self, changes: &[(&str, &str, Revision)], seen: Revision) {
        let shelves = self.core.shelves.read().unwrap_or_else(PoisonError::into_inner);
        for &(kind, key, revision) in changes {
            let mut mark = self.core.feed.mark(kind, key);
            raise(&mut mark, revision);
            for stock in shelves.get(kind).into_iter().flatten() {
                stock.drop_older(key, revision);
            }
            drop(mark);
            if let Some(shared) = &self.core.shared {
                shared.bury(kind, key, revision);
            }
        }
        drop(shelves);
        self.core.feed.advance(seen);
    }

    /// The feed could not be read: nothing local is served until [`Cache::changed`] is called again.
    pub fn doubt(&self) {
        if !self.core.faults.has(Fault::NeverDoubt) {
            self.core.feed.doubt();
        }
    }

    /// The follower lost its place and goes on from `seen`: forget everything local, and vouch for nothing
    /// that was read before.
    pub fn skipped(&self, seen: Revision) {
        self.core.feed.rebase(seen);
        for stock in self.core.shelves.read().unwrap_or_else(PoisonError::into_inner).values().flatten() {
            stock.clear();
        }
        self.core.feed.advance(seen);
    }

    /// For metrics.
    pub fn figures(&self) -> Figures {
        let counts = &self.core.counts;
        Figures {
            hits: counts.hits.load(Relaxed),
            shared_hits: counts.shared_hits.load(Relaxed),
            loads: counts.loads.load(Relaxed),
            refused: counts.refused.load(Relaxed),
            breaker_opened: self.core.shared.as_ref().map_or(0, Shared::opened),
            shared_up: self.core.shared.as_ref().is_some_and(Shared::is_up),
        }
    }

    /// Plants a known bug, so that a test can show that it would be caught.
    #[doc(hidden)]
    pub fn plant(&self, fault: Fault) {
        self.core.faults.plant(fault);
    }
}
