//! The rules of a placement: what the rule book says of them, and how they stand for one student and one place.
//!
//! A rule's *row* is data (rules.toml): how hard it is, what it costs, its figures, from when. Its *decision* is code
//! here, once, in words and without: `judge` runs the same decisions as `check` and leaves the words unsaid.

mod book;
mod check;
mod decide;
mod numbers;
mod obstacles;
mod pair;
mod said;
mod words;

pub use book::{RuleBook, RuleBookError, RuleRow, Rules};
pub use check::{Check, Judgement, RuleResult, Verdict, Waiver, WaiverError};
pub use numbers::{Agreement, Days, Fees, House, Numbers, Supervision};
pub use obstacles::Obstacles;
pub use pair::{Facts, Made, Pair, PastPlacement, Standing, Teaching};

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! rules {
    ($($(#[$doc:meta])* $id:ident,)*) => {
        /// A rule, by the id that the rule book numbers it with. None is ever taken out: what was kept of a placement
        /// names it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Rule { $($(#[$doc])* $id,)* }

        impl Rule {
            /// In the order in which results list them.
            pub const ALL: &'static [Rule] = &[$(Rule::$id,)*];

            pub const fn id(self) -> &'static str {
                match self { $(Rule::$id => stringify!($id),)* }
            }
        }
    };
}

rules! {
    /// 200 days in all.
    P1,
    /// A missed day is added to the end.
    P2,
    /// Settings differ, at least one is statutory.
    P3,
    /// A stage 2 practice educator assesses the final placement.
    P4,
    /// Supervision.
    P5,
    /// Learning agreement.
    P6,
    /// An apprentice has a placement outside the employing team.
    P7,
    /// The practice educator is neither line manager nor relative.
    P8,
    /// Travel.
    P9,
    /// Each team hosts a final placement a year.
    P10,
    /// Daily fee.
    P11,
    /// A driver where one is required.
    P12,
    /// Never with an excluded partner.
    P13,
    /// One placement at a time, and a practice educator who is free.
    P14,
    /// Within the offer's window.
    W1,
    /// Days of the week.
    W2,
    /// Stage.
    W3,
    /// Academic year.
    W4,
    /// The offer is open.
    W5,
    /// A place is free.
    W6,
    /// The need is open.
    W7,
    /// Short journeys.
    C1,
    /// Preferred settings.
    C2,
    /// Contrast between kinds of service.
    C3,
    /// No ratifier needed.
    C4,
    /// Reaffirmed lately.
    C5,
    /// Starts when the student is free.
    C6,
}

impl Rule {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    pub fn find(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.id() == id)
    }

    /// Its place in `ALL`.
    pub const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// What a rule does with a pair that breaks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Forbids it, unless waived.
    Hard,
    /// Makes it cost.
    Soft,
    /// Says so.
    Reported,
}

/// A set of rules, small enough to be kept for each of many pairs.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct RuleSet(u32);

const _: () = assert!(Rule::COUNT <= 32, "a RuleSet has a bit for each rule");

impl RuleSet {
    pub const EMPTY: Self = Self(0);

    #[must_use]
    pub const fn with(self, rule: Rule) -> Self {
        Self(self.0 | 1 << rule.index())
    }

    pub const fn has(self, rule: Rule) -> bool {
        self.0 & 1 << rule.index() != 0
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn iter(self) -> impl Iterator<Item = Rule> {
        Rule::ALL.iter().copied().filter(move |rule| self.has(*rule))
    }
}

/// "{P4, P9}"
impl fmt::Debug for RuleSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub use tests::example;
