//! GetMatchRun.

use crate::{
    Placements,
    domain::{MatchRunName, match_run::MatchRun},
    error::Error,
    store,
};
use vocabulary::{Call, Role};

impl Placements {
    /// A run with its counts, for all; how each university fared for partnership coordinators, and for a university how
    /// it fared itself.
    ///
    /// # Errors
    /// A run that is absent; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn get_match_run(&self, call: &Call, name: &MatchRunName) -> Result<MatchRun, Error> {
        let tx = self.ledger.read(call).await?;
        let found = store::match_runs::get(&tx, name).await?;
        tx.commit().await?;
        let mut run = found.ok_or_else(|| Error::not_found(name))?;
        if !call.caller.has(Role::PartnershipCoordinator) {
            run.shares.retain(|share| share.partner == call.caller.partner);
        }
        Ok(run)
    }
}
