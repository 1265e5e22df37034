//! VerifyAuditLog.

use crate::{Enrolments, error::Error};
use ledger::Verdict;
use vocabulary::Call;

impl Enrolments {
    /// Recomputes the chain of the caller's partner's log.
    ///
    /// # Errors
    /// Storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn verify_audit_log(
        &self,
        call: &Call,
        known: Option<(i64, String)>,
    ) -> Result<Verdict, Error> {
        Ok(self.ledger.audit_verify(call, known).await?)
    }
}
