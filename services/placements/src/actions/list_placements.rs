//! ListPlacements.

use crate::{Placements, domain::Placement, error::Error, store};
use store::placements::Side;
use vocabulary::{Call, Page, PageSize, PartnerKind};

pub use store::placements::Filter as PlacementFilter;

/// Which placements, after a place.
#[derive(Clone, Debug)]
pub struct ListPlacements {
    pub filter: PlacementFilter,
    pub size: PageSize,
}

impl Placements {
    /// Placements in the order of their making: those that the caller's partner hosts, or whose students it sends.
    ///
    /// # Errors
    /// Storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn list_placements(&self, call: &Call, ask: ListPlacements) -> Result<Page<Placement>, Error> {
        let me = &call.caller.partner;
        let (side, own) = match call.caller.kind {
            PartnerKind::University => (Side::University, &ask.filter.university),
            PartnerKind::Council | PartnerKind::Voluntary => (Side::Host, &ask.filter.host),
        };
        if own.as_ref().is_some_and(|own| own != me) {
            return Ok(Page { rows: vec![], next: None });
        }
        let tx = self.ledger.read(call).await?;
        let rows = store::placements::list(&tx, (me, side), &ask.filter, ask.size.rows() + 1).await?;
        tx.commit().await?;
        Ok(Page::of(rows, ask.size, |placement| placement.name.0.to_string()))
    }
}
