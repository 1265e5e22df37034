//! GetPlacement.

use crate::{
    Placements,
    domain::{Placement, PlacementName},
    error::Error,
    store,
};
use ledger::Tx;
use vocabulary::Call;

impl Placements {
    /// A placement, for its host and its university. Never from a cache: it is about a person.
    ///
    /// # Errors
    /// A placement that is absent or not the caller's to see; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn get_placement(&self, call: &Call, name: &PlacementName) -> Result<Placement, Error> {
        let tx = self.ledger.read(call).await?;
        let found = visible(&tx, name).await?;
        tx.commit().await?;
        Ok(found)
    }
}

/// # Errors
/// It is absent, or not the scope's to see.
pub(super) async fn visible(tx: &Tx, name: &PlacementName) -> Result<Placement, Error> {
    store::placements::get(tx, name).await?.ok_or_else(|| Error::not_found(name))
}
