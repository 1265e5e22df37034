//! ReaffirmPlacementOffer.

use crate::{
    Placements,
    domain::{Offer, OfferName},
    error::Error,
};
use ledger::{Done, Write};
use serde::Serialize;
use vocabulary::{Call, RequestId};

#[derive(Clone, Debug, Serialize)]
pub struct ReaffirmPlacementOffer {
    pub name: OfferName,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// Stamps an open offer as still true.
    ///
    /// # Errors
    /// An absent offer, or another host's; one that is not open.
    #[tracing::instrument(skip_all)]
    pub async fn reaffirm_placement_offer(
        &self,
        call: &Call,
        ask: ReaffirmPlacementOffer,
    ) -> Result<Done<Offer>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.name)?;
        self.change_offer(call, write, (ask.name, None), Offer::reaffirm).await
    }
}
