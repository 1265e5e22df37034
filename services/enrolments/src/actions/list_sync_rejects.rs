//! ListSyncRejects.

use crate::{
    Enrolments,
    domain::sync::{Reject, SyncRunName},
    error::Error,
    store::sync::lists,
};
use vocabulary::{Call, Page, PageSize};

/// Which rejects of a run: those after a record's number.
#[derive(Clone, Debug)]
pub struct ListSyncRejects {
    pub run: SyncRunName,
    pub after: Option<i64>,
    pub size: PageSize,
}

impl Enrolments {
    /// The records that a run refuses, in the order in which they came.
    ///
    /// # Errors
    /// The run is absent, or another university's.
    #[tracing::instrument(skip_all)]
    pub async fn list_sync_rejects(&self, call: &Call, ask: ListSyncRejects) -> Result<Page<Reject>, Error> {
        self.get_sync_run(call, &ask.run).await?;
        let tx = self.ledger.read(call).await?;
        let rows = lists::rejects(&tx, &ask.run, ask.after.unwrap_or(-1), ask.size.rows() + 1).await?;
        tx.commit().await?;
        Ok(Page::of(rows, ask.size, |reject| reject.n.to_string()))
    }
}
