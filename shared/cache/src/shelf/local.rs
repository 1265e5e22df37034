//! The tier in this process.

use super::Cached;
use quick_cache::sync;
use std::{sync::Arc, time::Instant};
use vocabulary::Revision;

/// What is kept of one key.
pub(crate) struct Entry<T> {
    pub(crate) cached: Arc<Cached<T>>,
    /// No change of this key lies between its revision and here.
    pub(crate) as_of: Revision,
    pub(crate) expires: Instant,
}

impl<T> Clone for Entry<T> {
    fn clone(&self) -> Self {
        Self { cached: self.cached.clone(), as_of: self.as_of, expires: self.expires }
    }
}

/// A bounded map; `None` where nothing may be kept.
pub(crate) struct Local<T>(Option<sync::Cache<Box<str>, Entry<T>>>);

impl<T> Local<T> {
    pub(crate) fn new(entries: usize) -> Self {
        Self((entries > 0).then(|| sync::Cache::new(entries)))
    }

    pub(crate) fn get(&self, key: &str) -> Option<Entry<T>> {
        self.0.as_ref()?.get(key)
    }

    /// Keeps the entry unless something newer is there. The caller holds the key's mark.
    pub(crate) fn keep(&self, key: &str, entry: Entry<T>, at: Instant) -> bool {
        let Some(map) = &self.0 else { return true };
        let newer = |held: Entry<T>| {
            let (held_at, offered) = (held.cached.revision, entry.cached.revision);
            held.expires <= at || (offered, entry.as_of) >= (held_at, held.as_of)
        };
        let keep = map.peek(key).is_none_or(newer);
        if keep {
            map.insert(key.into(), entry);
        }
        keep
    }

    /// Keeps it whatever is there: the planted bug.
    pub(crate) fn force(&self, key: &str, entry: Entry<T>) {
        if let Some(map) = &self.0 {
            map.insert(key.into(), entry);
        }
    }

    pub(crate) fn drop_older(&self, key: &str, revision: Revision) {
        if let Some(map) = &self.0 {
            map.remove_if(key, |held| held.as_of < revision);
        }
    }

    pub(crate) fn clear(&self) {
        if let Some(map) = &self.0 {
            map.clear();
        }
    }
}
