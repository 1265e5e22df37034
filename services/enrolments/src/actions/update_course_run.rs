//! UpdateCourseRun.

use super::{check_etag, own};
use crate::{
    Enrolments,
    changes::run_change,
    domain::{CourseRun, Refusal, RunEdit, RunName},
    error::{Error, answered},
    store,
};
use ledger::{ChangeKind, Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, Caller, RequestId, Revision};

#[derive(Clone, Debug, Serialize)]
pub struct UpdateCourseRun {
    pub name: RunName,
    pub etag: Option<Revision>,
    pub edit: RunEdit,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Enrolments {
    /// Sets the fields that the edit names.
    ///
    /// # Errors
    /// An absent run, or another university's; a stale etag; fewer places than are taken; an end before the start.
    #[tracing::instrument(skip_all)]
    pub async fn update_course_run(
        &self,
        call: &Call,
        ask: UpdateCourseRun,
    ) -> Result<Done<CourseRun>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.name)?;
        let work = self.ledger.write(write, (ask, call.caller.clone()), |unit, (ask, caller)| {
            Box::pin(update(unit, ask, caller))
        });
        Ok(self.shelve_run(answered(work.await?)?))
    }
}

async fn update(
    unit: &mut Unit,
    ask: UpdateCourseRun,
    caller: Caller,
) -> Result<Result<CourseRun, Refusal>, Fault> {
    if let Err(refusal) = own(&caller, ask.name.partner(), &ask.name) {
        return Ok(Err(refusal));
    }
    let Some(mut run) = store::course_runs::lock_one(unit.tx(), &ask.name).await? else {
        return Ok(Err(Refusal::not_found(&ask.name)));
    };
    let year = run.plan.academic_year;
    let edited = check_etag(ask.etag, run.revision).and_then(|()| run.edit(ask.edit, unit.now()));
    if let Err(refusal) = edited {
        return Ok(Err(refusal));
    }
    run.revision = unit.revise(vec![run_change(&run, caller.partner, ChangeKind::Updated)]).await?[0];
    store::course_runs::save(unit.tx(), &[&run]).await?;
    if run.plan.academic_year != year {
        store::enrolments::follow_year(unit.tx(), &run.name, &run.plan.academic_year.to_string()).await?;
    }
    Ok(Ok(run))
}
