//! What a plan comes to, in numbers.

use crate::domain::sync::{Counts, CountsByKind, Kind, Tally};
use crate::store::sync::kinds::ALL;
use crate::store::sync::statement::Desk;
use ledger::Fault;

impl Desk<'_> {
    /// By kind, with what the batches already knew.
    pub(super) async fn counts(&self, tally: &mut Tally) -> Result<CountsByKind, Fault> {
        let mut counts = CountsByKind::default();
        for tables in &ALL {
            let kind = tables.kind.at();
            let known = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
            counts[kind].received = known(tally.received[kind]);
            counts[kind].unchanged = known(tally.unchanged[kind]);
            let sql = format!(
                "SELECT action, count(*) AS n FROM {} WHERE run = :run GROUP BY action",
                tables.staged
            );
            for row in self.all(&sql).await? {
                let (action, n): (String, i64) = (row.try_get("", "action")?, row.try_get("", "n")?);
                count(&mut counts[kind], &action, n);
            }
        }
        let sql = "SELECT kind, count(*) AS n FROM sync_rejects WHERE run = :run GROUP BY kind";
        for row in self.all(sql).await? {
            let kind: String = row.try_get("", "kind")?;
            let at = Kind::ALL.into_iter().find(|known| known.as_str() == kind).map_or(3, Kind::at);
            counts[at].rejected = row.try_get("", "n")?;
        }
        Ok(counts)
    }
}

fn count(counts: &mut Counts, action: &str, n: i64) {
    match action {
        "create" => counts.created = n,
        "update" => counts.updated = n,
        "reactivate" => counts.reactivated = n,
        "drop" => counts.dropped = n,
        // What a placement keeps is alike too: it is not among what was sent.
        "same" => counts.unchanged += n,
        _ => {}
    }
}
