//! WithdrawPlacementOffer.

use crate::{
    Placements,
    domain::{Offer, OfferName},
    error::Error,
};
use ledger::{Done, Write};
use serde::Serialize;
use vocabulary::{Call, RequestId, Revision};

#[derive(Clone, Debug, Serialize)]
pub struct WithdrawPlacementOffer {
    pub name: OfferName,
    pub etag: Option<Revision>,
    pub reason: String,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// Takes back the places that are not in use. Placements that are stay as they are.
    ///
    /// # Errors
    /// An absent offer, or another host's; a stale etag; one that is withdrawn already, or has lapsed.
    #[tracing::instrument(skip_all)]
    pub async fn withdraw_placement_offer(
        &self,
        call: &Call,
        ask: WithdrawPlacementOffer,
    ) -> Result<Done<Offer>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.name)?;
        let (on, reason) = ((ask.name, ask.etag), ask.reason);
        self.change_offer(call, write, on, move |offer, now| offer.withdraw(reason.clone(), now)).await
    }
}
