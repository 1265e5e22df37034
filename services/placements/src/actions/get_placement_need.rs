//! GetPlacementNeed.

use crate::{
    Placements,
    domain::{Need, NeedName},
    error::Error,
    store,
};
use ledger::Deed;
use vocabulary::Call;

impl Placements {
    /// A need, for its university and for the host that has accepted the student; with the student's adjustments for
    /// the university, and for the host once the placement is confirmed. Where there are adjustments, the reading is
    /// entered in the audit log before they are shown. Never from a cache: it is about a person.
    ///
    /// # Errors
    /// A need that is absent or not the caller's to see; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn get_placement_need(&self, call: &Call, name: &NeedName) -> Result<Need, Error> {
        let tx = self.ledger.read(call).await?;
        let found = store::needs::get(&tx, name).await?;
        let adjustments = store::needs::adjustments(&tx, name).await?;
        tx.commit().await?;
        let mut need = found.ok_or_else(|| Error::not_found(name))?;
        if !adjustments.expose().is_empty() {
            self.ledger.enter(vec![Deed::reading(call, name.to_string(), "adjustments")]).await?;
            need.terms.adjustments = adjustments;
        }
        Ok(need)
    }
}
