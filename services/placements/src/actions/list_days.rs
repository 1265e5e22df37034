//! ListDays.

use super::get_placement::visible;
use crate::{
    Placements,
    domain::{Day, PlacementName, placement::LedgerDay},
    error::Error,
    store,
};
use vocabulary::{Call, Page, PageSize};

/// Whose ledger, after a day.
#[derive(Clone, Debug)]
pub struct ListDays {
    pub placement: PlacementName,
    pub after: Option<Day>,
    pub size: PageSize,
}

impl Placements {
    /// The ledger, by date.
    ///
    /// # Errors
    /// A placement that is absent or not the caller's to see; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn list_days(&self, call: &Call, ask: ListDays) -> Result<Page<LedgerDay>, Error> {
        let tx = self.ledger.read(call).await?;
        visible(&tx, &ask.placement).await?;
        let rows = store::placements::days(&tx, &ask.placement, ask.after, ask.size.rows() + 1).await?;
        tx.commit().await?;
        Ok(Page::of(rows, ask.size, |day| day.date.to_string()))
    }
}
