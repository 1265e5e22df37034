//! ListPlacementEvents.

use super::get_placement::visible;
use crate::{
    Placements,
    domain::{PlacementName, placement::PlacementEvent},
    error::Error,
    store,
};
use vocabulary::{Call, Page, PageSize};

/// What happened to which placement, after how many events.
#[derive(Clone, Debug)]
pub struct ListPlacementEvents {
    pub placement: PlacementName,
    pub after: i64,
    pub size: PageSize,
}

impl Placements {
    /// Every state that a placement has been in, oldest first.
    ///
    /// # Errors
    /// A placement that is absent or not the caller's to see; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn list_placement_events(
        &self,
        call: &Call,
        ask: ListPlacementEvents,
    ) -> Result<Page<PlacementEvent>, Error> {
        let tx = self.ledger.read(call).await?;
        visible(&tx, &ask.placement).await?;
        let rows = store::placements::events(&tx, &ask.placement, ask.after, ask.size.rows() + 1).await?;
        tx.commit().await?;
        let page = Page::of(rows, ask.size, |(ordinal, _)| ordinal.to_string());
        Ok(Page { rows: page.rows.into_iter().map(|(_, event)| event).collect(), next: page.next })
    }
}
