//! PublishPlacementOffer.

use crate::{
    Placements,
    domain::{Offer, OfferName},
    error::Error,
};
use ledger::{Done, Write};
use serde::Serialize;
use vocabulary::{Call, RequestId, Revision};

#[derive(Clone, Debug, Serialize)]
pub struct PublishPlacementOffer {
    pub name: OfferName,
    pub etag: Option<Revision>,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// Shows a draft to the universities.
    ///
    /// # Errors
    /// An absent offer, or another host's; a stale etag; one that is no draft; a window that has passed.
    #[tracing::instrument(skip_all)]
    pub async fn publish_placement_offer(
        &self,
        call: &Call,
        ask: PublishPlacementOffer,
    ) -> Result<Done<Offer>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.name)?;
        let me = self.clone();
        let publish = move |offer: &mut Offer, now| offer.publish(me.today(now).0, now);
        self.change_offer(call, write, (ask.name, ask.etag), publish).await
    }
}
