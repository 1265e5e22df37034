//! ListLearningNeeds.

use crate::{Masterclasses, domain::LearningNeed, error::Error, store};
use vocabulary::{Call, Page, PageSize};

pub use store::learning_needs::Filter as LearningNeedFilter;

/// Which needs, by name, after a place.
#[derive(Clone, Debug)]
pub struct ListLearningNeeds {
    pub filter: LearningNeedFilter,
    pub size: PageSize,
}

impl Masterclasses {
    /// Learning needs in the order of their names. Every partner sees every need: agreeing is between partners.
    ///
    /// # Errors
    /// Storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn list_learning_needs(
        &self,
        call: &Call,
        ask: ListLearningNeeds,
    ) -> Result<Page<LearningNeed>, Error> {
        let tx = self.ledger.read(call).await?;
        let rows = store::learning_needs::list(&tx, &ask.filter, ask.size.rows() + 1).await?;
        tx.commit().await?;
        Ok(Page::of(rows, ask.size, |need| format!("{}/{}", need.name.partner, need.name.id)))
    }
}
