//! UpdatePlacementNeed.

use super::{check_etag, create_placement_need::told, own};
use crate::{
    Placements,
    domain::{Location, Need, NeedEdit, NeedName, NeedState, Refusal, rules::RuleBook},
    error::{Error, answered},
    store,
};
use ledger::{ChangeKind, Done, Fault, Unit, Write};
use serde::Serialize;
use std::sync::Arc;
use vocabulary::{Call, Caller, Instant, RequestId, Revision};

#[derive(Clone, Debug, Serialize)]
pub struct UpdatePlacementNeed {
    pub name: NeedName,
    pub etag: Option<Revision>,
    pub edit: NeedEdit,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// Sets the fields that the edit names, while the need is open.
    ///
    /// # Errors
    /// An absent need, or another university's; a stale etag; one that is not open; a home that nobody knows; a journey
    /// longer than the rule book allows; a stage for which the student has another open need.
    #[tracing::instrument(skip_all)]
    pub async fn update_placement_need(
        &self,
        call: &Call,
        ask: UpdatePlacementNeed,
    ) -> Result<Done<Need>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.name)?;
        let home = ask.edit.home.as_ref().map(|home| self.located("placement_need.home", home)).transpose();
        let with = (ask, call.caller.clone(), home, self.rules.clone());
        let work = self.ledger.write(write, with, |unit, (ask, caller, home, rules)| {
            Box::pin(async move {
                match home {
                    Ok(home) => update(unit, ask, caller, (home, rules)).await,
                    Err(refusal) => Ok(Err(refusal)),
                }
            })
        });
        answered(work.await?)
    }
}

async fn update(
    unit: &mut Unit,
    ask: UpdatePlacementNeed,
    caller: Caller,
    (home, rules): (Option<Location>, Arc<RuleBook>),
) -> Result<Result<Need, Refusal>, Fault> {
    let absent = || Ok(Err(Refusal::not_found(&ask.name)));
    if own(&caller, &ask.name.partner, &ask.name).is_err() {
        return absent();
    }
    // Its student never changes, and students are locked first.
    let Some(seen) = store::needs::get(unit.tx(), &ask.name).await? else { return absent() };
    let student = store::students::lock(unit.tx(), &seen.student.person).await?;
    let mut all = store::needs::lock_of(unit.tx(), &seen.student.person).await?;
    let (Some(mut student), Some(at)) = (student, all.iter().position(|one| one.name == ask.name)) else {
        return absent();
    };
    let mut need = all.swap_remove(at);
    let before = student.clone();
    student.edit(ask.edit.student.clone());
    let edited = apply(&mut need, &ask, home, (&all, unit.now()))
        .and_then(|()| need.terms.check(rules.on(need.terms.start_date).numbers.travel.limit_minutes));
    if let Err(refusal) = edited {
        return Ok(Err(refusal));
    }
    let others = if student == before {
        vec![]
    } else {
        store::students::save(unit.tx(), &student).await?;
        all
    };
    need.student = student;
    need.revision = told(unit, (&need, ChangeKind::Updated), others, &caller.partner).await?;
    store::needs::save(unit.tx(), &[&need]).await?;
    if let Some(adjustments) = &ask.edit.adjustments {
        store::needs::set_adjustments(unit.tx(), &need.name, adjustments).await?;
    }
    Ok(Ok(need))
}

fn apply(
    need: &mut Need,
    ask: &UpdatePlacementNeed,
    home: Option<Location>,
    (others, now): (&[Need], Instant),
) -> Result<(), Refusal> {
    check_etag(ask.etag, need.revision)?;
    need.check_open()?;
    need.edit(ask.edit.clone(), home, now);
    let mut open = others.iter().filter(|other| other.state == NeedState::Open);
    if open.any(|other| other.stage == need.stage) { Err(Refusal::NeedExists) } else { Ok(()) }
}
