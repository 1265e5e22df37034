//! CreateLearningNeed.

use crate::{
    Masterclasses,
    changes::need_change,
    domain::{LearningNeed, NeedName, NeedState, Refusal},
    error::{Error, answered},
    store,
};
use ledger::{ChangeKind, Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, Caller, RequestId, ResourceId, Revision};

#[derive(Clone, Debug, Serialize)]
pub struct CreateLearningNeed {
    pub title: String,
    pub description: String,
    pub evidence: String,
    pub people_affected: u32,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Masterclasses {
    /// Raises a topic for the caller's own partner, which agrees by raising it.
    ///
    /// # Errors
    /// Storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn create_learning_need(
        &self,
        call: &Call,
        ask: CreateLearningNeed,
    ) -> Result<Done<LearningNeed>, Error> {
        let id = self.new_id();
        let name = NeedName { partner: call.caller.partner.clone(), id: id.clone() };
        let write = Write::of(call, ask.request_id, &ask, &name)?;
        let work = self.ledger.write(write, (id, ask, call.caller.clone()), |unit, (id, ask, caller)| {
            Box::pin(raise(unit, id, ask, caller))
        });
        answered(work.await?)
    }
}

async fn raise(
    unit: &mut Unit,
    id: ResourceId,
    ask: CreateLearningNeed,
    caller: Caller,
) -> Result<Result<LearningNeed, Refusal>, Fault> {
    let mut need = LearningNeed {
        name: NeedName { partner: caller.partner.clone(), id },
        revision: Revision(0),
        title: ask.title,
        description: ask.description,
        evidence: ask.evidence,
        people_affected: ask.people_affected,
        agreed_by: vec![],
        state: NeedState::Raised,
        created: unit.now(),
    };
    if let Err(refusal) = need.agree(&caller.partner, caller.kind) {
        return Ok(Err(refusal));
    }
    need.revision = unit.revise(vec![need_change(&need, caller.partner, ChangeKind::Created)]).await?[0];
    store::learning_needs::save(unit.tx(), std::slice::from_ref(&need)).await?;
    Ok(Ok(need))
}
