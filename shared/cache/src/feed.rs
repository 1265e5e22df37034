//! What this process has heard from the service's change feed.

use crate::now;
use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::*},
    },
    time::{Duration, Instant},
};
use vocabulary::Revision;

/// Keys share marks by hash. A shared mark costs at most one fill that is not kept; it never lets an old
/// value in. 8,192 marks are 128 KiB.
const MARKS: usize = 8_192;

/// A follower that has spoken and then says nothing for so long has hung (a frozen database answers no
/// query and fails none), so it counts as doubt. It polls every 500 ms.
pub(crate) const SILENCE: Duration = Duration::from_secs(2);

/// Marks and positions. No mark is ever forgotten, so no entry that is evicted and no fill that is paused,
/// for however long, can bring an old value back.
pub(crate) struct Feed {
    /// The changes up to here have been applied.
    seen: AtomicI64,
    /// From here on, every change is in the marks. Nothing is known about what came before.
    base: AtomicI64,
    doubted: AtomicBool,
    /// When the follower last spoke, in milliseconds since `born`; zero before it ever did.
    heard: AtomicU64,
    born: Instant,
    /// The newest change that is known of any key of the bucket.
    marks: Box<[Mutex<Revision>]>,
    hash: RandomState,
}

/// Up to where this process can vouch for an entry that no mark contradicts. Taken *before* the entry is
/// looked up: then whatever the follower dropped on its way to `seen` is not found.
#[derive(Clone, Copy)]
pub(crate) struct Horizon {
    base: Revision,
    seen: Revision,
}

impl Horizon {
    /// Whether a value that was current as of `as_of` is one that a caller who knows of `min` may see.
    pub(crate) fn covers(self, as_of: Revision, min: Option<Revision>) -> bool {
        min.is_none_or(|min| as_of >= min || (as_of >= self.base && self.seen >= min))
    }
}

impl Feed {
    pub(crate) fn new() -> Self {
        Self {
            seen: AtomicI64::new(i64::MIN),
            base: AtomicI64::new(i64::MAX),
            doubted: AtomicBool::new(false),
            heard: AtomicU64::new(0),
            born: now(),
            marks: (0..MARKS).map(|_| Mutex::new(Revision(i64::MIN))).collect(),
            hash: RandomState::new(),
        }
    }

    pub(crate) fn seen(&self) -> Revision {
        Revision(self.seen.load(Acquire))
    }

    /// `seen` is read first and written last: a `seen` from after a [`Feed::rebase`] never meets a `base`
    /// from before it.
    pub(crate) fn horizon(&self) -> Horizon {
        let seen = self.seen();
        Horizon { base: Revision(self.base.load(Acquire)), seen }
    }

    /// Whether local entries may be served at this moment.
    pub(crate) fn trusted(&self, at: Instant) -> bool {
        let heard = self.heard.load(Relaxed);
        !self.doubted.load(Acquire)
            && (heard == 0
                || at.saturating_duration_since(self.born) < Duration::from_millis(heard) + SILENCE)
    }

    /// The mark of a key's bucket. Whoever keeps or drops an entry holds it while they compare and act.
    pub(crate) fn mark(&self, kind: &str, key: &str) -> MutexGuard<'_, Revision> {
        let bucket = self.hash.hash_one((kind, key)) % MARKS as u64;
        #[allow(clippy::cast_possible_truncation, reason = "less than the number of marks")]
        self.marks[bucket as usize].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All changes up to `seen` have been applied: publish it, and end any doubt.
    pub(crate) fn advance(&self, seen: Revision) {
        self.seen.fetch_max(seen.0, AcqRel);
        let _ = self.base.compare_exchange(i64::MAX, seen.0, AcqRel, Relaxed);
        let since_birth = now().saturating_duration_since(self.born).as_millis();
        self.heard.store(u64::try_from(since_birth).unwrap_or(u64::MAX).max(1), Relaxed);
        self.doubted.store(false, Release);
    }

    /// The follower skips to `seen`: nothing that was read before is vouched for. [`Feed::advance`] follows.
    pub(crate) fn rebase(&self, seen: Revision) {
        self.base.store(seen.0, Release);
    }

    pub(crate) fn doubt(&self) {
        self.doubted.store(true, Release);
    }
}

/// Raises a mark to a change that has become known.
pub(crate) fn raise(mark: &mut Revision, change: Revision) {
    *mark = change.max(*mark);
}
