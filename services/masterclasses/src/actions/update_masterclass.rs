//! UpdateMasterclass.

use super::create_masterclass::{answer_needs, save};
use super::{check_etag, permit};
use crate::{
    Masterclasses,
    domain::{Masterclass, MasterclassEdit, MasterclassName, Refusal},
    error::{Error, answered},
    store,
};
use ledger::{ChangeKind, Done, Fault, Unit, Write};
use serde::Serialize;
use std::sync::Arc;
use vocabulary::{Call, Caller, RequestId, Revision};

#[derive(Clone, Debug, Serialize)]
pub struct UpdateMasterclass {
    pub name: MasterclassName,
    pub etag: Option<Revision>,
    pub edit: MasterclassEdit,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Masterclasses {
    /// Sets the fields that the edit names.
    ///
    /// # Errors
    /// An absent masterclass; another host's; a stale etag; a need that may not be answered.
    #[tracing::instrument(skip_all)]
    pub async fn update_masterclass(
        &self,
        call: &Call,
        ask: UpdateMasterclass,
    ) -> Result<Done<Masterclass>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.name)?;
        let work = self.ledger.write(write, (ask, call.caller.clone()), |unit, (ask, caller)| {
            Box::pin(update(unit, ask, caller))
        });
        let done = answered(work.await?)?;
        let (key, fresh) = (done.value.name.0.to_string(), Arc::new(done.value.clone()));
        self.masterclasses.put(&key, fresh.revision, fresh);
        Ok(done)
    }
}

async fn update(
    unit: &mut Unit,
    ask: UpdateMasterclass,
    caller: Caller,
) -> Result<Result<Masterclass, Refusal>, Fault> {
    let Some(mut masterclass) = store::masterclasses::lock(unit.tx(), &ask.name).await? else {
        return Ok(Err(Refusal::not_found(&ask.name)));
    };
    let allowed = permit::host_only(&caller, &masterclass.host);
    if let Err(refusal) = allowed.and_then(|()| check_etag(ask.etag, masterclass.revision)) {
        return Ok(Err(refusal));
    }
    let named = ask.edit.learning_needs.clone().unwrap_or_default();
    let needs = match answer_needs(unit, &named).await? {
        Ok(needs) => needs,
        Err(refusal) => return Ok(Err(refusal)),
    };
    masterclass.edit(ask.edit, unit.now());
    save(unit, &mut masterclass, needs, &caller.partner, ChangeKind::Updated).await?;
    Ok(Ok(masterclass))
}
