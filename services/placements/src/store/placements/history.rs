//! What happened on a placement, day by day and state by state. Whoever asks has looked first whether the placement is
//! theirs to see; row-level security looks again.

use crate::domain::{
    Day, Entry, Placement, PlacementName,
    placement::{LedgerDay, PlacementEvent},
};
use crate::store::tables::placement_history::{DAY_COLUMNS, DayRow, EventRow, event_values};
use ledger::{Fault, Tx, insert_sql};
use sea_orm::FromQueryResult;

/// Days of the ledger after one, by date.
pub async fn days(
    tx: &Tx,
    placement: &PlacementName,
    after: Option<Day>,
    limit: u64,
) -> Result<Vec<LedgerDay>, Fault> {
    let after = after.map(|day| day.to_string()).unwrap_or_default();
    let sql =
        format!("SELECT * FROM placement_days WHERE placement = $1 AND day > $2 ORDER BY day LIMIT {limit}");
    let rows = tx.all(&sql, vec![placement.0.to_string().into(), after.into()]).await?;
    rows.iter().map(|row| DayRow::from_query_result(row, "")?.into_domain()).collect()
}

/// The whole ledger, by date.
pub async fn ledger(tx: &Tx, placement: &PlacementName) -> Result<Vec<Entry>, Fault> {
    let sql = "SELECT * FROM placement_days WHERE placement = $1 ORDER BY day";
    let rows = tx.all(sql, vec![placement.0.to_string().into()]).await?;
    rows.iter().map(|row| Ok(DayRow::from_query_result(row, "")?.into_domain()?.entry())).collect()
}

/// Writes days; those that are there are replaced.
pub async fn save_days(tx: &Tx, placement: &Placement, days: &[LedgerDay]) -> Result<(), Fault> {
    let rows: Vec<DayRow> = days.iter().map(|day| DayRow::of(placement, day)).collect();
    let sql = format!(
        "{} ON CONFLICT (placement, day) DO UPDATE SET kind = excluded.kind, note = excluded.note",
        insert_sql(tx.dialect(), "placement_days", DAY_COLUMNS)
    );
    tx.run(&sql, vec![serde_json::to_string(&rows)?.into()]).await?;
    Ok(())
}

/// Events after the `after`th, oldest first, each with its place.
pub async fn events(
    tx: &Tx,
    placement: &PlacementName,
    after: i64,
    limit: u64,
) -> Result<Vec<(i64, PlacementEvent)>, Fault> {
    let sql = format!(
        "SELECT * FROM placement_events WHERE placement = $1 AND ordinal > $2 ORDER BY ordinal LIMIT {limit}"
    );
    let rows = tx.all(&sql, vec![placement.0.to_string().into(), after.into()]).await?;
    rows.iter().map(|row| EventRow::from_query_result(row, "")?.into_domain()).collect()
}

/// Writes what happened to a placement that is locked.
pub async fn add_event(tx: &Tx, placement: &PlacementName, event: &PlacementEvent) -> Result<(), Fault> {
    let sql = "INSERT INTO placement_events (placement, ordinal, from_state, to_state, actor, reason, at_us) \
               SELECT $1, COALESCE(MAX(ordinal), 0) + 1, $2, $3, $4, $5, $6 \
               FROM placement_events WHERE placement = $1";
    let id = placement.0.to_string().into();
    tx.run(sql, [id].into_iter().chain(event_values(event)).collect()).await?;
    Ok(())
}
