//! GetSyncRun.

use super::own;
use crate::{
    Enrolments,
    domain::sync::{SyncRun, SyncRunName},
    error::Error,
    store::sync::runs,
};
use vocabulary::Call;

impl Enrolments {
    /// One run of the caller's university.
    ///
    /// # Errors
    /// It is absent, or another university's.
    #[tracing::instrument(skip_all)]
    pub async fn get_sync_run(&self, call: &Call, name: &SyncRunName) -> Result<SyncRun, Error> {
        own(&call.caller, &name.partner, name)?;
        let tx = self.ledger.read(call).await?;
        let found = runs::get(&tx, name).await?;
        tx.commit().await?;
        found.ok_or_else(|| Error::not_found(name))
    }
}
