//! ListEnrolments.

use crate::{Enrolments, domain::Enrolment, error::Error, store};
use vocabulary::{Call, Page, PageSize};

pub use store::enrolments::Filter as EnrolmentFilter;

/// Which enrolments, by name, after a place.
#[derive(Clone, Debug)]
pub struct ListEnrolments {
    pub filter: EnrolmentFilter,
    pub size: PageSize,
}

impl Enrolments {
    /// Enrolments in the order of their names: the caller's university's, or what the caller sponsors at one
    /// university or at all of them.
    ///
    /// # Errors
    /// Storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn list_enrolments(&self, call: &Call, ask: ListEnrolments) -> Result<Page<Enrolment>, Error> {
        let tx = self.ledger.read(call).await?;
        let limit = ask.size.rows() + 1;
        let rows = store::enrolments::list(&tx, &call.caller.partner, &ask.filter, limit).await?;
        tx.commit().await?;
        Ok(Page::of(rows, ask.size, |enrolment| enrolment.name.key()))
    }
}
