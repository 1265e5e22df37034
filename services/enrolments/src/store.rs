//! The queries, by noun. Each takes an open transaction, whose scope it honours.

mod binds;
pub mod course_runs;
pub mod courses;
pub mod enrolments;
pub mod learners;
pub mod learning;
pub mod migrations;
mod tables;

use binds::Binds;
use ledger::{Column, Dialect, insert_sql};

/// Writes many rows at once: those whose id exists are replaced, as far as `columns` go.
fn upsert_sql(dialect: Dialect, table: &str, columns: &[Column]) -> String {
    let others = columns.iter().filter(|(name, _)| *name != "id");
    let sets: Vec<String> = others.map(|(name, _)| format!("{name} = excluded.{name}")).collect();
    let insert = insert_sql(dialect, table, columns);
    format!("{insert} ON CONFLICT (id) DO UPDATE SET {}", sets.join(", "))
}
