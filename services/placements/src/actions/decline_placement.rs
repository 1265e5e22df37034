//! DeclinePlacement.

use super::case::{Reach, Target, place};
use crate::{
    Placements,
    domain::{Placement, placement::Party},
    error::Error,
};
use ledger::Done;
use vocabulary::{Call, RequestId};

#[derive(Clone, Debug)]
pub struct DeclinePlacement {
    pub target: Target,
    pub reason: String,
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// The host refuses a proposal: the place is free.
    ///
    /// # Errors
    /// A placement that is absent or none of the caller's; a stale etag; a hold that has run out; a placement that is not
    /// proposed.
    #[tracing::instrument(skip_all)]
    pub async fn decline_placement(
        &self,
        call: &Call,
        ask: DeclinePlacement,
    ) -> Result<Done<Placement>, Error> {
        let reach = Reach { educator: false, ..Reach::PLACE };
        let asked = (ask.target, ask.request_id, ask.reason);
        let led = self.lead(call, asked, (Party::Host, reach), |_app, case, reason, by| {
            let place = place(&mut case.need, &mut case.offer)?;
            case.placement.decline(place, reason, by).map(Some)
        });
        led.await
    }
}
