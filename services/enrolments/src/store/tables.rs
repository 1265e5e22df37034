//! Rows and the domain's nouns, one into the other. A row struct reads a query's result and, as JSON, is what a
//! set-based write sends. A row's source, ordinal and hash are no business of the domain's: what is written by hand
//! leaves them as they are.

pub mod course;
pub mod course_run;
pub mod enrolment;
pub mod learner;
pub mod learning_item;

pub use ledger::column::{count, from_text, from_word, key, name, some_name, to_text, word};
