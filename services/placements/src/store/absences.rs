//! How enrolments whose students were on a placement were away when last heard of, by their names.

use ledger::{Fault, Tx};
use vocabulary::PartnerId;

pub async fn get(tx: &Tx, enrolment: &str) -> Result<Option<String>, Fault> {
    let row = tx.one("SELECT state FROM absences WHERE id = $1", vec![enrolment.into()]).await?;
    Ok(row.map(|row| row.try_get("", "state")).transpose()?)
}

/// Those of a university.
pub async fn of(tx: &Tx, university: &PartnerId) -> Result<Vec<String>, Fault> {
    let sql = "SELECT id FROM absences WHERE university = $1 ORDER BY id";
    let rows = tx.all(sql, vec![university.as_str().into()]).await?;
    rows.iter().map(|row| Ok(row.try_get("", "id")?)).collect()
}

pub async fn keep(tx: &Tx, university: &PartnerId, enrolment: &str, state: &str) -> Result<(), Fault> {
    let sql = "INSERT INTO absences (id, university, state) VALUES ($1, $2, $3) \
               ON CONFLICT (id) DO UPDATE SET state = excluded.state";
    tx.run(sql, vec![enrolment.into(), university.as_str().into(), state.into()]).await.map(drop)
}

pub async fn forget(tx: &Tx, enrolment: &str) -> Result<(), Fault> {
    tx.run("DELETE FROM absences WHERE id = $1", vec![enrolment.into()]).await.map(drop)
}
