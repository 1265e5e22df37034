//! The queries, by noun. Each takes an open transaction, whose scope it honours.

pub mod migrations;
