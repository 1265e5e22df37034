//! A memory that may forget.
//!
//! What is true is in the database, and what has changed is in the service's change feed. A cache only
//! saves asking twice. It never makes an answer wrong: where it is not sure, it asks the database.
//!
//! Two tiers: a bounded map in this process, and (where the settings say so) Redis, shared by replicas.
//! Every value carries two positions of the feed: its *revision* (its last change) and *as of* (up to
//! where it is known to hold). A feed follower in every process calls [`Cache::changed`]; what it brings
//! is remembered in a fixed table of marks, so that nothing read before a change can be kept after it.

mod cache;
mod fault;
mod feed;
mod settings;
mod shared;
mod shelf;

pub use cache::{Cache, Figures};
#[doc(hidden)]
pub use fault::Fault;
pub use settings::{CacheError, Kind, Settings};
pub use shelf::{Cached, Shelf};

/// The monotonic clock: it decides only how long a value is kept, never what is true.
#[allow(clippy::disallowed_methods, reason = "monotonic; the one place of this crate that reads a clock")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}
