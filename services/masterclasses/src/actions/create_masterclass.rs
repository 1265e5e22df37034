//! CreateMasterclass.

use crate::{
    Masterclasses,
    changes::{masterclass_change, need_change},
    domain::{Audience, Format, LearningNeed, Lecturer, Masterclass, MasterclassName, NeedName, Refusal},
    error::{Error, answered},
    store,
};
use ledger::{ChangeKind, Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, Caller, PartnerId, RequestId, ResourceId, Revision};

#[derive(Clone, Debug, Serialize)]
pub struct CreateMasterclass {
    /// The last segment of its name; chosen here where it is not given.
    pub id: Option<ResourceId>,
    /// The caller's partner, where it is not given.
    pub host: Option<PartnerId>,
    pub title: String,
    pub description: String,
    pub format: Format,
    pub lecturers: Vec<Lecturer>,
    pub audiences: Vec<Audience>,
    pub cpd_hours: String,
    pub learning_needs: Vec<NeedName>,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Masterclasses {
    /// Announces a masterclass that the caller's partner hosts. The needs that it names are thereby answered.
    ///
    /// # Errors
    /// Another host; a name that is taken; a need that is absent, dropped or not agreed.
    #[tracing::instrument(skip_all)]
    pub async fn create_masterclass(
        &self,
        call: &Call,
        ask: CreateMasterclass,
    ) -> Result<Done<Masterclass>, Error> {
        let id = ask.id.clone().unwrap_or_else(|| self.new_id());
        let write = Write::of(call, ask.request_id, &ask, &MasterclassName(id.clone()))?;
        let work = self.ledger.write(write, (id, ask, call.caller.clone()), |unit, (id, ask, caller)| {
            Box::pin(announce(unit, id, ask, caller))
        });
        answered(work.await?)
    }
}

async fn announce(
    unit: &mut Unit,
    id: ResourceId,
    ask: CreateMasterclass,
    caller: Caller,
) -> Result<Result<Masterclass, Refusal>, Fault> {
    let name = MasterclassName(id);
    if ask.host.as_ref().is_some_and(|host| *host != caller.partner) {
        return Ok(Err(Refusal::NotTheHost));
    }
    if store::masterclasses::lock(unit.tx(), &name).await?.is_some() {
        return Ok(Err(Refusal::MasterclassExists));
    }
    let needs = match answer_needs(unit, &ask.learning_needs).await? {
        Ok(needs) => needs,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut masterclass = Masterclass {
        name,
        revision: Revision(0),
        host: caller.partner.clone(),
        title: ask.title,
        description: ask.description,
        format: ask.format,
        lecturers: ask.lecturers,
        audiences: ask.audiences,
        cpd_hours: ask.cpd_hours,
        learning_needs: ask.learning_needs,
        created: unit.now(),
        updated: unit.now(),
    };
    save(unit, &mut masterclass, needs, &caller.partner, ChangeKind::Created).await?;
    Ok(Ok(masterclass))
}

/// The needs named, answered where they were not; only those that changed.
pub(super) async fn answer_needs(
    unit: &Unit,
    names: &[NeedName],
) -> Result<Result<Vec<LearningNeed>, Refusal>, Fault> {
    let mut found = store::learning_needs::lock(unit.tx(), names).await?;
    if let Some(absent) = names.iter().find(|name| !found.iter().any(|need| need.name == **name)) {
        return Ok(Err(Refusal::not_found(absent)));
    }
    let mut changed = Vec::new();
    for mut need in found.drain(..) {
        match need.answer() {
            Ok(true) => changed.push(need),
            Ok(false) => {}
            Err(refusal) => return Ok(Err(refusal)),
        }
    }
    Ok(Ok(changed))
}

/// Writes a masterclass and the needs that it now answers.
pub(super) async fn save(
    unit: &mut Unit,
    masterclass: &mut Masterclass,
    mut needs: Vec<LearningNeed>,
    actor: &PartnerId,
    kind: ChangeKind,
) -> Result<(), Fault> {
    let mut changes = vec![masterclass_change(masterclass, actor.clone(), kind)];
    changes.extend(needs.iter().map(|need| need_change(need, actor.clone(), ChangeKind::Updated)));
    let revisions = unit.revise(changes).await?;
    masterclass.revision = revisions[0];
    needs.iter_mut().zip(&revisions[1..]).for_each(|(need, revision)| need.revision = *revision);
    store::masterclasses::save(unit.tx(), masterclass).await?;
    store::learning_needs::save(unit.tx(), &needs).await
}
