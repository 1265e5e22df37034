//! AcceptPlacement.

use super::case::{Case, Reach, Target};
use crate::{
    Placements,
    domain::{
        Educator, EducatorName, Placement, Refusal,
        placement::{Party, Teachers},
    },
    error::{Error, answered},
    store,
};
use ledger::{Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, Caller, PersonName, RequestId};

#[derive(Clone, Debug, Serialize)]
pub struct AcceptPlacement {
    pub target: Target,
    pub educator: EducatorName,
    pub ratifier: Option<EducatorName>,
    pub onsite_supervisor: Option<PersonName>,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// The host agrees and names who teaches.
    ///
    /// # Errors
    /// A placement that is absent or none of the caller's; a stale etag; a hold that has run out; an educator, a
    /// ratifier or a supervisor who is not the host's own; an educator without room, or whose qualification does not
    /// last; a ratifier who is needed and missing.
    #[tracing::instrument(skip_all)]
    pub async fn accept_placement(
        &self,
        call: &Call,
        ask: AcceptPlacement,
    ) -> Result<Done<Placement>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.target.name)?.across();
        let with = (self.clone(), call.caller.clone(), ask);
        let work = self.ledger.write(write, with, |unit, (app, caller, ask)| {
            Box::pin(async move { accept(&app, unit, &caller, ask).await })
        });
        answered(work.await?)
    }
}

async fn accept(
    app: &Placements,
    unit: &mut Unit,
    caller: &Caller,
    ask: AcceptPlacement,
) -> Result<Result<Placement, Refusal>, Fault> {
    let reach = Reach { offer: true, ..Reach::default() };
    let mut case = match Case::open(unit, caller, (&ask.target, Party::Host), reach).await? {
        Ok(case) => case,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (educator, ratifier) = match named(unit, &case.placement, &ask).await? {
        Ok(both) => both,
        Err(refusal) => return Ok(Err(refusal)),
    };
    case.taught_by(educator);
    let by = app.by(caller, unit.now());
    let Case { placement, offer, educator, .. } = &mut case;
    let Some((offer, educator)) = offer.as_mut().zip(educator.as_mut()) else {
        return Ok(Err(Refusal::not_found(&ask.target.name)));
    };
    let onsite_supervisor = ask.onsite_supervisor;
    let teachers = Teachers { educator, ratifier: ratifier.as_ref(), onsite_supervisor };
    match placement.accept(offer, teachers, &by) {
        Ok(event) => case.keep(app, unit, Some(event), &caller.partner).await.map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// The host's own educator and ratifier, locked: somebody else's are not there.
async fn named(
    unit: &Unit,
    placement: &Placement,
    ask: &AcceptPlacement,
) -> Result<Result<(Educator, Option<Educator>), Refusal>, Fault> {
    let host = placement.host();
    if ask.onsite_supervisor.as_ref().is_some_and(|person| person.partner() != host) {
        return Ok(Err(Refusal::PersonOfAnotherPartner));
    }
    let names: Vec<&EducatorName> = [&ask.educator].into_iter().chain(&ask.ratifier).collect();
    let own = names.iter().filter(|name| name.partner == *host);
    let keys: Vec<String> = own.map(|name| name.key()).collect();
    let locked = store::educators::lock_many(unit.tx(), &keys).await?;
    let find = |name: &EducatorName| {
        let found = locked.iter().find(|educator| educator.name == *name).cloned();
        found.ok_or_else(|| Refusal::not_found(name))
    };
    let ratifier = ask.ratifier.as_ref().map(find).transpose();
    Ok(find(&ask.educator).and_then(|educator| ratifier.map(|ratifier| (educator, ratifier))))
}
