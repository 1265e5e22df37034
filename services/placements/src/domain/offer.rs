//! Placement offers: the places that a team of a host has in one academic year.

use super::{AcademicYear, Day, EducatorName, Location, OfferName, Setting, Stage, Weekdays};
use serde::{Deserialize, Serialize};
use vocabulary::{Instant, Revision};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferState {
    Draft,
    Open,
    Withdrawn,
    Lapsed,
}

impl OfferState {
    pub const fn words(self) -> &'static str {
        match self {
            OfferState::Draft => "a draft",
            OfferState::Open => "open",
            OfferState::Withdrawn => "withdrawn",
            OfferState::Lapsed => "lapsed",
        }
    }
}

/// What a host says of its places.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfferTerms {
    pub academic_year: AcademicYear,
    pub team: String,
    pub setting: Setting,
    pub statutory: bool,
    /// Stages that the places suit, in order, at least one.
    pub stages: Vec<Stage>,
    pub places: u32,
    /// The window within which a placement must fall.
    pub earliest_start_date: Option<Day>,
    pub latest_end_date: Option<Day>,
    pub weekdays: Weekdays,
    pub location: Location,
    pub driver_required: bool,
    /// Who will teach, as far as known; in order of their names.
    pub practice_educators: Vec<EducatorName>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    pub name: OfferName,
    pub revision: Revision,
    pub terms: OfferTerms,
    /// Kept for proposals that wait for an answer.
    pub places_held: u32,
    /// In use by accepted placements.
    pub places_taken: u32,
    pub state: OfferState,
    /// When the host last said that it is still true; not before it is published.
    pub reaffirmed: Option<Instant>,
    pub withdraw_reason: String,
    pub created: Instant,
    pub updated: Instant,
}

impl Offer {
    /// Places that nobody holds or has taken.
    pub const fn free(&self) -> u32 {
        self.terms.places.saturating_sub(self.places_held + self.places_taken)
    }
}
