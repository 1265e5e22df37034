//! DiscardSyncRun.

use super::{check_etag, own};
use crate::{
    Enrolments,
    domain::{
        Refusal,
        sync::{RunState, SyncRun, SyncRunName},
    },
    error::{Error, answered},
    store::sync::runs,
};
use ledger::{Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, RequestId, Revision};

#[derive(Clone, Debug, Serialize)]
pub struct DiscardSyncRun {
    pub name: SyncRunName,
    pub etag: Option<Revision>,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Enrolments {
    /// Gives up a plan, or a run that is being received. Its stream, if there is one, may store nothing more.
    ///
    /// # Errors
    /// An absent run; a stale etag; a run that is over.
    #[tracing::instrument(skip_all)]
    pub async fn discard_sync_run(&self, call: &Call, ask: DiscardSyncRun) -> Result<Done<SyncRun>, Error> {
        own(&call.caller, &ask.name.partner, &ask.name)?;
        let write = Write::of(call, ask.request_id, &ask, &ask.name)?;
        let work = self.ledger.write(write, ask, |unit, ask| Box::pin(discard(unit, ask)));
        answered(work.await?)
    }
}

async fn discard(unit: &mut Unit, ask: DiscardSyncRun) -> Result<Result<SyncRun, Refusal>, Fault> {
    let Some(mut run) = runs::lock(unit.tx(), &ask.name).await? else {
        return Ok(Err(Refusal::not_found(&ask.name)));
    };
    if let Err(refusal) = check_etag(ask.etag, run.revision).and_then(|()| run.may_discard()) {
        return Ok(Err(refusal));
    }
    let now = unit.now();
    run.state = RunState::Discarded;
    run.finished = Some(now);
    run.expires = None;
    runs::save(unit.tx(), &mut run, now).await?;
    Ok(Ok(run))
}
