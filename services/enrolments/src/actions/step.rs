//! What the four calls share that lead an enrolment from one state to the next.

use super::{check_etag, own};
use crate::{
    changes::{enrolment_change, run_change},
    domain::{CourseRun, Enrolment, EnrolmentName, EnrolmentState, Refusal},
    store,
};
use ledger::{ChangeKind, Fault, Unit};
use serde::Serialize;
use vocabulary::{Caller, Instant, Revision};

/// Which enrolment, as the caller read it.
#[derive(Clone, Debug, Serialize)]
pub struct Target {
    pub name: EnrolmentName,
    pub etag: Option<Revision>,
}

/// Leads an enrolment of the caller's university on as `lead` says, and gives its place back where it ends.
pub(super) async fn step(
    unit: &mut Unit,
    target: Target,
    caller: Caller,
    lead: impl FnOnce(&mut Enrolment, Instant) -> Result<(), Refusal>,
) -> Result<Result<Enrolment, Refusal>, Fault> {
    let absent = || Ok(Err(Refusal::not_found(&target.name)));
    if own(&caller, &target.name.partner, &target.name).is_err() {
        return absent();
    }
    // An enrolment's run never changes, and runs are locked first.
    let Some(seen) = store::enrolments::get(unit.tx(), &target.name).await? else { return absent() };
    let run = store::course_runs::lock_one(unit.tx(), &seen.run).await?;
    let Some(mut enrolment) = store::enrolments::lock(unit.tx(), &target.name).await? else {
        return absent();
    };
    let live = enrolment.state.is_live();
    let led = check_etag(target.etag, enrolment.revision).and_then(|()| lead(&mut enrolment, unit.now()));
    if let Err(refusal) = led {
        return Ok(Err(refusal));
    }
    let ended = live && !enrolment.state.is_live();
    save(unit, &mut enrolment, run.filter(|_| ended), &caller).await?;
    Ok(Ok(enrolment))
}

/// Writes the enrolment, and the run whose place becomes free.
async fn save(
    unit: &mut Unit,
    enrolment: &mut Enrolment,
    mut run: Option<CourseRun>,
    caller: &Caller,
) -> Result<(), Fault> {
    let actor = &caller.partner;
    let mut changes = vec![enrolment_change(enrolment, actor.clone(), ChangeKind::Updated)];
    if let Some(run) = &mut run {
        run.free_place(unit.now());
        changes.push(run_change(run, actor.clone(), ChangeKind::Updated));
    }
    let revisions = unit.revise(changes).await?;
    enrolment.revision = revisions[0];
    if let Some(run) = &mut run {
        run.revision = revisions[1];
        store::course_runs::save(unit.tx(), &[run]).await?;
    }
    store::enrolments::save(unit.tx(), &[enrolment]).await
}

/// Enters a state that takes no words with it.
pub(super) fn enter(
    enrolment: &mut Enrolment,
    next: Result<EnrolmentState, Refusal>,
    now: Instant,
) -> Result<(), Refusal> {
    enrolment.enter(next?, now);
    Ok(())
}
