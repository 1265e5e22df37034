//! Placements: one student in one place, from proposal to outcome.

use serde::{Deserialize, Serialize};

/// Where a placement stands. History is never removed: those that ended stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlacementState {
    Proposed,
    Accepted,
    Confirmed,
    InProgress,
    Suspended,
    Recommended,
    Passed,
    Failed,
    Declined,
    Expired,
    Withdrawn,
    Terminated,
}

impl PlacementState {
    /// As a sentence says it: "the placement is suspended".
    pub const fn words(self) -> &'static str {
        match self {
            PlacementState::Proposed => "proposed",
            PlacementState::Accepted => "accepted",
            PlacementState::Confirmed => "confirmed",
            PlacementState::InProgress => "in progress",
            PlacementState::Suspended => "suspended",
            PlacementState::Recommended => "recommended",
            PlacementState::Passed => "passed",
            PlacementState::Failed => "failed",
            PlacementState::Declined => "declined",
            PlacementState::Expired => "expired",
            PlacementState::Withdrawn => "withdrawn",
            PlacementState::Terminated => "terminated",
        }
    }

    /// Has not ended: the student is kept from another one.
    pub const fn is_live(self) -> bool {
        matches!(
            self,
            PlacementState::Proposed
                | PlacementState::Accepted
                | PlacementState::Confirmed
                | PlacementState::InProgress
                | PlacementState::Suspended
                | PlacementState::Recommended
        )
    }
}

/// The reviews of a placement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewKind {
    LearningAgreement,
    Midpoint,
    Final,
    Quality,
}

impl ReviewKind {
    pub const fn words(self) -> &'static str {
        match self {
            ReviewKind::LearningAgreement => "learning agreement",
            ReviewKind::Midpoint => "midpoint review",
            ReviewKind::Final => "final review",
            ReviewKind::Quality => "quality review",
        }
    }
}
