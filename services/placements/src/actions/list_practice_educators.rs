//! ListPracticeEducators.

use crate::{Placements, domain::Educator, error::Error, store};
use vocabulary::{Call, Page, PageSize};

pub use store::educators::Filter as EducatorFilter;

/// Which practice educators, by name, after a place.
#[derive(Clone, Debug)]
pub struct ListPracticeEducators {
    pub filter: EducatorFilter,
    pub size: PageSize,
}

impl Placements {
    /// Those of a partner in the order of their names: nobody, where it is not the caller's.
    ///
    /// # Errors
    /// Storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn list_practice_educators(
        &self,
        call: &Call,
        ask: ListPracticeEducators,
    ) -> Result<Page<Educator>, Error> {
        let tx = self.ledger.read(call).await?;
        let rows = store::educators::list(&tx, &ask.filter, ask.size.rows() + 1).await?;
        tx.commit().await?;
        Ok(Page::of(rows, ask.size, |educator| educator.name.key()))
    }
}
