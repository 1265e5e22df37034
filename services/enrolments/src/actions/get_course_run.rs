//! GetCourseRun.

use crate::{
    Enrolments,
    domain::{CourseRun, RunName},
    error::Error,
    store,
};
use cache::Cached;
use std::sync::Arc;
use vocabulary::Call;

impl Enrolments {
    /// A run with its places, through the cache: at most a second behind, and never behind the revision that the call asks for.
    ///
    /// # Errors
    /// An absent run; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn get_course_run(&self, call: &Call, name: &RunName) -> Result<Arc<Cached<CourseRun>>, Error> {
        let key = name.key();
        if let Some(hit) = self.runs.peek(&key, call.min_revision) {
            return Ok(hit);
        }
        self.ledger.reached(call).await?;
        let (database, name, scope, deadline) =
            (self.ledger.database.clone(), name.clone(), call.scope(), call.deadline);
        let absent = Error::not_found(&name);
        let load = async move {
            let tx = database.read(&scope, Some(deadline)).await?;
            let found = store::course_runs::get(&tx, &name).await?;
            tx.commit().await?;
            Ok::<_, Error>(found.map(|run| (run.revision, run)))
        };
        self.runs.get(&key, call.min_revision, load).await?.ok_or(absent)
    }
}
