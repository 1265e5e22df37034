//! Kinds of service in which a placement may be.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    FamiliesFirst,
    ChildrenLookedAfter,
    YoungPeople,
    Fostering,
    ChildrenWithDisabilities,
    EarlyHelp,
    Adults,
    MentalHealth,
    VoluntarySector,
}

impl Setting {
    /// As a sentence says it.
    pub const fn words(self) -> &'static str {
        match self {
            Setting::FamiliesFirst => "families first",
            Setting::ChildrenLookedAfter => "children looked after",
            Setting::YoungPeople => "young people",
            Setting::Fostering => "fostering",
            Setting::ChildrenWithDisabilities => "children with disabilities",
            Setting::EarlyHelp => "early help",
            Setting::Adults => "adults",
            Setting::MentalHealth => "mental health",
            Setting::VoluntarySector => "the voluntary sector",
        }
    }
}
