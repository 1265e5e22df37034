//! ListPlacementOffers.

use crate::{
    Placements,
    domain::{AcademicYear, Offer, Setting, Stage},
    error::Error,
    store::offers::{Filter, Seen, list},
};
use vocabulary::{Call, Page, PageSize, PartnerId, PartnerKind};

/// Which offers, by name, after a place.
#[derive(Clone, Debug)]
pub struct ListPlacementOffers {
    /// `None` is every host.
    pub host: Option<PartnerId>,
    pub academic_year: Option<AcademicYear>,
    pub stage: Option<Stage>,
    pub setting: Option<Setting>,
    pub available: bool,
    pub stale: bool,
    pub after: Option<String>,
    pub size: PageSize,
}

impl Placements {
    /// Offers in the order of their names: a host's own in every state, or to a university the open ones of all.
    ///
    /// # Errors
    /// Storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn list_placement_offers(
        &self,
        call: &Call,
        ask: ListPlacementOffers,
    ) -> Result<Page<Offer>, Error> {
        let seen = match call.caller.kind {
            PartnerKind::University => Seen::Open,
            PartnerKind::Council | PartnerKind::Voluntary => Seen::Own(call.caller.partner.clone()),
        };
        let now = self.ledger.clock.now();
        let filter = Filter {
            seen,
            host: ask.host,
            academic_year: ask.academic_year,
            stage: ask.stage,
            setting: ask.setting,
            available: ask.available,
            stale_before: ask.stale.then(|| self.today(now).1.numbers.stale_before(now)),
            after: ask.after,
        };
        let tx = self.ledger.read(call).await?;
        let rows = list(&tx, &filter, ask.size.rows() + 1).await?;
        tx.commit().await?;
        Ok(Page::of(rows, ask.size, |offer| offer.name.key()))
    }

    /// Whether an offer's host should say again that it is still true.
    pub fn is_stale(&self, offer: &Offer) -> bool {
        let now = self.ledger.clock.now();
        self.today(now).1.numbers.is_stale(offer, now)
    }
}
