//! The queries, by noun. Each takes an open transaction, whose scope it honours.

pub mod bookings;
pub mod desk;
pub mod learning_needs;
pub mod masterclasses;
pub mod migrations;
pub mod sessions;
mod tables;

use ledger::{Column, Dialect, insert_sql};

/// Writes many rows at once: those whose id exists are replaced.
fn upsert_sql(dialect: Dialect, table: &str, columns: &[Column]) -> String {
    format!("{} {}", insert_sql(dialect, table, columns), or_replace_sql(columns))
}

/// What follows an INSERT whose rows replace those that have their id.
fn or_replace_sql(columns: &[Column]) -> String {
    let others = columns.iter().filter(|(name, _)| *name != "id");
    let sets: Vec<String> = others.map(|(name, _)| format!("{name} = excluded.{name}")).collect();
    format!("ON CONFLICT (id) DO UPDATE SET {}", sets.join(", "))
}

/// A booking's state as it is stored.
pub fn booking_state(word: &str) -> Option<crate::domain::BookingState> {
    tables::from_word(word).ok()
}
