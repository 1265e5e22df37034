//! DecideOutcome.

use super::case::{Reach, Target};
use crate::{
    Placements,
    domain::{
        Placement,
        placement::{Decision, Party},
    },
    error::Error,
};
use ledger::Done;
use vocabulary::{Call, RequestId};

#[derive(Clone, Debug)]
pub struct DecideOutcome {
    pub target: Target,
    pub decision: Decision,
    pub reason: String,
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// The university passes, fails, or sends the student back for further days.
    ///
    /// # Errors
    /// A placement that is absent or none of the caller's; a stale etag; a placement that nobody has recommended on.
    #[tracing::instrument(skip_all)]
    pub async fn decide_outcome(&self, call: &Call, ask: DecideOutcome) -> Result<Done<Placement>, Error> {
        let reach = Reach { educator: true, ledger: true, ..Reach::default() };
        let asked = (ask.target, ask.request_id, (ask.decision, ask.reason));
        let led = self.lead(call, asked, (Party::University, reach), |app, case, (decision, reason), by| {
            let ledger = (case.ledger.as_slice(), app.rules.calendar());
            case.placement.decide((decision, reason), case.educator.as_mut(), ledger, by).map(Some)
        });
        led.await
    }
}
