//! AgreeLearningNeed.

use crate::{
    Masterclasses,
    changes::need_change,
    domain::{LearningNeed, NeedName, Refusal},
    error::{Error, answered},
    store,
};
use ledger::{ChangeKind, Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, Caller, RequestId};

#[derive(Clone, Debug, Serialize)]
pub struct AgreeLearningNeed {
    pub need: NeedName,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Masterclasses {
    /// Agrees to a need for the caller's partner. Agreeing again changes nothing.
    ///
    /// # Errors
    /// The need is absent or was dropped.
    #[tracing::instrument(skip_all)]
    pub async fn agree_learning_need(
        &self,
        call: &Call,
        ask: AgreeLearningNeed,
    ) -> Result<Done<LearningNeed>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.need)?;
        let work = self.ledger.write(write, (ask.need, call.caller.clone()), |unit, (name, caller)| {
            Box::pin(agree(unit, name, caller))
        });
        answered(work.await?)
    }
}

async fn agree(
    unit: &mut Unit,
    name: NeedName,
    caller: Caller,
) -> Result<Result<LearningNeed, Refusal>, Fault> {
    let found = store::learning_needs::lock(unit.tx(), std::slice::from_ref(&name)).await?.pop();
    let Some(mut need) = found else { return Ok(Err(Refusal::not_found(&name))) };
    match need.agree(&caller.partner, caller.kind) {
        Err(refusal) => return Ok(Err(refusal)),
        Ok(false) => return Ok(Ok(need)),
        Ok(true) => {}
    }
    need.revision = unit.revise(vec![need_change(&need, caller.partner, ChangeKind::Updated)]).await?[0];
    store::learning_needs::save(unit.tx(), std::slice::from_ref(&need)).await?;
    Ok(Ok(need))
}
