//! TerminatePlacement.

use super::case::{Reach, Target};
use crate::{
    Placements,
    domain::{Placement, placement::Party},
    error::Error,
};
use ledger::Done;
use vocabulary::{Call, RequestId};

#[derive(Clone, Debug)]
pub struct TerminatePlacement {
    pub target: Target,
    pub reason: String,
    pub days_credited: u32,
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// Ends it early, with the days that count.
    ///
    /// # Errors
    /// A placement that is absent or none of the caller's; a stale etag; more days than were attended; a placement that is
    /// neither in progress nor suspended.
    #[tracing::instrument(skip_all)]
    pub async fn terminate_placement(
        &self,
        call: &Call,
        ask: TerminatePlacement,
    ) -> Result<Done<Placement>, Error> {
        let reach = Reach { educator: true, ..Reach::default() };
        let asked = (ask.target, ask.request_id, (ask.reason, ask.days_credited));
        let led =
            self.lead(call, asked, (Party::Either, reach), |_app, case, (reason, days_credited), by| {
                case.placement.terminate(case.educator.as_mut(), (reason, days_credited), by).map(Some)
            });
        led.await
    }
}
