//! SuspendPlacement.

use super::case::{Reach, Target};
use crate::{
    Placements,
    domain::{Placement, placement::Party},
    error::Error,
};
use ledger::Done;
use vocabulary::{Call, RequestId};

#[derive(Clone, Debug)]
pub struct SuspendPlacement {
    pub target: Target,
    pub reason: String,
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// No days are served until it resumes.
    ///
    /// # Errors
    /// A placement that is absent or none of the caller's; a stale etag; a placement that is not in progress.
    #[tracing::instrument(skip_all)]
    pub async fn suspend_placement(
        &self,
        call: &Call,
        ask: SuspendPlacement,
    ) -> Result<Done<Placement>, Error> {
        let reach = Reach::default();
        let asked = (ask.target, ask.request_id, ask.reason);
        let led = self.lead(call, asked, (Party::Either, reach), |_app, case, reason, by| {
            case.placement.suspend(reason, by).map(Some)
        });
        led.await
    }
}
