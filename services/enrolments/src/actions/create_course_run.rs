//! CreateCourseRun.

use super::own;
use crate::{
    Enrolments,
    changes::run_change,
    domain::{CourseName, CourseRun, Refusal, RunName, RunPlan},
    error::{Error, answered},
    store,
};
use ledger::{ChangeKind, Done, Fault, Unit, Write};
use serde::Serialize;
use std::sync::Arc;
use vocabulary::{Call, Caller, RequestId, ResourceId};

#[derive(Clone, Debug, Serialize)]
pub struct CreateCourseRun {
    pub course: CourseName,
    /// The last segment of its name; chosen here where it is not given.
    pub id: Option<ResourceId>,
    pub plan: RunPlan,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Enrolments {
    /// Adds a run to a course of the caller's university.
    ///
    /// # Errors
    /// An absent course, or another university's; a name that is taken; an end before the start.
    #[tracing::instrument(skip_all)]
    pub async fn create_course_run(
        &self,
        call: &Call,
        ask: CreateCourseRun,
    ) -> Result<Done<CourseRun>, Error> {
        let id = ask.id.clone().unwrap_or_else(|| self.new_id());
        let name = RunName { course: ask.course.clone(), id };
        let write = Write::of(call, ask.request_id, &ask, &name)?;
        let with = (name, ask.plan, call.caller.clone());
        let work = self
            .ledger
            .write(write, with, |unit, (name, plan, caller)| Box::pin(create(unit, name, plan, caller)));
        Ok(self.shelve_run(answered(work.await?)?))
    }

    /// Refreshes the cache with a run that has just been written.
    pub(super) fn shelve_run(&self, done: Done<CourseRun>) -> Done<CourseRun> {
        self.runs.put(&done.value.name.key(), done.value.revision, Arc::new(done.value.clone()));
        done
    }
}

async fn create(
    unit: &mut Unit,
    name: RunName,
    plan: RunPlan,
    caller: Caller,
) -> Result<Result<CourseRun, Refusal>, Fault> {
    if let Err(refusal) = own(&caller, name.partner(), &name.course).and_then(|()| plan.check()) {
        return Ok(Err(refusal));
    }
    if store::courses::lock(unit.tx(), &name.course).await?.is_none() {
        return Ok(Err(Refusal::not_found(&name.course)));
    }
    if store::course_runs::lock_one(unit.tx(), &name).await?.is_some() {
        return Ok(Err(Refusal::CourseRunExists));
    }
    let mut run = CourseRun::made(name, plan, unit.now());
    run.revision = unit.revise(vec![run_change(&run, caller.partner, ChangeKind::Created)]).await?[0];
    store::course_runs::save(unit.tx(), &[&run]).await?;
    Ok(Ok(run))
}
