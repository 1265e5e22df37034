//! ListPlacementNeeds.

use super::own;
use crate::{Placements, domain::Need, error::Error, store};
use vocabulary::{Call, Page, PageSize};

pub use store::needs::Filter as NeedFilter;

/// Which needs, by name, after a place.
#[derive(Clone, Debug)]
pub struct ListPlacementNeeds {
    pub filter: NeedFilter,
    pub size: PageSize,
}

impl Placements {
    /// What the caller's university's students need, without their adjustments.
    ///
    /// # Errors
    /// Another university's; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn list_placement_needs(
        &self,
        call: &Call,
        ask: ListPlacementNeeds,
    ) -> Result<Page<Need>, Error> {
        own(&call.caller, &ask.filter.university, &ask.filter.university.name())?;
        let tx = self.ledger.read(call).await?;
        let rows = store::needs::list(&tx, &ask.filter, ask.size.rows() + 1).await?;
        tx.commit().await?;
        Ok(Page::of(rows, ask.size, |need| need.name.key()))
    }
}
