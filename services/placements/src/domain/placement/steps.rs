//! The table of states: what leads from where to where, and who may.

use super::PlacementState;
use crate::domain::Refusal;

/// Who takes a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    Host,
    University,
    /// The host or the university.
    Either,
    /// Time runs out.
    Clock,
}

/// What leads a placement from one state to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Accept,
    Decline,
    Expire,
    Confirm,
    Start,
    Suspend,
    Resume,
    Recommend,
    Pass,
    Fail,
    Refer,
    Withdraw,
    Terminate,
}

impl Step {
    pub const ALL: [Step; 13] = [
        Step::Accept,
        Step::Decline,
        Step::Expire,
        Step::Confirm,
        Step::Start,
        Step::Suspend,
        Step::Resume,
        Step::Recommend,
        Step::Pass,
        Step::Fail,
        Step::Refer,
        Step::Withdraw,
        Step::Terminate,
    ];

    pub const fn party(self) -> Party {
        match self {
            Step::Accept | Step::Decline | Step::Start | Step::Recommend => Party::Host,
            Step::Confirm | Step::Pass | Step::Fail | Step::Refer => Party::University,
            Step::Suspend | Step::Resume | Step::Withdraw | Step::Terminate => Party::Either,
            Step::Expire => Party::Clock,
        }
    }

    /// Where it leads from a state.
    ///
    /// # Errors
    /// It leads nowhere from there. Whoever answers a proposal too late is told just that.
    pub const fn from(self, state: PlacementState) -> Result<PlacementState, Refusal> {
        use PlacementState::{
            Accepted, Confirmed, Declined, Expired, Failed, InProgress, Passed, Proposed, Recommended,
            Suspended, Terminated, Withdrawn,
        };
        match (self, state) {
            (Step::Accept, Proposed) => Ok(Accepted),
            (Step::Decline, Proposed) => Ok(Declined),
            (Step::Accept | Step::Decline, Expired) => Err(Refusal::HoldExpired),
            (Step::Expire, Proposed) => Ok(Expired),
            (Step::Confirm, Accepted) => Ok(Confirmed),
            (Step::Start, Confirmed) | (Step::Resume, Suspended) | (Step::Refer, Recommended) => {
                Ok(InProgress)
            }
            (Step::Suspend, InProgress) => Ok(Suspended),
            (Step::Recommend, InProgress) => Ok(Recommended),
            (Step::Pass, Recommended) => Ok(Passed),
            (Step::Fail, Recommended) => Ok(Failed),
            (Step::Withdraw, Proposed | Accepted | Confirmed) => Ok(Withdrawn),
            (Step::Terminate, InProgress | Suspended) => Ok(Terminated),
            (_, state) => Err(Refusal::TransitionNotAllowed { state }),
        }
    }
}
