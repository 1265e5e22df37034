//! ListMasterclasses.

use crate::{Masterclasses, domain::Masterclass, error::Error, store};
use vocabulary::{Call, Page, PageSize};

pub use store::masterclasses::Filter as MasterclassFilter;

/// Which masterclasses, by name, after a place.
#[derive(Clone, Debug)]
pub struct ListMasterclasses {
    pub filter: MasterclassFilter,
    pub size: PageSize,
}

impl Masterclasses {
    /// Masterclasses in the order of their names.
    ///
    /// # Errors
    /// Storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn list_masterclasses(
        &self,
        call: &Call,
        ask: ListMasterclasses,
    ) -> Result<Page<Masterclass>, Error> {
        let tx = self.ledger.read(call).await?;
        let rows = store::masterclasses::list(&tx, &ask.filter, ask.size.rows() + 1).await?;
        tx.commit().await?;
        Ok(Page::of(rows, ask.size, |masterclass| masterclass.name.0.to_string()))
    }
}
