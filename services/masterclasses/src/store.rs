//! The queries, by noun. Each takes an open transaction, whose scope it honours.

pub mod bookings;
pub mod desk;
pub mod learning_needs;
pub mod masterclasses;
pub mod migrations;
pub mod sessions;
mod tables;

/// A booking's state as it is stored.
pub fn booking_state(word: &str) -> Option<crate::domain::BookingState> {
    tables::from_word(word).ok()
}
