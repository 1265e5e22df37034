//! Whom a placement keeps from being dropped.

use ledger::{Fault, Tx};
use vocabulary::{PartnerId, PersonName, person_key};

pub async fn keep(tx: &Tx, placement: &str, student: &PersonName) -> Result<(), Fault> {
    let sql =
        "INSERT INTO live_placements (person, placement, partner) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    let values = vec![person_key(student).into(), placement.into(), student.partner().as_str().into()];
    tx.run(sql, values).await.map(drop)
}

/// It has ended, or is gone.
pub async fn release(tx: &Tx, university: &PartnerId, placement: &str) -> Result<(), Fault> {
    let sql = "DELETE FROM live_placements WHERE partner = $1 AND placement = $2";
    tx.run(sql, vec![university.as_str().into(), placement.into()]).await.map(drop)
}

pub async fn release_all(tx: &Tx, university: &PartnerId) -> Result<(), Fault> {
    tx.run("DELETE FROM live_placements WHERE partner = $1", vec![university.as_str().into()]).await.map(drop)
}
