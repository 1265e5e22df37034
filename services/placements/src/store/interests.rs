//! Hosting interest: everybody in the partnership may read it, its partner writes it.

use super::Binds;
use super::tables::interest::{COLUMNS, InterestRow};
use crate::domain::{AcademicYear, HostingInterest, InterestName};
use ledger::{Fault, Tx};
use sea_orm::FromQueryResult;
use vocabulary::PartnerId;

fn read(rows: &[sea_orm::QueryResult]) -> Result<Vec<HostingInterest>, Fault> {
    rows.iter().map(|row| InterestRow::from_query_result(row, "")?.into_domain()).collect()
}

/// What was said so far, which nobody else changes before this transaction ends.
pub async fn lock(tx: &Tx, name: &InterestName) -> Result<Option<HostingInterest>, Fault> {
    let sql = format!("SELECT * FROM hosting_interests WHERE id = $1{}", tx.dialect().for_update());
    Ok(read(&tx.all(&sql, vec![name.key().into()]).await?)?.pop())
}

/// Writes what is said, for the first time or anew.
pub async fn save(tx: &Tx, interest: &HostingInterest) -> Result<(), Fault> {
    let rows = serde_json::to_string(&[InterestRow::of(interest)])?;
    tx.run(&ledger::upsert_sql(tx.dialect(), "hosting_interests", COLUMNS), vec![rows.into()]).await?;
    Ok(())
}

/// Which interests to list, by key.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// `None` is every partner.
    pub partner: Option<PartnerId>,
    pub academic_year: Option<AcademicYear>,
    pub after: Option<String>,
}

pub async fn list(tx: &Tx, filter: &Filter, limit: u64) -> Result<Vec<HostingInterest>, Fault> {
    let (mut binds, mut sql) = (Binds::default(), String::from("SELECT * FROM hosting_interests WHERE true"));
    if let Some(partner) = &filter.partner {
        sql += &format!(" AND {}", binds.under("id", partner.as_str()));
    }
    if let Some(year) = filter.academic_year {
        sql += &format!(" AND academic_year = {}", binds.add(year.to_string()));
    }
    if let Some(after) = &filter.after {
        sql += &format!(" AND id > {}", binds.add(after.as_str()));
    }
    sql += &format!(" ORDER BY id LIMIT {limit}");
    read(&tx.all(&sql, binds.0).await?)
}
