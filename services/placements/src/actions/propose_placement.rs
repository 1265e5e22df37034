//! ProposePlacement.

use super::case::Case;
use crate::{
    Placements,
    domain::{
        NeedName, Offer, OfferName, Placement, PlacementName, Refusal,
        match_run::Teachers,
        placement::Asked,
        rules::{PastPlacement, Waiver},
    },
    error::{Error, answered},
    store::{self, market},
};
use ledger::{Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, Caller, PartnerKind, RequestId, Role};

#[derive(Clone, Debug, Serialize)]
pub struct ProposePlacement {
    pub need: NeedName,
    pub offer: OfferName,
    /// Rules to set aside, and why.
    pub waivers: Vec<(String, String)>,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

/// Which student in which place.
#[derive(Clone, Debug)]
pub(super) struct Proposal {
    pub need: NeedName,
    pub offer: OfferName,
    pub waivers: Vec<Waiver>,
}

impl Placements {
    /// Holds a place for a student until the host answers or the hold runs out.
    ///
    /// # Errors
    /// Need or offer are absent, or not the caller's to put together; a rule that the caller may not set aside; a need
    /// or an offer that is not open; no free place; a student who is placed; a hard rule that is broken.
    #[tracing::instrument(skip_all)]
    pub async fn propose_placement(
        &self,
        call: &Call,
        ask: ProposePlacement,
    ) -> Result<Done<Placement>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.need)?.across();
        let work =
            self.ledger.write(write, (self.clone(), call.caller.clone(), ask), |unit, (app, caller, ask)| {
                Box::pin(async move {
                    if let Err(refusal) = permit(&caller, &ask) {
                        return Ok(Err(refusal));
                    }
                    let by = &caller.person;
                    let waiver = |(rule, reason)| Waiver { rule, reason, by: by.clone() };
                    let waivers = ask.waivers.into_iter().map(waiver).collect();
                    let proposal = Proposal { need: ask.need, offer: ask.offer, waivers };
                    propose(&app, unit, &caller, proposal).await
                })
            });
        answered(work.await?)
    }
}

/// By the names alone, so that a refusal tells nobody what there is.
fn permit(caller: &Caller, ask: &ProposePlacement) -> Result<(), Refusal> {
    let partnership = caller.has(Role::PartnershipCoordinator);
    if ask.need.partner != caller.partner {
        // A host's own coordinators wait for what universities propose.
        match ask.offer.partner == caller.partner {
            true if partnership => {}
            true => return Err(Refusal::NotTheUniversity),
            false => return Err(Refusal::not_found(&ask.need)),
        }
    }
    if ask.waivers.is_empty() || partnership { Ok(()) } else { Err(Refusal::WaiverNotAllowed) }
}

/// Proposes a placement, for the service: whether the caller may has been looked at before.
pub(super) async fn propose(
    app: &Placements,
    unit: &mut Unit,
    caller: &Caller,
    proposal: Proposal,
) -> Result<Result<Placement, Refusal>, Fault> {
    let tx = unit.tx();
    // A need's student never changes, and students are locked first.
    let Some(seen) = store::needs::get(tx, &proposal.need).await? else {
        return Ok(Err(Refusal::not_found(&proposal.need)));
    };
    let student = &seen.student.person;
    store::students::lock(tx, student).await?;
    let need = store::needs::lock(tx, &proposal.need).await?;
    let offer = store::offers::lock(tx, &proposal.offer).await?;
    let Some(need) = need else { return Ok(Err(Refusal::not_found(&proposal.need))) };
    let Some(offer) = offer.filter(|offer| is_shown(offer, caller)) else {
        return Ok(Err(Refusal::not_found(&proposal.offer)));
    };
    let educators = market::educators(tx, &[&offer.name.partner]).await?;
    let mut past = market::past(tx, &[student]).await?;
    let history: Vec<PastPlacement> = past.remove(student).unwrap_or_default();
    let asked = Asked {
        rules: &app.rules,
        host_kind: app.kind(&offer),
        history: &history,
        teachers: &Teachers::of(&educators),
    };
    let (name, by) = (PlacementName(app.new_id()), app.by(caller, unit.now()));
    let (mut matched, mut held) = (need.clone(), offer.clone());
    let proposed = Placement::propose(name, (&mut matched, &mut held), proposal.waivers, asked, &by);
    let (placement, event) = match proposed {
        Ok(both) => both,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let case = Case::made(placement, (need, matched), (offer, held));
    case.keep(app, unit, Some(event), &caller.partner).await.map(Ok)
}

/// Nobody but the host learns of what was never published.
fn is_shown(offer: &Offer, caller: &Caller) -> bool {
    offer.was_published() || offer.name.partner == caller.partner
}

impl Placements {
    pub(super) fn kind(&self, offer: &Offer) -> PartnerKind {
        // Whoever offers is a partner; what a partner was that is none any more matters for the fee alone.
        self.partners.get(&offer.name.partner).map_or(PartnerKind::Council, |partner| partner.kind)
    }
}
