//! Rows and the domain's nouns, one into the other. A row struct reads a query's result and, as JSON, is what a
//! set-based write sends.

pub mod educator;
pub mod interest;
pub mod match_run;
pub mod need;
pub mod offer;
pub mod placement;
pub mod placement_history;
pub mod student;

pub use ledger::column::{
    count, from_text, from_word, key, maybe_instant, maybe_us, name, some_name, to_text, word,
};
