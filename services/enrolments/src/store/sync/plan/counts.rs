//! What a plan comes to, in numbers.

use crate::domain::sync::{CountsByKind, Kind, Tally};
use crate::store::sync::statement::Desk;
use ledger::Fault;

impl Desk<'_> {
    /// By kind, with what the batches already knew.
    pub(super) async fn counts(&mut self, tally: &Tally) -> Result<CountsByKind, Fault> {
        // Otherwise everything is still what it was when it was last looked at.
        if self.names.gauge.has(Kind::Enrolment, &["drop"]) || self.has_refused().await? {
            self.gauge().await?;
        }
        let known = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let mut counts = CountsByKind::default();
        for kind in Kind::ALL {
            let staged = |action| self.names.gauge.count(kind, action);
            let counts = &mut counts[kind.at()];
            counts.received = known(tally.received[kind.at()]);
            // What a placement keeps is alike too: it is not among what was sent.
            counts.unchanged = known(tally.unchanged[kind.at()]) + staged("same");
            counts.created = staged("create");
            counts.updated = staged("update");
            counts.reactivated = staged("reactivate");
            counts.dropped = staged("drop");
            counts.rejected = self.names.gauge.rejected[kind.at()];
        }
        Ok(counts)
    }
}
