//! The queries, by noun. Each takes an open transaction, whose scope it honours.

pub mod course_runs;
pub mod courses;
pub mod enrolments;
pub mod learners;
pub mod learning;
pub mod live_placements;
pub mod migrations;
pub mod sync;
mod tables;

use ledger::Binds;
