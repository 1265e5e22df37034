//! RestoreSyncRun.

use super::{apply_sync_run::unhurried, check_etag, own};
use crate::{
    Enrolments,
    domain::{
        Refusal,
        sync::{RunState, SyncRun, SyncRunName},
    },
    error::{Error, answered},
    store::sync::{restore, runs},
};
use ledger::{Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, RequestId, Revision};

#[derive(Clone, Debug, Serialize)]
pub struct RestoreSyncRun {
    pub name: SyncRunName,
    pub etag: Option<Revision>,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Enrolments {
    /// Undoes the last applied run of a data set, once.
    ///
    /// # Errors
    /// An absent run; a stale etag; not the last one, or somebody has built on it.
    #[tracing::instrument(skip_all)]
    pub async fn restore_sync_run(&self, call: &Call, ask: RestoreSyncRun) -> Result<Done<SyncRun>, Error> {
        own(&call.caller, &ask.name.partner, &ask.name)?;
        let write = unhurried(Write::of(call, ask.request_id, &ask, &ask.name)?);
        let work = self.ledger.write(write, ask, |unit, ask| Box::pin(undo(unit, ask)));
        answered(work.await?)
    }
}

async fn undo(unit: &mut Unit, ask: RestoreSyncRun) -> Result<Result<SyncRun, Refusal>, Fault> {
    let Some(mut run) = runs::lock(unit.tx(), &ask.name).await? else {
        return Ok(Err(Refusal::not_found(&ask.name)));
    };
    if let Err(refusal) = check_etag(ask.etag, run.revision) {
        return Ok(Err(refusal));
    }
    runs::take_turn(unit.tx(), &run).await?;
    let last = runs::last_applied(unit.tx(), &run.name.partner, &run.opening.data_set).await?;
    let restorable = run.state == RunState::Applied && last == format!("{}:applied", run.name.key());
    if !restorable || !runs::is_kept(unit.tx(), &run.name).await? {
        return Ok(Err(Refusal::NotTheLastRun));
    }
    if let Err(refusal) = restore::run(unit, &run).await? {
        return Ok(Err(refusal));
    }
    let now = unit.now();
    run.state = RunState::Restored;
    run.finished = Some(now);
    runs::save(unit.tx(), &mut run, now).await?;
    Ok(Ok(run))
}
