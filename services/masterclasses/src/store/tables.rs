//! Rows and the domain's nouns, one into the other. A row struct reads a query's result and, as JSON, is what a
//! set-based write sends.

pub mod booking;
pub mod learning_need;
pub mod masterclass;
pub mod session;

pub use ledger::column::{count, from_text, from_word, maybe_instant, maybe_us, name, to_text, word};
