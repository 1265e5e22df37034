//! GetPracticeEducator.

use crate::{
    Placements,
    domain::{Educator, EducatorName},
    error::Error,
    store,
};
use vocabulary::Call;

impl Placements {
    /// A practice educator of the caller's partner. Never from a cache: it is about a person.
    ///
    /// # Errors
    /// One who is absent or another partner's; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn get_practice_educator(&self, call: &Call, name: &EducatorName) -> Result<Educator, Error> {
        let tx = self.ledger.read(call).await?;
        let found = store::educators::get(&tx, name).await?;
        tx.commit().await?;
        found.ok_or_else(|| Error::not_found(name))
    }
}
