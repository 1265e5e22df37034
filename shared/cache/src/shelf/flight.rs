//! One load per key at a time, whoever asks and whoever stops asking.

use super::Cached;
use std::{
    any::Any,
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;
use vocabulary::Revision;

/// How a load ended.
pub(crate) enum Outcome<T> {
    Found {
        cached: Arc<Cached<T>>,
        as_of: Revision,
        from_database: bool,
    },
    Absent {
        as_of: Revision,
    },
    /// The loader's error, of the leader's type.
    Failed(Arc<dyn Any + Send + Sync>),
}

type Landing<T> = watch::Receiver<Option<Arc<Outcome<T>>>>;

type UnderWay<T> = Arc<Mutex<HashMap<Box<str>, Landing<T>>>>;

/// The loads that are under way.
pub(crate) struct Flights<T>(UnderWay<T>);

pub(crate) enum Entrance<T> {
    /// Somebody else has just brought it.
    Hit(Arc<Cached<T>>),
    Join(Joined<T>),
    Lead(Seat<T>),
}

impl<T> Flights<T> {
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    /// Joins the load of this key, or leads one. `again` looks once more at what is kept: a load that has
    /// ended since the first look filled it before it left the map.
    pub(crate) fn enter(&self, key: &str, again: impl FnOnce() -> Option<Arc<Cached<T>>>) -> Entrance<T> {
        let mut flights = lock(&self.0);
        if let Some(landing) = flights.get(key) {
            return Entrance::Join(Joined(landing.clone()));
        }
        if let Some(hit) = again() {
            return Entrance::Hit(hit);
        }
        let (send, receive) = watch::channel(None);
        flights.insert(key.into(), receive);
        Entrance::Lead(Seat { flights: Some(self.0.clone()), key: key.into(), send })
    }

    /// A load that nobody can join: the planted bug.
    pub(crate) fn alone(&self, key: &str) -> Seat<T> {
        Seat { flights: None, key: key.into(), send: watch::channel(None).0 }
    }
}

/// The leader's duty to say how the load ended. Dropped unsaid (a panic, a runtime that ends), it lets those
/// who wait go on by themselves.
pub(crate) struct Seat<T> {
    flights: Option<UnderWay<T>>,
    key: Box<str>,
    send: watch::Sender<Option<Arc<Outcome<T>>>>,
}

impl<T> Seat<T> {
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    pub(crate) fn land(self, outcome: Outcome<T>) -> Arc<Outcome<T>> {
        let outcome = Arc::new(outcome);
        self.leave();
        self.send.send_replace(Some(outcome.clone()));
        outcome
    }

    fn leave(&self) {
        if let Some(flights) = &self.flights {
            let mut flights = lock(flights);
            if flights.get(&self.key).is_some_and(|landing| landing.same_channel(&self.send.subscribe())) {
                flights.remove(&self.key);
            }
        }
    }
}

impl<T> Drop for Seat<T> {
    fn drop(&mut self) {
        self.leave();
    }
}

/// A place in somebody else's load.
pub(crate) struct Joined<T>(Landing<T>);

impl<T> Joined<T> {
    /// `None`: the load broke off.
    pub(crate) async fn landed(mut self) -> Option<Arc<Outcome<T>>> {
        self.0.wait_for(Option::is_some).await.ok()?.clone()
    }
}

fn lock<V>(mutex: &Mutex<V>) -> MutexGuard<'_, V> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_comes_as_a_load_ends_takes_what_it_brought_and_loads_nothing() {
        let flights = Flights::new();
        let cached = Arc::new(Cached { revision: Revision(1), value: Arc::new(7) });
        let Entrance::Lead(seat) = flights.enter("k", || None) else { panic!("the first leads") };
        let Entrance::Join(joined) = flights.enter("k", || None) else { panic!("the second joins") };
        seat.land(Outcome::Found { cached: cached.clone(), as_of: Revision(1), from_database: true });
        assert!(matches!(joined.landed().await.as_deref(), Some(Outcome::Found { .. })));
        assert!(matches!(flights.enter("k", || Some(cached)), Entrance::Hit(_)));
    }

    #[tokio::test]
    async fn a_load_that_breaks_off_frees_those_who_wait_and_the_key() {
        let flights = Flights::<u8>::new();
        let Entrance::Lead(seat) = flights.enter("k", || None) else { panic!("the first leads") };
        let Entrance::Join(joined) = flights.enter("k", || None) else { panic!("the second joins") };
        drop(seat);
        assert!(joined.landed().await.is_none());
        assert!(matches!(flights.enter("k", || None), Entrance::Lead(_)));
    }
}
