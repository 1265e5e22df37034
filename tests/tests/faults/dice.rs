//! Chance that can be repeated.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

/// A stream of random numbers (splitmix64).
pub struct Dice(u64);

impl Dice {
    /// The next stream of this run. All of them follow from `PRACTICUM_FAULTS_SEED`, or from the time, which is said.
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        if NEXT.load(Relaxed) == 0 {
            let now = vocabulary::micros(vocabulary::Clock::system().now()).unsigned_abs();
            let seed = crate::variable("PRACTICUM_FAULTS_SEED").unwrap_or(now).max(1);
            if NEXT.compare_exchange(0, seed, Relaxed, Relaxed).is_ok() {
                eprintln!("PRACTICUM_FAULTS_SEED={seed}");
            }
        }
        Self(NEXT.fetch_add(0x5851_f42d_4c95_7f2d, Relaxed))
    }

    /// A stream that follows from another one.
    pub fn of(other: &mut Self) -> Self {
        Self(other.draw())
    }

    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to just below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.draw() % n.max(1)
    }

    pub fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    pub fn millis(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_micros(from * 1_000 + self.below((to - from) * 1_000))
    }
}
