//! Bugs that tests plant, to prove that they would be caught. Nothing outside tests names them.

use std::sync::atomic::{AtomicU8, Ordering};

/// A known bug.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Fault {
    /// Values are set without comparing revisions, here and in Redis.
    PlainSet = 1,
    /// Everybody who misses loads for themselves.
    Stampede = 2,
    /// A doubted feed is believed.
    NeverDoubt = 4,
    /// A caller's minimal revision is not looked at.
    IgnoreMin = 8,
}

#[derive(Debug, Default)]
pub(crate) struct Faults(AtomicU8);

impl Faults {
    pub(crate) fn plant(&self, fault: Fault) {
        self.0.fetch_or(fault as u8, Ordering::SeqCst);
    }

    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.0.load(Ordering::Relaxed) & fault as u8 != 0
    }
}
