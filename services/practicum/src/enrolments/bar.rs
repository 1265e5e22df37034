//! How far a sync has come, on standard error while somebody looks at it.

use crate::columns::grouped;
use contracts::enrolments::v1::SyncProgress;
use std::io::{IsTerminal, Write};

const WIDTH: usize = 24;

/// A line that is written over; nothing where standard error is no terminal.
pub struct Bar {
    on: bool,
    total: u64,
    shown: String,
}

impl Bar {
    pub fn new(total: u64) -> Self {
        Self { on: std::io::stderr().is_terminal(), total, shown: String::new() }
    }

    /// So many records are stored.
    pub fn stored(&mut self, records: i64) {
        self.show(line("sending", records.max(0).unsigned_abs(), self.total));
    }

    pub fn working(&mut self, progress: &SyncProgress) {
        let number = |number: i64| number.max(0).unsigned_abs();
        self.show(line(&progress.phase, number(progress.done), number(progress.total)));
    }

    /// Says something on a line of its own.
    pub fn say(&mut self, text: &str) {
        self.clear();
        eprintln!("{text}");
    }

    pub fn clear(&mut self) {
        if !self.shown.is_empty() {
            // Nobody is harmed where the terminal has gone.
            let _ = write!(std::io::stderr(), "\r\x1b[K");
            self.shown.clear();
        }
    }

    fn show(&mut self, line: String) {
        if self.on && line != self.shown {
            let _ = write!(std::io::stderr(), "\r\x1b[K{line}");
            self.shown = line;
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.clear();
    }
}

fn line(phase: &str, done: u64, total: u64) -> String {
    // What was counted beforehand is about right, and no bar is fuller than full.
    let total = total.max(done);
    let share = done.saturating_mul(100).checked_div(total).unwrap_or(100);
    let filled = usize::try_from(share).unwrap_or(0) * WIDTH / 100;
    let phase: String = phase.chars().filter(|c| c.is_alphanumeric()).take(12).collect();
    format!(
        "{phase:<9} [{}{}] {share:>3} %  {} of {}",
        "#".repeat(filled),
        ".".repeat(WIDTH - filled),
        grouped(done),
        grouped(total)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_never_fuller_than_full() {
        assert_eq!(
            line("sending", 5_000, 10_000),
            "sending   [############............]  50 %  5,000 of 10,000"
        );
        assert!(line("planning", 7, 5).ends_with("100 %  7 of 7"));
        assert!(line("\x1b[2Japplying", 0, 0).starts_with("2Japplying [####"));
    }
}
