//! ListAuditEntries.

use super::Page;
use crate::{Enrolments, error::Error};
use ledger::{AuditFilter, AuditRow};
use vocabulary::{Call, PageSize};

impl Enrolments {
    /// The caller's partner's log, newest first.
    ///
    /// # Errors
    /// Storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn list_audit_entries(
        &self,
        call: &Call,
        filter: AuditFilter,
        size: PageSize,
    ) -> Result<Page<AuditRow>, Error> {
        let rows = self.ledger.audit_list(call, &filter, size.rows() + 1).await?;
        Ok(Page::of(rows, size, |row| row.position.to_string()))
    }
}
