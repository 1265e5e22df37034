//! The queries, by noun. Each takes an open transaction, whose scope it honours.

pub mod absences;
pub mod educators;
pub mod interests;
pub mod market;
pub mod match_runs;
pub mod migrations;
pub mod needs;
pub mod offers;
pub mod placements;
pub mod students;
mod tables;

use ledger::Binds;
