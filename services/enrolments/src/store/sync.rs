//! Syncs: runs, what they stage, what they plan, and what becomes of it.

pub mod apply;
pub mod batches;
pub mod holdings;
mod kinds;
pub mod lists;
pub mod plan;
pub mod restore;
pub mod runs;
mod staged;

pub use staged::Staging;
