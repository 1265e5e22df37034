//! Which of a student's two assessed placements.

use serde::{Deserialize, Serialize};

/// A student serves the first before the final one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    First,
    Final,
}

impl Stage {
    /// As a sentence says it: "a final placement".
    pub const fn words(self) -> &'static str {
        match self {
            Stage::First => "first",
            Stage::Final => "final",
        }
    }
}
