//! ListCourses.

use crate::{Enrolments, domain::Course, error::Error, store};
use vocabulary::{Call, Page, PageSize};

pub use store::courses::Filter as CourseFilter;

/// Which courses, by name, after a place.
#[derive(Clone, Debug)]
pub struct ListCourses {
    pub filter: CourseFilter,
    pub size: PageSize,
}

impl Enrolments {
    /// Courses in the order of their names.
    ///
    /// # Errors
    /// Storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn list_courses(&self, call: &Call, ask: ListCourses) -> Result<Page<Course>, Error> {
        let tx = self.ledger.read(call).await?;
        let rows = store::courses::list(&tx, &ask.filter, ask.size.rows() + 1).await?;
        tx.commit().await?;
        Ok(Page::of(rows, ask.size, |course| course.name.key()))
    }
}
