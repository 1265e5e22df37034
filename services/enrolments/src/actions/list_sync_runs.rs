//! ListSyncRuns.

use super::own;
use crate::{Enrolments, domain::sync::SyncRun, error::Error, store::sync::runs};
use vocabulary::{Call, Page, PageSize, micros};

pub use runs::Filter as SyncRunFilter;

/// Which runs, newest first, after a place.
#[derive(Clone, Debug)]
pub struct ListSyncRuns {
    pub filter: SyncRunFilter,
    pub size: PageSize,
}

impl Enrolments {
    /// Runs of the caller's university, newest first.
    ///
    /// # Errors
    /// Another university's; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn list_sync_runs(&self, call: &Call, ask: ListSyncRuns) -> Result<Page<SyncRun>, Error> {
        own(&call.caller, &ask.filter.partner, &ask.filter.partner.name())?;
        let tx = self.ledger.read(call).await?;
        let rows = runs::list(&tx, &ask.filter, ask.size.rows() + 1).await?;
        tx.commit().await?;
        Ok(Page::of(rows, ask.size, |run| format!("{} {}", micros(run.created), run.name.key())))
    }
}
