//! Syncs: runs, what they stage, what they plan, and what becomes of it.

pub mod apply;
pub mod batches;
mod ending;
mod gauge;
pub mod holdings;
mod kinds;
pub mod lists;
mod named;
pub mod plan;
mod progress;
pub mod restore;
pub mod runs;
mod staged;
mod statement;
mod writing;

pub use ending::forget;
pub use gauge::Gauge;
pub use progress::{Phase, Progress};
pub use staged::Staging;
