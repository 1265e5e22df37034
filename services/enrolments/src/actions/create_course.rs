//! CreateCourse.

use crate::{
    Enrolments,
    changes::course_change,
    domain::{Course, CourseDetails, CourseName, Refusal},
    error::{Error, answered},
    store,
};
use ledger::{ChangeKind, Done, Fault, Unit, Write};
use serde::Serialize;
use std::sync::Arc;
use vocabulary::{Call, RequestId, ResourceId};

#[derive(Clone, Debug, Serialize)]
pub struct CreateCourse {
    /// The last segment of its name; chosen here where it is not given.
    pub id: Option<ResourceId>,
    pub details: CourseDetails,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Enrolments {
    /// Adds a course of the caller's university.
    ///
    /// # Errors
    /// A name that is taken.
    #[tracing::instrument(skip_all)]
    pub async fn create_course(&self, call: &Call, ask: CreateCourse) -> Result<Done<Course>, Error> {
        let id = ask.id.clone().unwrap_or_else(|| self.new_id());
        let name = CourseName { partner: call.caller.partner.clone(), id };
        let write = Write::of(call, ask.request_id, &ask, &name)?;
        let work = self
            .ledger
            .write(write, (name, ask.details), |unit, (name, details)| Box::pin(create(unit, name, details)));
        Ok(self.shelve_course(answered(work.await?)?))
    }

    /// Refreshes the cache with a course that has just been written.
    pub(super) fn shelve_course(&self, done: Done<Course>) -> Done<Course> {
        self.courses.put(&done.value.name.key(), done.value.revision, Arc::new(done.value.clone()));
        done
    }
}

async fn create(
    unit: &mut Unit,
    name: CourseName,
    details: CourseDetails,
) -> Result<Result<Course, Refusal>, Fault> {
    if store::courses::lock(unit.tx(), &name).await?.is_some() {
        return Ok(Err(Refusal::CourseExists));
    }
    let mut course = Course::made(name, details, unit.now());
    let change = course_change(&course, course.name.partner.clone(), ChangeKind::Created);
    course.revision = unit.revise(vec![change]).await?[0];
    store::courses::save(unit.tx(), &course).await?;
    Ok(Ok(course))
}
