//! The queries, by noun. Each takes an open transaction, whose scope it honours.

pub mod educators;
pub mod interests;
pub mod migrations;
pub mod offers;
mod tables;

use ledger::Binds;
