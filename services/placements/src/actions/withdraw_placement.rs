//! WithdrawPlacement.

use super::case::{Reach, Target, place};
use crate::{
    Placements,
    domain::{Placement, placement::Party},
    error::Error,
};
use ledger::Done;
use vocabulary::{Call, RequestId};

#[derive(Clone, Debug)]
pub struct WithdrawPlacement {
    pub target: Target,
    pub reason: String,
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// A party takes it back before it starts: the place is free, the history stays.
    ///
    /// # Errors
    /// A placement that is absent or none of the caller's; a stale etag; a placement that has started or ended.
    #[tracing::instrument(skip_all)]
    pub async fn withdraw_placement(
        &self,
        call: &Call,
        ask: WithdrawPlacement,
    ) -> Result<Done<Placement>, Error> {
        let reach = Reach::PLACE;
        let asked = (ask.target, ask.request_id, ask.reason);
        let led = self.lead(call, asked, (Party::Either, reach), |_app, case, reason, by| {
            let place = place(&mut case.need, &mut case.offer)?;
            case.placement.withdraw(place, case.educator.as_mut(), reason, by).map(Some)
        });
        led.await
    }
}
