//! ListHostingInterests.

use crate::{Placements, domain::HostingInterest, error::Error, store};
use vocabulary::{Call, Page, PageSize};

pub use store::interests::Filter as InterestFilter;

/// Which interests, by name, after a place.
#[derive(Clone, Debug)]
pub struct ListHostingInterests {
    pub filter: InterestFilter,
    pub size: PageSize,
}

impl Placements {
    /// Who means to host, in the order of their names.
    ///
    /// # Errors
    /// Storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn list_hosting_interests(
        &self,
        call: &Call,
        ask: ListHostingInterests,
    ) -> Result<Page<HostingInterest>, Error> {
        let tx = self.ledger.read(call).await?;
        let rows = store::interests::list(&tx, &ask.filter, ask.size.rows() + 1).await?;
        tx.commit().await?;
        Ok(Page::of(rows, ask.size, |interest| interest.name.key()))
    }
}
