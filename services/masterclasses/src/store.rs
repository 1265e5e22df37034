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
    let sets: Vec<String> = columns
        .iter()
        .filter(|(name, _)| *name != "id")
        .map(|(name, _)| format!("{name} = excluded.{name}"))
        .collect();
    format!("{} ON CONFLICT (id) DO UPDATE SET {}", insert_sql(dialect, table, columns), sets.join(", "))
}

/// A booking's state as it is stored.
pub fn booking_state(word: &str) -> Option<crate::domain::BookingState> {
    tables::from_word(word).ok()
}
