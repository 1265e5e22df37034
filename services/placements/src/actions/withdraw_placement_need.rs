//! WithdrawPlacementNeed.

use super::{check_etag, create_placement_need::told, own};
use crate::{
    Placements,
    domain::{Need, NeedName, Refusal},
    error::{Error, answered},
    store,
};
use ledger::{ChangeKind, Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, Caller, RequestId, Revision};

#[derive(Clone, Debug, Serialize)]
pub struct WithdrawPlacementNeed {
    pub name: NeedName,
    pub etag: Option<Revision>,
    pub reason: String,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// The student no longer looks for a place.
    ///
    /// # Errors
    /// An absent need, or another university's; a stale etag; one that is not open.
    #[tracing::instrument(skip_all)]
    pub async fn withdraw_placement_need(
        &self,
        call: &Call,
        ask: WithdrawPlacementNeed,
    ) -> Result<Done<Need>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.name)?;
        let work = self.ledger.write(write, (ask, call.caller.clone()), |unit, (ask, caller)| {
            Box::pin(withdraw(unit, ask, caller))
        });
        answered(work.await?)
    }
}

async fn withdraw(
    unit: &mut Unit,
    ask: WithdrawPlacementNeed,
    caller: Caller,
) -> Result<Result<Need, Refusal>, Fault> {
    let absent = || Ok(Err(Refusal::not_found(&ask.name)));
    if own(&caller, &ask.name.partner, &ask.name).is_err() {
        return absent();
    }
    let Some(mut need) = store::needs::lock(unit.tx(), &ask.name).await? else { return absent() };
    let now = unit.now();
    if let Err(refusal) = check_etag(ask.etag, need.revision).and_then(|()| need.withdraw(now)) {
        return Ok(Err(refusal));
    }
    need.revision = told(unit, (&need, ChangeKind::Updated), vec![], &caller.partner).await?;
    store::needs::save(unit.tx(), &[&need]).await?;
    store::needs::keep_reason(unit.tx(), &need.name, &ask.reason).await?;
    Ok(Ok(need))
}
