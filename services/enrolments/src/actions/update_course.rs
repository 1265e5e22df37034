//! UpdateCourse.

use super::{check_etag, own};
use crate::{
    Enrolments,
    changes::course_change,
    domain::{Course, CourseEdit, CourseName, Refusal},
    error::{Error, answered},
    store,
};
use ledger::{ChangeKind, Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, Caller, RequestId, Revision};

#[derive(Clone, Debug, Serialize)]
pub struct UpdateCourse {
    pub name: CourseName,
    pub etag: Option<Revision>,
    pub edit: CourseEdit,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Enrolments {
    /// Sets the fields that the edit names.
    ///
    /// # Errors
    /// An absent course, or another university's; a stale etag.
    #[tracing::instrument(skip_all)]
    pub async fn update_course(&self, call: &Call, ask: UpdateCourse) -> Result<Done<Course>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.name)?;
        let work = self.ledger.write(write, (ask, call.caller.clone()), |unit, (ask, caller)| {
            Box::pin(update(unit, ask, caller))
        });
        Ok(self.shelve_course(answered(work.await?)?))
    }
}

async fn update(
    unit: &mut Unit,
    ask: UpdateCourse,
    caller: Caller,
) -> Result<Result<Course, Refusal>, Fault> {
    if let Err(refusal) = own(&caller, &ask.name.partner, &ask.name) {
        return Ok(Err(refusal));
    }
    let Some(mut course) = store::courses::lock(unit.tx(), &ask.name).await? else {
        return Ok(Err(Refusal::not_found(&ask.name)));
    };
    if let Err(refusal) = check_etag(ask.etag, course.revision) {
        return Ok(Err(refusal));
    }
    course.edit(ask.edit, unit.now());
    let change = course_change(&course, caller.partner, ChangeKind::Updated);
    course.revision = unit.revise(vec![change]).await?[0];
    store::courses::save(unit.tx(), &course).await?;
    Ok(Ok(course))
}
