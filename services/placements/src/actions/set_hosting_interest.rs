//! SetHostingInterest.

use super::check_etag;
use crate::{
    Placements,
    changes::interest_change,
    domain::{HostingInterest, Interest, InterestName, Refusal},
    error::{Error, answered},
    store,
};
use ledger::{ChangeKind, Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, Caller, RequestId, Revision};

#[derive(Clone, Debug, Serialize)]
pub struct SetHostingInterest {
    pub name: InterestName,
    pub etag: Option<Revision>,
    pub interest: Interest,
    pub reasons_not_hosting: Vec<String>,
    pub places_expected: u32,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// Says whether the caller's partner means to host in a year, for the first time or anew.
    ///
    /// # Errors
    /// Another partner's; a stale etag; reasons against hosting from somebody who hosts.
    #[tracing::instrument(skip_all)]
    pub async fn set_hosting_interest(
        &self,
        call: &Call,
        ask: SetHostingInterest,
    ) -> Result<Done<HostingInterest>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.name)?;
        let work = self
            .ledger
            .write(write, (ask, call.caller.clone()), |unit, (ask, caller)| Box::pin(set(unit, ask, caller)));
        answered(work.await?)
    }
}

async fn set(
    unit: &mut Unit,
    ask: SetHostingInterest,
    caller: Caller,
) -> Result<Result<HostingInterest, Refusal>, Fault> {
    // Everybody may read it, so that there is nothing to hide.
    if caller.partner != ask.name.partner {
        return Ok(Err(Refusal::NotTheHost));
    }
    let before = store::interests::lock(unit.tx(), &ask.name).await?;
    let current = before.as_ref().map_or(Revision(0), |before| before.revision);
    let mut interest = HostingInterest {
        name: ask.name,
        revision: current,
        interest: ask.interest,
        reasons_not_hosting: ask.reasons_not_hosting,
        places_expected: ask.places_expected,
        updated: unit.now(),
    };
    if let Err(refusal) = check_etag(ask.etag, current).and_then(|()| interest.check()) {
        return Ok(Err(refusal));
    }
    let kind = if before.is_some() { ChangeKind::Updated } else { ChangeKind::Created };
    interest.revision = unit.revise(vec![interest_change(&interest, caller.partner, kind)]).await?[0];
    store::interests::save(unit.tx(), &interest).await?;
    Ok(Ok(interest))
}
