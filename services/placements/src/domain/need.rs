//! Placement needs: the students who look for a place.

use super::{AcademicYear, Day, Location, NeedName, Person, PlacementName, Setting, Stage, Weekdays};
use serde::{Deserialize, Serialize};
use vocabulary::{Instant, PartnerId, Personal, Revision};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeedState {
    Open,
    Matched,
    Withdrawn,
}

impl NeedState {
    pub const fn words(self) -> &'static str {
        match self {
            NeedState::Open => "open",
            NeedState::Matched => "matched",
            NeedState::Withdrawn => "withdrawn",
        }
    }
}

/// A placement that the student served elsewhere, for the rules that look back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierPlacement {
    pub stage: Stage,
    pub setting: Setting,
    pub statutory: bool,
    /// `partners/{partner}`, or a name.
    pub host: String,
}

/// What a university says of a student's need.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NeedTerms {
    pub academic_year: AcademicYear,
    /// From when the student is free.
    pub start_date: Day,
    pub weekdays: Weekdays,
    /// Where the student travels from.
    pub home: Personal<Location>,
    /// One way; the rule book's limit where there is none.
    pub max_travel_minutes: Option<u32>,
    pub drives: bool,
    /// Best first.
    pub preferred_settings: Vec<Setting>,
    pub earlier_placements: Vec<EarlierPlacement>,
    /// Where the student must not be placed; in order.
    pub excluded_partners: Vec<PartnerId>,
    /// Reasonable adjustments: special category data.
    pub adjustments: Personal<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Need {
    pub name: NeedName,
    pub revision: Revision,
    pub student: Person,
    pub stage: Stage,
    pub terms: NeedTerms,
    pub state: NeedState,
    /// The live placement that answers it.
    pub placement: Option<PlacementName>,
    pub created: Instant,
    pub updated: Instant,
}
