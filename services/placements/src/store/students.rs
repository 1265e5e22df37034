//! Students: who they are, once for all their needs and placements.

use super::tables::student::{COLUMNS, StudentRow};
use crate::domain::Person;
use ledger::{Fault, Tx, insert_sql};
use sea_orm::FromQueryResult;
use vocabulary::{PersonName, person_key};

/// The student, whom nobody else changes before this transaction ends. Students are locked before anything else.
pub async fn lock(tx: &Tx, person: &PersonName) -> Result<Option<Person>, Fault> {
    let sql = format!("SELECT * FROM students WHERE id = $1{}", tx.dialect().for_update());
    let row = tx.one(&sql, vec![person_key(person).into()]).await?;
    row.map(|row| StudentRow::from_query_result(&row, "")?.into_domain()).transpose()
}

/// Locks these students, in the order of their keys.
pub async fn lock_many(tx: &Tx, keys: &[String]) -> Result<Vec<Person>, Fault> {
    let among = ledger::among_sql(tx.dialect(), "id", 1);
    let sql = format!("SELECT * FROM students WHERE {among} ORDER BY id{}", tx.dialect().for_update());
    let rows = tx.all(&sql, vec![serde_json::to_string(keys)?.into()]).await?;
    rows.iter().map(|row| StudentRow::from_query_result(row, "")?.into_domain()).collect()
}

/// Writes somebody new.
///
/// # Errors
/// [`Fault::Contention`] where somebody else did in the meantime; storage fails.
pub async fn add(tx: &Tx, student: &Person) -> Result<(), Fault> {
    let sql = format!("{} ON CONFLICT (id) DO NOTHING", insert_sql(tx.dialect(), "students", COLUMNS));
    let rows = serde_json::to_string(&[StudentRow::of(student)])?;
    if tx.run(&sql, vec![rows.into()]).await? == 0 {
        return Err(Fault::Contention("the student was made meanwhile".into()));
    }
    Ok(())
}

/// Writes somebody who is known.
pub async fn save(tx: &Tx, student: &Person) -> Result<(), Fault> {
    let rows = serde_json::to_string(&[StudentRow::of(student)])?;
    tx.run(&ledger::upsert_sql(tx.dialect(), "students", COLUMNS), vec![rows.into()]).await?;
    Ok(())
}
