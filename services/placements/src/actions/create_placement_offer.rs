//! CreatePlacementOffer.

use crate::{
    Placements,
    changes::offer_change,
    domain::{Offer, OfferName, OfferTerms, Place, Refusal},
    error::{Error, answered},
    store,
};
use ledger::{ChangeKind, Done, Fault, Unit, Write};
use serde::Serialize;
use std::sync::Arc;
use vocabulary::{Call, RequestId, ResourceId};

#[derive(Clone, Debug, Serialize)]
pub struct CreatePlacementOffer {
    /// The last segment of its name; chosen here where it is not given.
    pub id: Option<ResourceId>,
    pub terms: OfferTerms<Place>,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// Drafts an offer of the caller's partner.
    ///
    /// # Errors
    /// A name that is taken; a place that nobody knows on the map; a window that ends before it begins; practice
    /// educators whom the partner does not have.
    #[tracing::instrument(skip_all)]
    pub async fn create_placement_offer(
        &self,
        call: &Call,
        ask: CreatePlacementOffer,
    ) -> Result<Done<Offer>, Error> {
        let id = ask.id.clone().unwrap_or_else(|| self.new_id());
        let name = OfferName { partner: call.caller.partner.clone(), id };
        let write = Write::of(call, ask.request_id, &ask, &name)?;
        let location = self.located("placement_offer.location", &ask.terms.location)?;
        let with = (name, ask.terms.at(location));
        let work = self.ledger.write(write, with, |unit, (name, terms)| Box::pin(create(unit, name, terms)));
        Ok(self.shelve_offer(answered(work.await?)?))
    }

    /// Refreshes the cache with an offer that has just been written.
    pub(super) fn shelve_offer(&self, done: Done<Offer>) -> Done<Offer> {
        self.offers.put(&done.value.name.key(), done.value.revision, Arc::new(done.value.clone()));
        done
    }
}

async fn create(
    unit: &mut Unit,
    name: OfferName,
    terms: OfferTerms,
) -> Result<Result<Offer, Refusal>, Fault> {
    if let Err(refusal) = terms.check(&name) {
        return Ok(Err(refusal));
    }
    if store::offers::lock(unit.tx(), &name).await?.is_some() {
        return Ok(Err(Refusal::OfferExists));
    }
    if let Some(unknown) = store::educators::unknown(unit.tx(), &terms.practice_educators).await? {
        return Ok(Err(OfferTerms::unknown(unknown)));
    }
    let mut offer = Offer::drafted(name, terms, unit.now());
    // Universities hear of it once it is published.
    let change = offer_change(&offer, &[], offer.name.partner.clone(), ChangeKind::Created);
    offer.revision = unit.revise(vec![change]).await?[0];
    store::offers::add(unit.tx(), &offer).await?;
    Ok(Ok(offer))
}
