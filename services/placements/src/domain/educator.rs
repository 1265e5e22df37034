//! Practice educators: who teaches and assesses, for how many, and until when they may.

use super::{Day, EducatorName, Person};
use serde::{Deserialize, Serialize};
use vocabulary::{Instant, Revision};

/// What a practice educator may assess. A later one may all that an earlier one may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Qualification {
    InTraining,
    #[serde(rename = "stage_1")]
    Stage1,
    #[serde(rename = "stage_2")]
    Stage2,
}

impl Qualification {
    pub const fn words(self) -> &'static str {
        match self {
            Qualification::InTraining => "in training",
            Qualification::Stage1 => "stage 1",
            Qualification::Stage2 => "stage 2",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Educator {
    pub name: EducatorName,
    pub revision: Revision,
    pub person: Person,
    pub qualification: Qualification,
    /// The last day on which the qualification counts; without one it does not run out.
    pub current_until: Option<Day>,
    pub max_learners: u32,
    /// Accepted placements that have not ended.
    pub learners: u32,
    pub team: String,
    pub created: Instant,
    pub updated: Instant,
}

impl Educator {
    /// Learners that they could take on now.
    pub const fn free(&self) -> u32 {
        self.max_learners.saturating_sub(self.learners)
    }

    /// Whether the qualification lasts to the end of a day.
    pub fn current_on(&self, day: Day) -> bool {
        self.current_until.is_none_or(|until| day <= until)
    }
}
