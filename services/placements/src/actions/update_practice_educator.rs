//! UpdatePracticeEducator.

use super::{check_etag, own};
use crate::{
    Placements,
    changes::educator_change,
    domain::{Educator, EducatorEdit, EducatorName, Refusal},
    error::{Error, answered},
    store,
};
use ledger::{ChangeKind, Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, Caller, RequestId, Revision};

#[derive(Clone, Debug, Serialize)]
pub struct UpdatePracticeEducator {
    pub name: EducatorName,
    pub etag: Option<Revision>,
    pub edit: EducatorEdit,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// Sets the fields that the edit names.
    ///
    /// # Errors
    /// One who is absent or another partner's; a stale etag; more learners than they then could have; a qualification
    /// without its day.
    #[tracing::instrument(skip_all)]
    pub async fn update_practice_educator(
        &self,
        call: &Call,
        ask: UpdatePracticeEducator,
    ) -> Result<Done<Educator>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.name)?;
        let work = self.ledger.write(write, (ask, call.caller.clone()), |unit, (ask, caller)| {
            Box::pin(update(unit, ask, caller))
        });
        answered(work.await?)
    }
}

async fn update(
    unit: &mut Unit,
    ask: UpdatePracticeEducator,
    caller: Caller,
) -> Result<Result<Educator, Refusal>, Fault> {
    if let Err(refusal) = own(&caller, &ask.name.partner, &ask.name) {
        return Ok(Err(refusal));
    }
    let Some(mut educator) = store::educators::lock(unit.tx(), &ask.name).await? else {
        return Ok(Err(Refusal::not_found(&ask.name)));
    };
    let now = unit.now();
    let edited = check_etag(ask.etag, educator.revision).and_then(|()| educator.edit(ask.edit, now));
    if let Err(refusal) = edited {
        return Ok(Err(refusal));
    }
    let change = educator_change(&educator, caller.partner, ChangeKind::Updated);
    educator.revision = unit.revise(vec![change]).await?[0];
    store::educators::save(unit.tx(), &[&educator]).await?;
    Ok(Ok(educator))
}
