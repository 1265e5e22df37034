//! GetMasterclass.

use crate::{
    Masterclasses,
    domain::{Masterclass, MasterclassName},
    error::Error,
    store,
};
use cache::Cached;
use std::sync::Arc;
use vocabulary::Call;

impl Masterclasses {
    /// A masterclass, through the cache, as [`Masterclasses::get_session`].
    ///
    /// # Errors
    /// An absent masterclass; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn get_masterclass(
        &self,
        call: &Call,
        name: &MasterclassName,
    ) -> Result<Arc<Cached<Masterclass>>, Error> {
        let key = name.0.as_str().to_owned();
        if let Some(hit) = self.masterclasses.peek(&key, call.min_revision) {
            return Ok(hit);
        }
        self.ledger.reached(call).await?;
        let (database, name, scope, deadline) =
            (self.ledger.database.clone(), name.clone(), call.scope(), call.deadline);
        let absent = Error::not_found(&name);
        let load = async move {
            let tx = database.read(&scope, Some(deadline)).await?;
            let found = store::masterclasses::get(&tx, &name).await?;
            tx.commit().await?;
            Ok::<_, Error>(found.map(|masterclass| (masterclass.revision, masterclass)))
        };
        self.masterclasses.get(&key, call.min_revision, load).await?.ok_or(absent)
    }
}
