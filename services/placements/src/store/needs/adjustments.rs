//! Reasonable adjustments: special category data, in a table of their own. Whoever calls this enters the reading in
//! the audit log.

use super::{UNANSWERED, words};
use crate::{
    domain::{NeedName, PlacementState},
    store::Binds,
};
use ledger::{Fault, Tx};
use vocabulary::{Personal, Scope};

/// What the student needs, for their university, and for the host once the placement is confirmed; empty for everybody
/// else, and where they need nothing.
pub async fn adjustments(tx: &Tx, name: &NeedName) -> Result<Personal<String>, Fault> {
    let mut binds = Binds(vec![name.key().into()]);
    let scope = match tx.scope() {
        Scope::Service => "true".into(),
        Scope::Partner(partner) => {
            let me = binds.add(partner.as_str());
            let not = words(&[&UNANSWERED[..], &[PlacementState::Accepted]].concat());
            format!(
                "(a.partner = {me} OR EXISTS (SELECT 1 FROM placement_needs n JOIN placements p \
                 ON p.id = n.placement WHERE n.id = a.id AND p.host = {me} AND p.state NOT IN ({not})))"
            )
        }
    };
    let sql = format!("SELECT a.adjustments FROM need_adjustments a WHERE a.id = $1 AND {scope}");
    let row = tx.one(&sql, binds.0).await?;
    Ok(row.map(|row| row.try_get("", "adjustments")).transpose()?.map(Personal::new).unwrap_or_default())
}

/// Writes what the student needs; nothing is kept where that is empty.
pub async fn set_adjustments(tx: &Tx, name: &NeedName, said: &Personal<String>) -> Result<(), Fault> {
    if said.expose().is_empty() {
        tx.run("DELETE FROM need_adjustments WHERE id = $1", vec![name.key().into()]).await?;
        return Ok(());
    }
    let sql = "INSERT INTO need_adjustments (id, partner, adjustments) VALUES ($1, $2, $3) \
               ON CONFLICT (id) DO UPDATE SET adjustments = excluded.adjustments";
    let values = vec![name.key().into(), name.partner.as_str().into(), said.expose().as_str().into()];
    tx.run(sql, values).await?;
    Ok(())
}
