//! RecordDays.

use super::case::{Case, Reach, Target};
use crate::{
    Placements,
    domain::{
        Placement, PlacementName, Refusal,
        placement::{LedgerDay, Party, Skills},
    },
    error::{Error, answered},
    store,
};
use ledger::{Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, Caller, RequestId};

#[derive(Clone, Debug, Serialize)]
pub struct RecordDays {
    pub name: PlacementName,
    /// No date twice.
    pub days: Vec<LedgerDay>,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// Writes days into the ledger, all or none: counts and projected end follow.
    ///
    /// # Errors
    /// A placement that is absent or none of the caller's; one that has not started or has ended; days that the ledger
    /// does not take.
    #[tracing::instrument(skip_all)]
    pub async fn record_days(&self, call: &Call, ask: RecordDays) -> Result<Done<Placement>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.name)?.across();
        let with = (self.clone(), call.caller.clone(), ask);
        let work = self.ledger.write(write, with, |unit, (app, caller, ask)| {
            Box::pin(async move { record(&app, unit, &caller, ask).await })
        });
        answered(work.await?)
    }
}

async fn record(
    app: &Placements,
    unit: &mut Unit,
    caller: &Caller,
    ask: RecordDays,
) -> Result<Result<Placement, Refusal>, Fault> {
    // The student is locked because skills days are counted over all of their placements.
    let reach = Reach { student: true, ledger: true, ..Reach::default() };
    let target = Target { name: ask.name, etag: None };
    let mut case = match Case::open(unit, caller, (&target, Party::Host), reach).await? {
        Ok(case) => case,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let skills = Skills {
        elsewhere: store::placements::skills_elsewhere(unit.tx(), &case.placement).await?,
        limit: app.rules.on(case.placement.start_date).numbers.days.skills_days,
    };
    let by = app.by(caller, unit.now());
    let numbers = (app.rules.calendar(), skills);
    if let Err(refusal) = case.placement.record(&mut case.ledger, &ask.days, numbers, &by) {
        return Ok(Err(refusal));
    }
    store::placements::save_days(unit.tx(), &case.placement, &ask.days).await?;
    case.keep(app, unit, None, &caller.partner).await.map(Ok)
}
