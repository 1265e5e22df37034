//! Courses: everybody in the partnership may read them, their university writes them.

use super::Binds;
use super::tables::course::{COLUMNS, CourseRow};
use super::tables::word;
use crate::domain::{Course, CourseKind, CourseName};
use ledger::{Fault, Tx};
use sea_orm::FromQueryResult;
use vocabulary::PartnerId;

fn read(rows: &[sea_orm::QueryResult]) -> Result<Vec<Course>, Fault> {
    rows.iter().map(|row| CourseRow::from_query_result(row, "")?.into_domain()).collect()
}

pub async fn get(tx: &Tx, name: &CourseName) -> Result<Option<Course>, Fault> {
    let sql = "SELECT * FROM courses WHERE id = $1";
    Ok(read(&tx.all(sql, vec![name.key().into()]).await?)?.pop())
}

/// As [`get`], and nobody else changes it before this transaction ends.
pub async fn lock(tx: &Tx, name: &CourseName) -> Result<Option<Course>, Fault> {
    let sql = format!("SELECT * FROM courses WHERE id = $1{}", tx.dialect().for_update());
    Ok(read(&tx.all(&sql, vec![name.key().into()]).await?)?.pop())
}

pub async fn save(tx: &Tx, course: &Course) -> Result<(), Fault> {
    let rows = [CourseRow::of(course)];
    tx.run(&ledger::upsert_sql(tx.dialect(), "courses", COLUMNS), vec![serde_json::to_string(&rows)?.into()])
        .await?;
    Ok(())
}

/// Which courses to list, by key.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub partner: Option<PartnerId>,
    pub kind: Option<CourseKind>,
    pub after: Option<String>,
}

pub async fn list(tx: &Tx, filter: &Filter, limit: u64) -> Result<Vec<Course>, Fault> {
    let (mut binds, mut sql) = (Binds::default(), String::from("SELECT * FROM courses WHERE true"));
    if let Some(partner) = &filter.partner {
        sql += &format!(" AND {}", binds.under("id", partner.as_str()));
    }
    if let Some(kind) = filter.kind {
        sql += &format!(" AND kind = {}", binds.add(word(&kind)));
    }
    if let Some(after) = &filter.after {
        sql += &format!(" AND id > {}", binds.add(after.as_str()));
    }
    sql += &format!(" ORDER BY id LIMIT {limit}");
    read(&tx.all(&sql, binds.0).await?)
}
