//! GetEnrolment.

use crate::{
    Enrolments,
    domain::{Enrolment, EnrolmentName},
    error::Error,
    store,
};
use vocabulary::Call;

impl Enrolments {
    /// An enrolment, for its university and for its sponsor. Never from a cache: it is about a person.
    ///
    /// # Errors
    /// An enrolment that is absent or not the caller's to see; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn get_enrolment(&self, call: &Call, name: &EnrolmentName) -> Result<Enrolment, Error> {
        let tx = self.ledger.read(call).await?;
        let found = store::enrolments::get(&tx, name).await?;
        tx.commit().await?;
        found.ok_or_else(|| Error::not_found(name))
    }
}
