//! ListCourseRuns.

use crate::{Enrolments, domain::CourseRun, error::Error, store};
use vocabulary::{Call, Page, PageSize};

pub use store::course_runs::{Filter as CourseRunFilter, Within};

/// Which runs, by name, after a place.
#[derive(Clone, Debug)]
pub struct ListCourseRuns {
    pub filter: CourseRunFilter,
    pub size: PageSize,
}

impl Enrolments {
    /// Runs in the order of their names.
    ///
    /// # Errors
    /// Storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn list_course_runs(&self, call: &Call, ask: ListCourseRuns) -> Result<Page<CourseRun>, Error> {
        let tx = self.ledger.read(call).await?;
        let rows = store::course_runs::list(&tx, &ask.filter, ask.size.rows() + 1).await?;
        tx.commit().await?;
        Ok(Page::of(rows, ask.size, |run| run.name.key()))
    }
}
