//! UpdatePlacementOffer.

use super::{check_etag, own};
use crate::{
    Placements,
    changes::offer_change,
    domain::{Offer, OfferEdit, OfferName, OfferTerms, Place, Refusal},
    error::{Error, answered},
    store,
};
use ledger::{ChangeKind, Done, Fault, Unit, Write};
use serde::Serialize;
use std::sync::Arc;
use vocabulary::{Call, Caller, Instant, PartnerId, RequestId, Revision};

#[derive(Clone, Debug, Serialize)]
pub struct UpdatePlacementOffer {
    pub name: OfferName,
    pub etag: Option<Revision>,
    /// All that is to change but where it is.
    pub edit: OfferEdit,
    pub place: Option<Place>,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

/// An offer of the caller's partner, and what changes with it.
#[derive(Clone)]
pub(super) struct Changing {
    pub name: OfferName,
    pub etag: Option<Revision>,
    caller: Caller,
    universities: Arc<[PartnerId]>,
}

impl Placements {
    /// Sets the fields that the edit names.
    ///
    /// # Errors
    /// An absent offer, or another host's; a stale etag; one that is neither a draft nor open; fewer places than are in
    /// use; a change to what placements rely on; terms that do not agree.
    #[tracing::instrument(skip_all)]
    pub async fn update_placement_offer(
        &self,
        call: &Call,
        ask: UpdatePlacementOffer,
    ) -> Result<Done<Offer>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.name)?;
        let place = ask.place.as_ref().map(|place| self.located("placement_offer.location", place));
        let edit = OfferEdit { location: place.transpose()?, ..ask.edit };
        self.change_offer(call, write, (ask.name, ask.etag), move |offer, now| offer.edit(edit.clone(), now))
            .await
    }

    /// Changes an offer of the caller's partner under its lock.
    pub(super) async fn change_offer(
        &self,
        call: &Call,
        write: Write,
        (name, etag): (OfferName, Option<Revision>),
        change: impl Fn(&mut Offer, Instant) -> Result<(), Refusal> + Clone + Send + Sync + 'static,
    ) -> Result<Done<Offer>, Error> {
        let (caller, universities) = (call.caller.clone(), self.universities.clone());
        let with = (Changing { name, etag, caller, universities }, change);
        let work = self.ledger.write(write, with, |unit, (on, change)| Box::pin(changed(unit, on, change)));
        Ok(self.shelve_offer(answered(work.await?)?))
    }
}

async fn changed(
    unit: &mut Unit,
    on: Changing,
    change: impl Fn(&mut Offer, Instant) -> Result<(), Refusal>,
) -> Result<Result<Offer, Refusal>, Fault> {
    if let Err(refusal) = own(&on.caller, &on.name.partner, &on.name) {
        return Ok(Err(refusal));
    }
    let Some(mut offer) = store::offers::lock(unit.tx(), &on.name).await? else {
        return Ok(Err(Refusal::not_found(&on.name)));
    };
    let (before, now) = (offer.terms.practice_educators.clone(), unit.now());
    let made = check_etag(on.etag, offer.revision).and_then(|()| change(&mut offer, now));
    if let Err(refusal) = made {
        return Ok(Err(refusal));
    }
    let named = &offer.terms.practice_educators;
    if *named != before
        && let Some(unknown) = store::educators::unknown(unit.tx(), named).await?
    {
        return Ok(Err(OfferTerms::unknown(unknown)));
    }
    let told = offer_change(&offer, &on.universities, on.caller.partner, ChangeKind::Updated);
    offer.revision = unit.revise(vec![told]).await?[0];
    store::offers::save(unit.tx(), &[&offer]).await?;
    Ok(Ok(offer))
}
