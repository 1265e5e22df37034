//! CheckPlacement.

use crate::{
    Placements,
    domain::{
        EducatorName, Need, NeedName, Offer, OfferName,
        match_run::Teachers,
        rules::{Check, Made, Pair, Teaching},
    },
    error::Error,
    store::{self, market},
};
use ledger::Tx;
use vocabulary::{Call, PartnerKind, Scope};

#[derive(Clone, Debug)]
pub struct CheckPlacement {
    pub need: NeedName,
    pub offer: OfferName,
    /// Who would teach; without one the rules about them stay open.
    pub educator: Option<EducatorName>,
}

impl Placements {
    /// Every rule, and how it stands for one student and one offer, both of which the caller has to see: a university
    /// its own student and an open offer, a host its own offer and a student whom it has accepted. Changes nothing.
    ///
    /// # Errors
    /// A need, an offer or a practice educator that is absent or not the caller's to see; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn check_placement(&self, call: &Call, ask: CheckPlacement) -> Result<Check, Error> {
        let tx = self.ledger.read(call).await?;
        let need = store::needs::get(&tx, &ask.need).await?;
        tx.commit().await?;
        let need = need.ok_or_else(|| Error::not_found(&ask.need))?;
        let offer = self.get_placement_offer(call, &ask.offer).await?;
        let tx = self.ledger.database.read(&Scope::Service, Some(call.deadline)).await?;
        let check = self.checked(&tx, call, (&need, &offer.value), ask.educator.as_ref()).await?;
        tx.commit().await?;
        Ok(check)
    }

    async fn checked(
        &self,
        tx: &Tx,
        call: &Call,
        (need, offer): (&Need, &Offer),
        named: Option<&EducatorName>,
    ) -> Result<Check, Error> {
        let host = &offer.name.partner;
        let educators = market::educators(tx, &[host]).await?;
        let past = market::past(tx, &[&need.student.person]).await?;
        let made = match &need.placement {
            Some(placement) => market::made(tx, placement).await?.filter(|made| made.offer == offer.name),
            None => None,
        };
        let teachers = Teachers::of(&educators);
        let candidates = teachers.named_by(offer);
        // A host may name anybody of its own; others know those whom the offer names.
        let known = |name: &&EducatorName| {
            call.caller.partner == *host || offer.terms.practice_educators.contains(name)
        };
        let open = Teaching::Open { candidates: &candidates, host_has_stage_2: false };
        let teaching = match named {
            None => open,
            Some(name) => {
                let educator = Some(name).filter(known).and_then(|name| teachers.get(name));
                let educator = educator.ok_or_else(|| Error::not_found(name))?;
                let counted = made.as_ref().is_some_and(|made| made.practice_educator.as_ref() == Some(name));
                Teaching::Named { educator, ratifier: None, counted }
            }
        };
        let mut pair = Pair {
            need,
            offer,
            host_kind: self.partners.get(host).map_or(PartnerKind::Council, |partner| partner.kind),
            employer: None,
            teaching,
            history: past.get(&need.student.person).map_or(&[], Vec::as_slice),
            made: made.as_ref().map(|made| Made {
                name: &made.name,
                start: made.start,
                days_required: made.days_required,
            }),
            now: self.ledger.clock.now(),
        };
        let rules = self.rules.of(&pair);
        let facts = rules.facts(&pair);
        if named.is_none() {
            pair.teaching = teachers.teaching(host, &candidates, facts.end);
        }
        Ok(rules.check(&pair, &facts))
    }
}
