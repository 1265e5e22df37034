//! Runs: everybody in the partnership may read them, their university writes them.

use super::Binds;
use super::tables::course_run::{COLUMNS, RunRow};
use crate::domain::{AcademicYear, CourseName, CourseRun, RunName};
use ledger::{Fault, Tx};
use sea_orm::FromQueryResult;
use vocabulary::PartnerId;

fn read(rows: &[sea_orm::QueryResult]) -> Result<Vec<CourseRun>, Fault> {
    rows.iter().map(|row| RunRow::from_query_result(row, "")?.into_domain()).collect()
}

pub async fn get(tx: &Tx, name: &RunName) -> Result<Option<CourseRun>, Fault> {
    let sql = "SELECT * FROM course_runs WHERE id = $1";
    Ok(read(&tx.all(sql, vec![name.key().into()]).await?)?.pop())
}

/// Locks runs in the order of their keys, so that two processes cannot wait for each other. Whoever locks a run and
/// its enrolments locks the run first.
pub async fn lock(tx: &Tx, keys: &[String]) -> Result<Vec<CourseRun>, Fault> {
    let sql = format!(
        "SELECT * FROM course_runs WHERE {} ORDER BY id{}",
        ledger::among_sql(tx.dialect(), "id", 1),
        tx.dialect().for_update()
    );
    read(&tx.all(&sql, vec![serde_json::to_string(keys)?.into()]).await?)
}

/// As [`lock`], for one.
pub async fn lock_one(tx: &Tx, name: &RunName) -> Result<Option<CourseRun>, Fault> {
    Ok(lock(tx, &[name.key()]).await?.pop())
}

/// Writes runs, new or changed.
pub async fn save(tx: &Tx, runs: &[&CourseRun]) -> Result<(), Fault> {
    if runs.is_empty() {
        return Ok(());
    }
    let rows: Vec<RunRow> = runs.iter().map(|run| RunRow::of(run)).collect();
    tx.run(
        &ledger::upsert_sql(tx.dialect(), "course_runs", COLUMNS),
        vec![serde_json::to_string(&rows)?.into()],
    )
    .await?;
    Ok(())
}

/// Which runs to list, by key.
#[derive(Clone, Debug)]
pub struct Filter {
    pub within: Within,
    pub academic_year: Option<AcademicYear>,
    pub after: Option<String>,
}

/// Whose runs.
#[derive(Clone, Debug)]
pub enum Within {
    Course(CourseName),
    University(PartnerId),
}

pub async fn list(tx: &Tx, filter: &Filter, limit: u64) -> Result<Vec<CourseRun>, Fault> {
    let (mut binds, mut sql) = (Binds::default(), String::from("SELECT * FROM course_runs WHERE "));
    sql += &match &filter.within {
        Within::Course(course) => binds.under("id", &course.key()),
        // With its partner, so that the index by year can serve.
        Within::University(partner) => {
            format!("partner = {} AND {}", binds.add(partner.as_str()), binds.under("id", partner.as_str()))
        }
    };
    if let Some(year) = filter.academic_year {
        sql += &format!(" AND academic_year = {}", binds.add(year.to_string()));
    }
    if let Some(after) = &filter.after {
        sql += &format!(" AND id > {}", binds.add(after.as_str()));
    }
    sql += &format!(" ORDER BY id LIMIT {limit}");
    read(&tx.all(&sql, binds.0).await?)
}
