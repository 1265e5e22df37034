//! People, as their university knows them: for it, and for whoever sponsors an enrolment of theirs.

use super::tables::learner::{COLUMNS, LearnerRow};
use crate::domain::{Learner, names::person_key};
use ledger::{Fault, Tx, insert_sql};
use sea_orm::FromQueryResult;
use vocabulary::PersonName;

/// The person, whom nobody else changes before this transaction ends.
pub async fn lock(tx: &Tx, person: &PersonName) -> Result<Option<Learner>, Fault> {
    let sql = format!("SELECT * FROM people WHERE id = $1{}", tx.dialect().for_update());
    let row = tx.one(&sql, vec![person_key(person).into()]).await?;
    row.map(|row| LearnerRow::from_query_result(&row, "")?.into_domain()).transpose()
}

/// Writes somebody new.
///
/// # Errors
/// [`Fault::Contention`] where somebody else did in the meantime; storage fails.
pub async fn add(tx: &Tx, learner: &Learner) -> Result<(), Fault> {
    let sql = format!("{} ON CONFLICT (id) DO NOTHING", insert_sql(tx.dialect(), "people", COLUMNS));
    let rows = serde_json::to_string(&[LearnerRow::of(learner)])?;
    if tx.run(&sql, vec![rows.into()]).await? == 0 {
        return Err(Fault::Contention("the person was made meanwhile".into()));
    }
    Ok(())
}

/// Writes somebody who is known.
pub async fn save(tx: &Tx, learner: &Learner) -> Result<(), Fault> {
    let rows = serde_json::to_string(&[LearnerRow::of(learner)])?;
    tx.run(&ledger::upsert_sql(tx.dialect(), "people", COLUMNS), vec![rows.into()]).await?;
    Ok(())
}

/// The next sync writes what its source says of them, whatever that is.
pub async fn forget_source(tx: &Tx, person: &PersonName) -> Result<(), Fault> {
    tx.run("UPDATE people SET hash = NULL WHERE id = $1", vec![person_key(person).into()]).await?;
    Ok(())
}
