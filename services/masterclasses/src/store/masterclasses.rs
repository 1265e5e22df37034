//! Masterclasses: everybody in the partnership may read them.

use super::tables::masterclass::{COLUMNS, MasterclassRow};
use crate::domain::{Audience, Masterclass, MasterclassName};
use ledger::{Fault, Tx};
use sea_orm::{FromQueryResult, Value};
use vocabulary::PartnerId;

fn read(rows: &[sea_orm::QueryResult]) -> Result<Vec<Masterclass>, Fault> {
    rows.iter().map(|row| MasterclassRow::from_query_result(row, "")?.into_domain()).collect()
}

pub async fn get(tx: &Tx, name: &MasterclassName) -> Result<Option<Masterclass>, Fault> {
    let sql = "SELECT * FROM masterclasses WHERE id = $1";
    Ok(read(&tx.all(sql, vec![name.0.as_str().into()]).await?)?.pop())
}

/// As [`get`], and nobody else changes it before this transaction ends.
pub async fn lock(tx: &Tx, name: &MasterclassName) -> Result<Option<Masterclass>, Fault> {
    let sql = format!("SELECT * FROM masterclasses WHERE id = $1{}", tx.dialect().for_update());
    Ok(read(&tx.all(&sql, vec![name.0.as_str().into()]).await?)?.pop())
}

pub async fn by_ids(tx: &Tx, ids: &[String]) -> Result<Vec<Masterclass>, Fault> {
    let sql = format!("SELECT * FROM masterclasses WHERE {}", ledger::among_sql(tx.dialect(), "id", 1));
    read(&tx.all(&sql, vec![serde_json::to_string(ids)?.into()]).await?)
}

pub async fn save(tx: &Tx, masterclass: &Masterclass) -> Result<(), Fault> {
    let rows = [MasterclassRow::of(masterclass)];
    tx.run(
        &ledger::upsert_sql(tx.dialect(), "masterclasses", COLUMNS),
        vec![serde_json::to_string(&rows)?.into()],
    )
    .await?;
    Ok(())
}

/// Which masterclasses to list, by name.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub host: Option<PartnerId>,
    pub audience: Option<Audience>,
    pub after: Option<String>,
}

pub async fn list(tx: &Tx, filter: &Filter, limit: u64) -> Result<Vec<Masterclass>, Fault> {
    let mut sql = String::from("SELECT * FROM masterclasses WHERE true");
    let mut values: Vec<Value> = Vec::new();
    let mut bind = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    if let Some(host) = &filter.host {
        sql += &format!(" AND host = {}", bind(host.as_str().into()));
    }
    if let Some(audience) = filter.audience {
        // Audiences are kept as a JSON array of words that do not contain each other with their quotes.
        let word = serde_json::to_string(&audience)?;
        sql += &format!(" AND (audiences = '[]' OR audiences LIKE {})", bind(format!("%{word}%").into()));
    }
    if let Some(after) = &filter.after {
        sql += &format!(" AND id > {}", bind(after.as_str().into()));
    }
    sql += &format!(" ORDER BY id LIMIT {limit}");
    read(&tx.all(&sql, values).await?)
}
