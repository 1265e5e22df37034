//! GetCourse.

use crate::{
    Enrolments,
    domain::{Course, CourseName},
    error::Error,
    store,
};
use cache::Cached;
use std::sync::Arc;
use vocabulary::Call;

impl Enrolments {
    /// A course, through the cache: at most a second behind, and never behind the revision that the call asks for.
    ///
    /// # Errors
    /// An absent course; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn get_course(&self, call: &Call, name: &CourseName) -> Result<Arc<Cached<Course>>, Error> {
        let key = name.key();
        if let Some(hit) = self.courses.peek(&key, call.min_revision) {
            return Ok(hit);
        }
        self.ledger.reached(call).await?;
        let (database, name, scope, deadline) =
            (self.ledger.database.clone(), name.clone(), call.scope(), call.deadline);
        let absent = Error::not_found(&name);
        let load = async move {
            let tx = database.read(&scope, Some(deadline)).await?;
            let found = store::courses::get(&tx, &name).await?;
            tx.commit().await?;
            Ok::<_, Error>(found.map(|course| (course.revision, course)))
        };
        self.courses.get(&key, call.min_revision, load).await?.ok_or(absent)
    }
}
