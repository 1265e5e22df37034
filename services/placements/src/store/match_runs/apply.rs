//! How far a run has been applied: each match is marked in the transaction that proposes its placement.

use crate::domain::{
    MatchRunName, NeedName, OfferName,
    match_run::{Applied, Skipped},
};
use crate::store::tables::{count, key, match_run::MatchRow};
use ledger::{Fault, Tx};
use sea_orm::FromQueryResult;
use vocabulary::Revision;

/// What a match is marked with that was proposed; others are marked with the reason why they were not.
const PROPOSED: &str = "PROPOSED";

/// A match that still has to be proposed.
#[derive(Clone, Debug)]
pub struct ToApply {
    pub ordinal: i64,
    pub need: NeedName,
    pub need_revision: Revision,
    pub offer: OfferName,
    pub offer_revision: Revision,
}

/// The first match of a run that has not been applied. Lock the run first.
pub async fn to_apply(tx: &Tx, run: &MatchRunName) -> Result<Option<ToApply>, Fault> {
    let sql = "SELECT * FROM matches WHERE run = $1 AND offer IS NOT NULL AND applied IS NULL \
               ORDER BY ordinal LIMIT 1";
    let Some(row) = tx.one(sql, vec![run.0.to_string().into()]).await? else { return Ok(None) };
    let row = MatchRow::from_query_result(&row, "")?;
    let (ordinal, found) = (row.ordinal, row.into_domain()?);
    let (need, need_revision) = (found.need, found.need_revision);
    let to_apply = found.place.map(|place| ToApply {
        ordinal,
        need,
        need_revision,
        offer: place.offer,
        offer_revision: place.offer_revision,
    });
    Ok(to_apply)
}

/// Says what came of a match: nothing where it was proposed, or why it was not.
pub async fn mark(tx: &Tx, run: &MatchRunName, ordinal: i64, skipped: Option<&str>) -> Result<(), Fault> {
    let sql = "UPDATE matches SET applied = $3 WHERE run = $1 AND ordinal = $2 AND applied IS NULL";
    let outcome = skipped.unwrap_or(PROPOSED);
    tx.run(sql, vec![run.0.to_string().into(), ordinal.into(), outcome.into()]).await?;
    Ok(())
}

/// The run itself held a place of an offer: to its other matches there, that is no change.
pub async fn place_was_held(
    tx: &Tx,
    run: &MatchRunName,
    offer: &OfferName,
    (before, after): (Revision, Revision),
) -> Result<(), Fault> {
    let sql = "UPDATE matches SET offer_revision = $4 \
               WHERE run = $1 AND offer = $2 AND offer_revision = $3 AND applied IS NULL";
    let values = vec![run.0.to_string().into(), offer.key().into(), before.0.into(), after.0.into()];
    tx.run(sql, values).await?;
    Ok(())
}

/// What came of a run so far.
pub async fn applied(tx: &Tx, run: &MatchRunName) -> Result<Applied, Fault> {
    let id = || vec![run.0.to_string().into()];
    let sql = format!("SELECT COUNT(*) AS many FROM matches WHERE run = $1 AND applied = '{PROPOSED}'");
    let row = tx.one(&sql, id()).await?.ok_or_else(|| Fault::Bug("a count has no row".into()))?;
    let proposed = count(row.try_get("", "many")?)?;
    let sql = format!(
        "SELECT need, applied FROM matches WHERE run = $1 AND applied IS NOT NULL AND applied <> '{PROPOSED}' \
         ORDER BY ordinal"
    );
    let skipped = |row: &sea_orm::QueryResult| {
        let need = key(NeedName::from_key(&row.try_get::<String>("", "need")?))?;
        Ok(Skipped { need, reason: row.try_get("", "applied")? })
    };
    let skipped = tx.all(&sql, id()).await?.iter().map(skipped).collect::<Result<_, Fault>>()?;
    Ok(Applied { proposed, skipped })
}
