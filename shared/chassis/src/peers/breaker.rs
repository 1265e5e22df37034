//! What spares a peer that does not answer, and whoever would wait for it: a breaker for each, and a budget for trying
//! again.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// Failures in a row after which nobody is let through for a while.
const FAILURES: u32 = 5;
/// How long; then one call may look whether it is better.
const REST: Duration = Duration::from_secs(2);
/// Of calls, how many may be repeated: a tenth, and ten at once.
const BUDGET: f64 = 0.1;
const SAVED: f64 = 10.0;

/// One peer's.
#[derive(Debug)]
pub struct Breaker(Mutex<State>);

#[derive(Debug)]
struct State {
    failures: u32,
    /// Until when nobody is let through.
    until: Option<Instant>,
    /// Repeats that are left.
    budget: f64,
}

impl Default for Breaker {
    fn default() -> Self {
        Self(Mutex::new(State { failures: 0, until: None, budget: SAVED }))
    }
}

impl Breaker {
    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether a call may be made now. After the rest one is let through, and the others once it has succeeded.
    pub fn lets_through(&self, now: Instant) -> bool {
        self.with(|state| match state.until {
            Some(until) if now < until => false,
            Some(_) => {
                state.until = Some(now + REST);
                true
            }
            None => true,
        })
    }

    /// A call that was made for the first time.
    pub fn called(&self) {
        self.with(|state| state.budget = (state.budget + BUDGET).min(SAVED));
    }

    /// Whether a call that failed may be made again.
    pub fn may_repeat(&self) -> bool {
        self.with(|state| {
            let left = state.budget >= 1.0 && state.until.is_none();
            if left {
                state.budget -= 1.0;
            }
            left
        })
    }

    /// The peer answered, whatever it said.
    pub fn answered(&self) {
        self.with(|state| (state.failures, state.until) = (0, None));
    }

    /// It did not.
    pub fn failed(&self, now: Instant) {
        self.with(|state| {
            state.failures = state.failures.saturating_add(1);
            if state.failures >= FAILURES {
                state.until = Some(now + REST);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_that_keeps_failing_is_left_alone_until_one_call_finds_it_better() {
        let (breaker, now) = (Breaker::default(), Instant::now());
        for _ in 0..FAILURES {
            assert!(breaker.lets_through(now));
            breaker.failed(now);
        }
        assert!(!breaker.lets_through(now) && !breaker.may_repeat());
        assert!(breaker.lets_through(now + REST), "one looks whether it is better");
        assert!(!breaker.lets_through(now + REST), "and nobody else meanwhile");
        breaker.answered();
        assert!(breaker.lets_through(now + REST) && breaker.may_repeat());
    }

    #[test]
    fn of_many_calls_that_fail_a_tenth_is_repeated() {
        let breaker = Breaker::default();
        let repeated = (0..1_000).filter(|_| {
            breaker.called();
            breaker.may_repeat()
        });
        let repeated = repeated.count();
        assert!((100..=110).contains(&repeated), "{repeated}");
    }
}
