//! How far a plan or its application has come, for whoever waits for it.

use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Planning,
    Applying,
}

impl Phase {
    pub fn as_str(self) -> &'static str {
        match self {
            Phase::Planning => "planning",
            Phase::Applying => "applying",
        }
    }
}

/// The phase, and hundredths of it.
#[derive(Debug, Default)]
pub struct Progress(AtomicU64);

impl Progress {
    pub fn set(&self, phase: Phase, done: u64, steps: u64) {
        self.0.store(phase as u64 * 1_000 + done * 100 / steps.max(1), Ordering::Relaxed);
    }

    pub fn get(&self) -> (Phase, u64) {
        let both = self.0.load(Ordering::Relaxed);
        (if both < 1_000 { Phase::Planning } else { Phase::Applying }, both % 1_000)
    }
}
