//! Needs: seen by their university, and by the host that has accepted the student.

mod adjustments;
mod list;

pub use adjustments::{adjustments, set_adjustments};
pub use list::{Filter, list, open_for};

use super::Binds;
use super::tables::need::{COLUMNS, NeedRow, read, select};
use super::tables::{key, name, word};
use crate::domain::{Need, NeedName, PlacementState, Stage};
use ledger::{Fault, Tx, insert_sql};
use std::collections::HashMap;
use vocabulary::{PartnerId, PersonName, Scope, person_key};

/// States in which the host has not accepted the student, or no longer has them.
const UNANSWERED: [PlacementState; 4] =
    [PlacementState::Proposed, PlacementState::Declined, PlacementState::Expired, PlacementState::Withdrawn];

/// The predicate that keeps a query to what its scope may see.
fn scope(binds: &mut Binds, scope: &Scope) -> String {
    match scope {
        Scope::Service => "true".into(),
        Scope::Partner(partner) => {
            let me = binds.add(partner.as_str());
            let not = words(&UNANSWERED);
            format!(
                "(n.partner = {me} OR EXISTS (SELECT 1 FROM placements p WHERE p.id = n.placement \
                 AND p.host = {me} AND p.state NOT IN ({not})))"
            )
        }
    }
}

fn words(states: &[PlacementState]) -> String {
    states.iter().map(|state| format!("'{}'", word(state))).collect::<Vec<_>>().join(", ")
}

/// Those of these needs that the scope may see.
pub async fn by_keys(tx: &Tx, keys: &[String]) -> Result<Vec<Need>, Fault> {
    among(tx, keys, "").await
}

/// One that the scope may see.
pub async fn get(tx: &Tx, name: &NeedName) -> Result<Option<Need>, Fault> {
    Ok(by_keys(tx, &[name.key()]).await?.pop())
}

/// As [`get`], and nobody else changes it before this transaction ends. Lock its student first, where they are needed.
pub async fn lock(tx: &Tx, name: &NeedName) -> Result<Option<Need>, Fault> {
    Ok(lock_many(tx, &[name.key()]).await?.pop())
}

/// As [`lock`], in the order of their keys.
pub async fn lock_many(tx: &Tx, keys: &[String]) -> Result<Vec<Need>, Fault> {
    among(tx, keys, tx.dialect().pick(" FOR UPDATE OF n", "")).await
}

async fn among(tx: &Tx, keys: &[String], lock: &str) -> Result<Vec<Need>, Fault> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut binds = Binds(vec![serde_json::to_string(keys)?.into()]);
    let scope = scope(&mut binds, tx.scope());
    let among = ledger::among_sql(tx.dialect(), "n.id", 1);
    let sql = format!("{} WHERE {among} AND {scope} ORDER BY n.id{lock}", select());
    read(&tx.all(&sql, binds.0).await?)
}

/// Everything that a student of the scope's partner needs or needed, locked in the order of their keys.
pub async fn lock_of(tx: &Tx, person: &PersonName) -> Result<Vec<Need>, Fault> {
    let lock = tx.dialect().pick(" FOR UPDATE OF n", "");
    let sql = format!("{} WHERE n.student = $1 ORDER BY n.id{lock}", select());
    read(&tx.all(&sql, vec![person_key(person).into()]).await?)
}

/// Whether the name is taken.
pub async fn exists(tx: &Tx, name: &NeedName) -> Result<bool, Fault> {
    let sql = "SELECT 1 AS one FROM placement_needs WHERE id = $1";
    Ok(tx.one(sql, vec![name.key().into()]).await?.is_some())
}

/// Whether the student has an open need for a stage.
pub async fn has_open(tx: &Tx, person: &PersonName, stage: Stage) -> Result<bool, Fault> {
    let sql = "SELECT 1 AS one FROM placement_needs WHERE student = $1 AND stage = $2 AND state = 'open'";
    Ok(tx.one(sql, vec![person_key(person).into(), word(&stage).into()]).await?.is_some())
}

/// The host of each of these needs that one has accepted.
pub async fn hosts(tx: &Tx, needs: &[&Need]) -> Result<HashMap<NeedName, PartnerId>, Fault> {
    let placed: Vec<String> = needs
        .iter()
        .filter_map(|need| need.placement.as_ref())
        .map(|placement| placement.0.to_string())
        .collect();
    if placed.is_empty() {
        return Ok(HashMap::new());
    }
    let among = ledger::among_sql(tx.dialect(), "id", 1);
    let not = words(&UNANSWERED);
    let sql = format!("SELECT need, host FROM placements WHERE {among} AND state NOT IN ({not})");
    let rows = tx.all(&sql, vec![serde_json::to_string(&placed)?.into()]).await?;
    rows.iter()
        .map(|row| {
            let need = key(NeedName::from_key(&row.try_get::<String>("", "need")?))?;
            Ok((need, name(&row.try_get::<String>("", "host")?)?))
        })
        .collect()
}

/// Writes a new need; its student and adjustments are written apart.
///
/// # Errors
/// [`Fault::Contention`] where somebody else took its name in the meantime; storage fails.
pub async fn add(tx: &Tx, need: &Need) -> Result<(), Fault> {
    let sql = format!("{} ON CONFLICT (id) DO NOTHING", insert_sql(tx.dialect(), "placement_needs", COLUMNS));
    let rows = serde_json::to_string(&[NeedRow::of(need)])?;
    if tx.run(&sql, vec![rows.into()]).await? == 0 {
        return Err(Fault::Contention("a need of that name was made meanwhile".into()));
    }
    Ok(())
}

/// Writes needs that are there; their students and adjustments are written apart.
pub async fn save(tx: &Tx, needs: &[&Need]) -> Result<(), Fault> {
    if needs.is_empty() {
        return Ok(());
    }
    let rows: Vec<NeedRow> = needs.iter().map(|need| NeedRow::of(need)).collect();
    let sql = ledger::upsert_sql(tx.dialect(), "placement_needs", COLUMNS);
    tx.run(&sql, vec![serde_json::to_string(&rows)?.into()]).await?;
    Ok(())
}

/// Keeps why a need was taken back.
pub async fn keep_reason(tx: &Tx, name: &NeedName, reason: &str) -> Result<(), Fault> {
    let sql = "UPDATE placement_needs SET withdraw_reason = $2 WHERE id = $1";
    tx.run(sql, vec![name.key().into(), reason.into()]).await?;
    Ok(())
}
