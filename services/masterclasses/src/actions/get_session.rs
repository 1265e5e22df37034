//! GetSession.

use crate::{
    Masterclasses,
    domain::{Session, SessionName},
    error::Error,
    store,
};
use cache::Cached;
use std::sync::Arc;
use vocabulary::Call;

impl Masterclasses {
    /// A session, through the cache: at most a second behind, and never behind the revision that the call asks for.
    ///
    /// # Errors
    /// An absent session; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn get_session(&self, call: &Call, name: &SessionName) -> Result<Arc<Cached<Session>>, Error> {
        let key = name.key();
        if let Some(hit) = self.sessions.peek(&key, call.min_revision) {
            return Ok(hit);
        }
        self.ledger.reached(call).await?;
        let (database, name, scope, deadline) =
            (self.ledger.database.clone(), name.clone(), call.scope(), call.deadline);
        let absent = Error::not_found(&name);
        let load = async move {
            let tx = database.read(&scope, Some(deadline)).await?;
            let found = store::sessions::get(&tx, &name).await?;
            tx.commit().await?;
            Ok::<_, Error>(found.map(|session| (session.revision, session)))
        };
        self.sessions.get(&key, call.min_revision, load).await?.ok_or(absent)
    }
}
