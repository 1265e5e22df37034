//! ListSyncChanges.

use crate::{
    Enrolments,
    domain::sync::{Action, Change, SyncRunName},
    error::Error,
    store::sync::lists,
};
use vocabulary::{Call, Page, PageSize};

/// Which changes of a run, after a place: the kind's number, and the record's.
#[derive(Clone, Debug)]
pub struct ListSyncChanges {
    pub run: SyncRunName,
    pub action: Option<Action>,
    pub after: Option<(usize, i64)>,
    pub size: PageSize,
}

impl Enrolments {
    /// What a run would change or did, kind by kind. Once the run is history, nothing.
    ///
    /// # Errors
    /// The run is absent, or another university's.
    #[tracing::instrument(skip_all)]
    pub async fn list_sync_changes(&self, call: &Call, ask: ListSyncChanges) -> Result<Page<Change>, Error> {
        self.get_sync_run(call, &ask.run).await?;
        let tx = self.ledger.read(call).await?;
        let rows = lists::changes(&tx, &ask.run, ask.action, ask.after, ask.size.rows() + 1).await?;
        tx.commit().await?;
        Ok(Page::of(rows, ask.size, |change| format!("{} {}", change.kind.at(), change.n)))
    }
}
