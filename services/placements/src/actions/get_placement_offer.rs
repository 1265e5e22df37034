//! GetPlacementOffer.

use crate::{
    Placements,
    domain::{Offer, OfferName, OfferState},
    error::Error,
    store,
};
use cache::Cached;
use std::sync::Arc;
use vocabulary::{Call, PartnerKind, Scope};

impl Placements {
    /// An offer with its places: for its host, for every university while it is open, and for a university that has a
    /// placement on it. Through the cache: at most a second behind, and never behind the revision that the call asks for.
    /// Whoever asks is looked at after the cache, since what lies there is for anybody who may see it.
    ///
    /// # Errors
    /// An offer that is absent or not the caller's to see; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn get_placement_offer(
        &self,
        call: &Call,
        name: &OfferName,
    ) -> Result<Arc<Cached<Offer>>, Error> {
        let (host, university) =
            (call.caller.partner == name.partner, call.caller.kind == PartnerKind::University);
        if !host && !university {
            return Err(Error::not_found(name));
        }
        let found = self.shelved_offer(call, name).await?.ok_or_else(|| Error::not_found(name))?;
        if host || found.value.state == OfferState::Open {
            return Ok(found);
        }
        let tx = self.ledger.read(call).await?;
        let placed = store::offers::get(&tx, name).await?;
        tx.commit().await?;
        let placed = placed.ok_or_else(|| Error::not_found(name))?;
        Ok(Arc::new(Cached { revision: placed.revision, value: Arc::new(placed) }))
    }

    /// Any offer, whoever may see it.
    async fn shelved_offer(
        &self,
        call: &Call,
        name: &OfferName,
    ) -> Result<Option<Arc<Cached<Offer>>>, Error> {
        let key = name.key();
        if let Some(hit) = self.offers.peek(&key, call.min_revision) {
            return Ok(Some(hit));
        }
        self.ledger.reached(call).await?;
        let (database, name, deadline) = (self.ledger.database.clone(), name.clone(), call.deadline);
        let load = async move {
            let tx = database.read(&Scope::Service, Some(deadline)).await?;
            let found = store::offers::get(&tx, &name).await?;
            tx.commit().await?;
            Ok::<_, Error>(found.map(|offer| (offer.revision, offer)))
        };
        self.offers.get(&key, call.min_revision, load).await
    }
}
