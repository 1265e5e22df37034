//! Match runs: their counts for the partnership to see, their matches for the service, and a university's for it.

mod apply;

pub use apply::{ToApply, applied, mark, place_was_held, to_apply};

use super::Binds;
use super::tables::match_run::{COLUMNS, MATCH_COLUMNS, MatchRow, MatchRunRow};
use crate::domain::{
    MatchRunName,
    match_run::{Found, MatchRun},
};
use ledger::{Fault, Tx, insert_sql};
use sea_orm::FromQueryResult;
use vocabulary::{PartnerId, Scope};

/// Matches that are written by one statement.
const AT_ONCE: usize = 500;

pub async fn get(tx: &Tx, name: &MatchRunName) -> Result<Option<MatchRun>, Fault> {
    one(tx, name, "").await
}

/// As [`get`], and nobody else changes it before this transaction ends.
pub async fn lock(tx: &Tx, name: &MatchRunName) -> Result<Option<MatchRun>, Fault> {
    one(tx, name, tx.dialect().for_update()).await
}

async fn one(tx: &Tx, name: &MatchRunName, lock: &str) -> Result<Option<MatchRun>, Fault> {
    let sql = format!("SELECT * FROM match_runs WHERE id = $1{lock}");
    let row = tx.one(&sql, vec![name.0.to_string().into()]).await?;
    row.map(|row| MatchRunRow::from_query_result(&row, "")?.into_domain()).transpose()
}

/// Writes a run, new or changed; its matches are written apart.
pub async fn save(tx: &Tx, run: &MatchRun) -> Result<(), Fault> {
    let rows = serde_json::to_string(&[MatchRunRow::of(run)])?;
    tx.run(&ledger::upsert_sql(tx.dialect(), "match_runs", COLUMNS), vec![rows.into()]).await?;
    Ok(())
}

/// Writes what a run found, in order.
pub async fn add_matches(tx: &Tx, run: &MatchRunName, found: &[Found]) -> Result<(), Fault> {
    let sql = insert_sql(tx.dialect(), "matches", MATCH_COLUMNS);
    let mut numbered = (1..).zip(found).peekable();
    while numbered.peek().is_some() {
        let some = numbered.by_ref().take(AT_ONCE);
        let rows: Vec<_> = some.map(|(ordinal, found)| MatchRow::of(run, ordinal, found)).collect();
        tx.run(&sql, vec![serde_json::to_string(&rows)?.into()]).await?;
    }
    Ok(())
}

/// Which matches to list.
#[derive(Clone, Debug)]
pub struct Filter {
    pub run: MatchRunName,
    /// Only those who were left out.
    pub unmatched: bool,
    pub after: Option<i64>,
}

/// One match, and its place in the list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub ordinal: i64,
    pub found: Found,
}

/// A page of what a run found, in the order of needs: all of it for the service, a university's own for it.
pub async fn list(tx: &Tx, filter: &Filter, limit: u64) -> Result<Vec<Listed>, Fault> {
    let mut binds = Binds(vec![filter.run.0.to_string().into()]);
    let mut sql = String::from("SELECT * FROM matches WHERE run = $1");
    if let Scope::Partner(partner) = tx.scope() {
        sql += &format!(" AND university = {}", binds.add(PartnerId::as_str(partner)));
    }
    if filter.unmatched {
        sql += " AND offer IS NULL";
    }
    sql += &format!(" AND ordinal > {} ORDER BY ordinal LIMIT {limit}", binds.add(filter.after.unwrap_or(0)));
    let listed = |row: &sea_orm::QueryResult| {
        let row = MatchRow::from_query_result(row, "")?;
        Ok(Listed { ordinal: row.ordinal, found: row.into_domain()? })
    };
    tx.all(&sql, binds.0).await?.iter().map(listed).collect()
}
