//! Placements: one student in one place, from proposal to outcome.
//!
//! [`Step`] is the table of states; each step's guard and what it changes beside the placement is a method of its own.
//! A method that refuses has changed nothing that may be kept.

mod answer;
mod assessment;
mod concerns;
mod days;
mod proposal;
mod running;
mod steps;

pub use answer::Teachers;
pub use assessment::{Decision, Recommendation, Review, ReviewKind};
pub use concerns::Concern;
pub use days::{LedgerDay, Skills};
pub use proposal::Asked;
pub use running::EnrolmentAnswer;
pub use steps::{Party, Step};

use super::{
    Calendar, Day, EducatorName, Entry, NeedName, OfferName, Person, PlacementName, Refusal, Setting, Stage,
    Suspension, Weekdays, projected_end,
    rules::{RuleResult, Waiver},
};
use serde::{Deserialize, Serialize};
use vocabulary::{Instant, PartnerId, PersonName, Revision};

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

/// What the student's university said last of the enrolment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnrolmentCheck {
    Verified,
    Refused,
    /// It did not answer. The university means to confirm: it is asked again until it does.
    Pending,
}

/// One student in one place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Placement {
    pub name: PlacementName,
    pub revision: Revision,
    pub need: NeedName,
    pub offer: OfferName,
    pub student: Person,
    pub stage: Stage,
    pub setting: Setting,
    pub statutory: bool,
    pub practice_educator: Option<EducatorName>,
    /// Stage 2, behind somebody who is not.
    pub ratifier: Option<EducatorName>,
    pub onsite_supervisor: Option<PersonName>,
    pub state: PlacementState,
    /// Planned, then as started.
    pub start_date: Day,
    pub weekdays: Weekdays,
    pub days_required: u32,
    pub days_attended: u32,
    pub skills_days: u32,
    pub projected_end: Day,
    pub enrolment_check: Option<EnrolmentCheck>,
    /// Who confirmed it while the university did not answer.
    pub confirming: Option<PersonName>,
    /// Until when its place is held for an answer.
    pub held_until: Option<Instant>,
    pub suspensions: Vec<Suspension>,
    /// By date, then in the order of their kinds.
    pub reviews: Vec<Review>,
    pub concerns: Vec<Concern>,
    pub waivers: Vec<Waiver>,
    /// As they stood at confirmation.
    pub rules: Vec<RuleResult>,
    pub recommendation: Option<Recommendation>,
    /// With TERMINATED: of the days attended, those that count.
    pub days_credited: Option<u32>,
    pub reason: String,
    pub created: Instant,
    pub updated: Instant,
}

/// One change of a placement's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacementEvent {
    /// Nothing for the proposal.
    pub from: Option<PlacementState>,
    pub to: PlacementState,
    /// A person's name, or `partners/{partner}/clock` where time ran out.
    pub actor: String,
    pub reason: String,
    pub at: Instant,
}

/// Who does something, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    pub actor: String,
    pub at: Instant,
    /// The day on which that falls where the partnership is.
    pub today: Day,
}

impl Placement {
    pub const fn host(&self) -> &PartnerId {
        &self.offer.partner
    }

    pub const fn university(&self) -> &PartnerId {
        &self.need.partner
    }

    /// Whether a partner is the host or the university: to everybody else it is not there.
    pub fn concerns_partner(&self, partner: &PartnerId) -> bool {
        self.host() == partner || self.university() == partner
    }

    /// Where it stands at an instant: a hold that has run out is over, whether or not anybody has written that down.
    pub fn state_at(&self, now: Instant) -> PlacementState {
        let over = self.held_until.is_some_and(|until| until <= now);
        if over && self.state == PlacementState::Proposed { PlacementState::Expired } else { self.state }
    }

    /// Where the ledger and the pattern lead.
    fn project(&mut self, ledger: &[Entry], calendar: &Calendar) {
        let (start, target) = (self.start_date, self.days_required);
        self.projected_end = projected_end(start, self.weekdays, target, ledger, &self.suspensions, calendar);
    }

    /// Takes a step that the table has, and says what there is to remember of it.
    fn enter(&mut self, step: Step, reason: &str, by: &By) -> Result<PlacementEvent, Refusal> {
        let from = self.state_at(by.at);
        let to = step.from(from)?;
        self.state = to;
        self.updated = by.at;
        let (actor, reason) = (by.actor.clone(), reason.to_owned());
        Ok(PlacementEvent { from: Some(from), to, actor, reason, at: by.at })
    }
}
