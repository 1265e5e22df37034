//! ApplySyncRun.

use super::{check_etag, own, sync_enrolments::AN_HOUR};
use crate::{
    Enrolments,
    domain::{
        Refusal,
        sync::{RunState, SyncRun, SyncRunName},
    },
    error::{Error, answered},
    store::sync::{Progress, apply, runs},
};
use ledger::{Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, Caller, Deadline, RequestId, Revision};

#[derive(Clone, Debug, Serialize)]
pub struct ApplySyncRun {
    pub name: SyncRunName,
    pub etag: Option<Revision>,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Enrolments {
    /// Applies a plan that waits for a person, who is not the one that sent it. A run that is applied stays so.
    ///
    /// # Errors
    /// An absent run; a stale etag; its sender; no plan, or one that is too old; what it was planned against has changed.
    #[tracing::instrument(skip_all)]
    pub async fn apply_sync_run(&self, call: &Call, ask: ApplySyncRun) -> Result<Done<SyncRun>, Error> {
        own(&call.caller, &ask.name.partner, &ask.name)?;
        let write = unhurried(Write::of(call, ask.request_id, &ask, &ask.name)?);
        let work = self.ledger.write(write, (ask, call.caller.clone()), |unit, (ask, caller)| {
            Box::pin(approve(unit, ask, caller))
        });
        answered(work.await?)
    }
}

/// However long it takes: a caller who stops waiting finds it done.
pub(super) fn unhurried(mut write: Write) -> Write {
    write.call.deadline = Deadline::after(AN_HOUR);
    write
}

async fn approve(
    unit: &mut Unit,
    ask: ApplySyncRun,
    caller: Caller,
) -> Result<Result<SyncRun, Refusal>, Fault> {
    let Some(mut run) = runs::lock(unit.tx(), &ask.name).await? else {
        return Ok(Err(Refusal::not_found(&ask.name)));
    };
    let now = unit.now();
    let who = [caller.person.as_str(), caller.on_behalf_of.as_deref().unwrap_or(caller.person.as_str())];
    if run.state == RunState::Applied {
        return Ok(Ok(run));
    }
    if let Err(refusal) = check_etag(ask.etag, run.revision).and_then(|()| run.may_apply(&who, now)) {
        return Ok(Err(refusal));
    }
    runs::take_turn(unit.tx(), &run).await?;
    let last = runs::last_applied(unit.tx(), &run.name.partner, &run.opening.data_set).await?;
    if let Err(refusal) = same_base(&run.base, &last) {
        return Ok(Err(refusal));
    }
    if let Err(refusal) = apply::run(unit, &run, None, &Progress::default()).await? {
        return Ok(Err(refusal));
    }
    run.state = RunState::Applied;
    run.finished = Some(now);
    run.expires = None;
    runs::save(unit.tx(), &mut run, now).await?;
    Ok(Ok(run))
}

/// The last run that was applied is the one that the plan was made after, and nobody has undone it since.
fn same_base(base: &str, last: &str) -> Result<(), Refusal> {
    if base == last {
        return Ok(());
    }
    let run = |text: &str| text.rsplit_once(':').map_or("", |(key, _)| key).to_owned();
    if run(base) == run(last) {
        return Err(Refusal::StalePlan);
    }
    let name = SyncRunName::from_key(&run(last)).map(|name| name.to_string()).unwrap_or_default();
    Err(Refusal::StaleGeneration { run: name })
}
