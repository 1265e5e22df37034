//! Enrolments: seen by their university and their sponsor, and by nobody else.

mod list;

pub use list::{Filter, list};

use super::Binds;
use super::tables::enrolment::{COLUMNS, EnrolmentRow, SELECT, read};
use super::tables::{from_word, name};
use crate::domain::{Candidate, Enrolment, EnrolmentName, RunName, names::person_key};
use ledger::{Fault, Tx};
use vocabulary::{PersonName, Scope};

/// The predicate that keeps a query to what its scope may see.
fn scope(binds: &mut Binds, scope: &Scope) -> String {
    match scope {
        Scope::Service => "true".into(),
        Scope::Partner(partner) => {
            let me = binds.add(partner.as_str());
            format!("(e.partner = {me} OR e.sponsor = {me})")
        }
    }
}

/// Those of these enrolments that the scope may see.
pub async fn by_keys(tx: &Tx, keys: &[String]) -> Result<Vec<Enrolment>, Fault> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut binds = Binds(vec![serde_json::to_string(keys)?.into()]);
    let scope = scope(&mut binds, tx.scope());
    let sql = format!("{SELECT} WHERE {} AND {scope}", ledger::among_sql(tx.dialect(), "e.id", 1));
    read(&tx.all(&sql, binds.0).await?)
}

/// One that the scope may see.
pub async fn get(tx: &Tx, name: &EnrolmentName) -> Result<Option<Enrolment>, Fault> {
    Ok(by_keys(tx, &[name.key()]).await?.pop())
}

/// As [`get`], and nobody else changes it before this transaction ends. Lock its run first, where it is needed.
pub async fn lock(tx: &Tx, name: &EnrolmentName) -> Result<Option<Enrolment>, Fault> {
    let mut binds = Binds(vec![name.key().into()]);
    let scope = scope(&mut binds, tx.scope());
    let sql = format!("{SELECT} WHERE e.id = $1 AND {scope}{}", tx.dialect().pick(" FOR UPDATE OF e", ""));
    Ok(read(&tx.all(&sql, binds.0).await?)?.pop())
}

/// Everything that a person of the scope's partner is or was enrolled on, locked in the order of their keys.
pub async fn lock_of(tx: &Tx, person: &PersonName) -> Result<Vec<Enrolment>, Fault> {
    let lock = tx.dialect().pick(" FOR UPDATE OF e", "");
    let sql = format!("{SELECT} WHERE e.person = $1 ORDER BY e.id{lock}");
    read(&tx.all(&sql, vec![person_key(person).into()]).await?)
}

/// Whether the name is taken.
pub async fn exists(tx: &Tx, name: &EnrolmentName) -> Result<bool, Fault> {
    Ok(tx.one("SELECT 1 AS one FROM enrolments WHERE id = $1", vec![name.key().into()]).await?.is_some())
}

/// The person's enrolment on the run that has not ended, if there is one.
pub async fn live(tx: &Tx, person: &PersonName, run: &RunName) -> Result<Option<EnrolmentName>, Fault> {
    let sql = "SELECT id FROM enrolments WHERE person = $1 AND run = $2 \
               AND state IN ('pending', 'active', 'interrupted')";
    let row = tx.one(sql, vec![person_key(person).into(), run.key().into()]).await?;
    row.map(|row| super::tables::key(EnrolmentName::from_key(&row.try_get::<String>("", "id")?))).transpose()
}

/// Writes enrolments, new or changed; their learners are written apart.
pub async fn save(tx: &Tx, enrolments: &[&Enrolment]) -> Result<(), Fault> {
    if enrolments.is_empty() {
        return Ok(());
    }
    let rows: Vec<EnrolmentRow> = enrolments.iter().map(|enrolment| EnrolmentRow::of(enrolment)).collect();
    tx.run(
        &ledger::upsert_sql(tx.dialect(), "enrolments", COLUMNS),
        vec![serde_json::to_string(&rows)?.into()],
    )
    .await?;
    Ok(())
}

/// The next sync writes what its source says of it, whatever that is.
pub async fn forget_source(tx: &Tx, name: &EnrolmentName) -> Result<(), Fault> {
    tx.run("UPDATE enrolments SET hash = NULL WHERE id = $1", vec![name.key().into()]).await?;
    Ok(())
}

/// The run was moved to another year: its enrolments say so too. Nobody sees it of them.
pub async fn follow_year(tx: &Tx, run: &RunName, year: &str) -> Result<(), Fault> {
    tx.run("UPDATE enrolments SET academic_year = $2 WHERE run = $1", vec![run.key().into(), year.into()])
        .await?;
    Ok(())
}

/// What somebody is actively enrolled on, whoever asks: no more than an answer about a day needs.
pub async fn active_of(tx: &Tx, person: &PersonName) -> Result<Vec<Candidate>, Fault> {
    let sql = "SELECT c.kind, r.academic_year, COALESCE(e.start_date, r.start_date) AS first, \
               COALESCE(e.end_date, r.end_date) AS last \
               FROM enrolments e JOIN course_runs r ON r.id = e.run JOIN courses c ON c.id = r.course \
               WHERE e.person = $1 AND e.state = 'active'";
    let rows = tx.all(sql, vec![person_key(person).into()]).await?;
    let text = |row: &sea_orm::QueryResult, column: &str| row.try_get::<String>("", column);
    rows.iter()
        .map(|row| {
            Ok(Candidate {
                kind: from_word(&text(row, "kind")?)?,
                academic_year: name(&text(row, "academic_year")?)?,
                start_date: name(&text(row, "first")?)?,
                end_date: name(&text(row, "last")?)?,
            })
        })
        .collect()
}

/// Those made by hand whose first day has come, and that still wait for it.
pub async fn to_begin(tx: &Tx, today: &str, limit: u32) -> Result<Vec<EnrolmentName>, Fault> {
    let sql = "SELECT e.id FROM enrolments e JOIN course_runs r ON r.id = e.run \
               WHERE e.state = 'pending' AND e.data_set = '' AND COALESCE(e.start_date, r.start_date) <= $1 \
               ORDER BY e.id LIMIT $2";
    let rows = tx.all(sql, vec![today.into(), i64::from(limit).into()]).await?;
    rows.iter()
        .map(|row| super::tables::key(EnrolmentName::from_key(&row.try_get::<String>("", "id")?)))
        .collect()
}
