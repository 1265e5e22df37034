//! Learning needs: everybody in the partnership may read them.

use super::tables::learning_need::{COLUMNS, NeedRow, key};
use crate::domain::{LearningNeed, NeedName, NeedState};
use ledger::{Fault, Tx};
use sea_orm::{FromQueryResult, Value};
use vocabulary::PartnerId;

fn read(rows: &[sea_orm::QueryResult]) -> Result<Vec<LearningNeed>, Fault> {
    rows.iter().map(|row| NeedRow::from_query_result(row, "")?.into_domain()).collect()
}

/// Locks needs in the order of their keys. Those that do not exist are left out.
pub async fn lock(tx: &Tx, names: &[NeedName]) -> Result<Vec<LearningNeed>, Fault> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<String> = names.iter().map(key).collect();
    let sql = format!(
        "SELECT * FROM learning_needs WHERE {} ORDER BY id{}",
        ledger::among_sql(tx.dialect(), "id", 1),
        tx.dialect().for_update()
    );
    read(&tx.all(&sql, vec![serde_json::to_string(&keys)?.into()]).await?)
}

pub async fn save(tx: &Tx, needs: &[LearningNeed]) -> Result<(), Fault> {
    if needs.is_empty() {
        return Ok(());
    }
    let rows: Vec<NeedRow> = needs.iter().map(NeedRow::of).collect();
    tx.run(
        &ledger::upsert_sql(tx.dialect(), "learning_needs", COLUMNS),
        vec![serde_json::to_string(&rows)?.into()],
    )
    .await?;
    Ok(())
}

/// Which needs to list, by name.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub partner: Option<PartnerId>,
    pub state: Option<NeedState>,
    pub after: Option<String>,
}

pub async fn list(tx: &Tx, filter: &Filter, limit: u64) -> Result<Vec<LearningNeed>, Fault> {
    let mut sql = String::from("SELECT * FROM learning_needs WHERE true");
    let mut values: Vec<Value> = Vec::new();
    let mut bind = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    if let Some(partner) = &filter.partner {
        sql += &format!(" AND partner = {}", bind(partner.as_str().into()));
    }
    if let Some(state) = filter.state {
        sql += &format!(" AND state = {}", bind(super::tables::word(&state).into()));
    }
    if let Some(after) = &filter.after {
        sql += &format!(" AND id > {}", bind(after.as_str().into()));
    }
    sql += &format!(" ORDER BY id LIMIT {limit}");
    read(&tx.all(&sql, values).await?)
}
