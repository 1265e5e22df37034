//! Time, handed in. Whatever must be judged once for all replicas (offers, booking windows) is judged by
//! the database's clock, to which [`Clock::shift_micros`] is added, so that a test can move it.

use chrono::{DateTime, Utc};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// An instant in UTC, in whole microseconds: what both databases keep.
pub type Instant = DateTime<Utc>;

/// Microseconds since 1970.
pub fn micros(instant: Instant) -> i64 {
    instant.timestamp_micros()
}

/// The instant so many microseconds after 1970. Saturates at the ends of what can be written.
pub fn from_micros(micros: i64) -> Instant {
    DateTime::from_timestamp_micros(micros).unwrap_or(if micros < 0 {
        DateTime::<Utc>::MIN_UTC
    } else {
        DateTime::<Utc>::MAX_UTC
    })
}

/// The system's clock, and a shift that only tests set.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The machine's own time.
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that [`Clock::advance`] moves.
    pub fn movable() -> Self {
        Self(Some(Arc::default()))
    }

    /// Moves a movable clock; does nothing to the system's.
    pub fn advance(&self, by: chrono::Duration) {
        if let Some(shift) = &self.0 {
            shift.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
        }
    }

    /// What is added to the database's clock, in microseconds. Zero outside tests.
    pub fn shift_micros(&self) -> i64 {
        self.0.as_ref().map_or(0, |shift| shift.load(Ordering::SeqCst))
    }

    /// Now, in whole microseconds.
    #[allow(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn now(&self) -> Instant {
        from_micros(Utc::now().timestamp_micros() + self.shift_micros())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_survives_storage_and_a_movable_clock_moves() {
        let clock = Clock::movable();
        let before = clock.now();
        assert_eq!(from_micros(micros(before)), before);
        clock.advance(chrono::Duration::hours(48));
        assert!(clock.now() - before >= chrono::Duration::hours(48));
        assert_eq!(from_micros(i64::MAX), DateTime::<Utc>::MAX_UTC);
    }
}
