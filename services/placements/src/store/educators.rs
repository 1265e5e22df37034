//! Practice educators: their own partner's, to see and to change.

use super::Binds;
use super::tables::educator::{COLUMNS, EducatorRow};
use super::tables::word;
use crate::domain::{Educator, EducatorName, Qualification};
use ledger::{Fault, Tx, insert_sql};
use sea_orm::FromQueryResult;
use vocabulary::{PartnerId, PersonName, Scope, person_key};

fn read(rows: &[sea_orm::QueryResult]) -> Result<Vec<Educator>, Fault> {
    rows.iter().map(|row| EducatorRow::from_query_result(row, "")?.into_domain()).collect()
}

/// The predicate that keeps a query to what its scope may see.
fn scope(binds: &mut Binds, scope: &Scope) -> String {
    match scope {
        Scope::Service => "true".into(),
        Scope::Partner(partner) => format!("partner = {}", binds.add(partner.as_str())),
    }
}

/// One that the scope may see.
pub async fn get(tx: &Tx, name: &EducatorName) -> Result<Option<Educator>, Fault> {
    let mut binds = Binds(vec![name.key().into()]);
    let sql = format!("SELECT * FROM practice_educators WHERE id = $1 AND {}", scope(&mut binds, tx.scope()));
    Ok(read(&tx.all(&sql, binds.0).await?)?.pop())
}

/// Those of these that the scope may see, locked in the order of their keys. They come last of what a transaction
/// locks: after students, needs, offers and placements.
pub async fn lock_many(tx: &Tx, keys: &[String]) -> Result<Vec<Educator>, Fault> {
    let mut binds = Binds(vec![serde_json::to_string(keys)?.into()]);
    let scope = scope(&mut binds, tx.scope());
    let sql = format!(
        "SELECT * FROM practice_educators WHERE {} AND {scope} ORDER BY id{}",
        ledger::among_sql(tx.dialect(), "id", 1),
        tx.dialect().for_update()
    );
    read(&tx.all(&sql, binds.0).await?)
}

/// As [`lock_many`], for one.
pub async fn lock(tx: &Tx, name: &EducatorName) -> Result<Option<Educator>, Fault> {
    Ok(lock_many(tx, &[name.key()]).await?.pop())
}

/// The first of these that the scope does not see.
pub async fn unknown<'e>(tx: &Tx, names: &'e [EducatorName]) -> Result<Option<&'e EducatorName>, Fault> {
    if names.is_empty() {
        return Ok(None);
    }
    let keys: Vec<String> = names.iter().map(EducatorName::key).collect();
    let mut binds = Binds(vec![serde_json::to_string(&keys)?.into()]);
    let scope = scope(&mut binds, tx.scope());
    let among = ledger::among_sql(tx.dialect(), "id", 1);
    let rows =
        tx.all(&format!("SELECT id FROM practice_educators WHERE {among} AND {scope}"), binds.0).await?;
    let known = rows.iter().map(|row| row.try_get::<String>("", "id")).collect::<Result<Vec<_>, _>>()?;
    Ok(names.iter().find(|name| !known.contains(&name.key())))
}

/// Whether the name is taken, or the person is a practice educator already.
pub async fn exists(tx: &Tx, name: &EducatorName, person: &PersonName) -> Result<bool, Fault> {
    let sql = "SELECT 1 AS one FROM practice_educators WHERE id = $1 OR person = $2";
    Ok(tx.one(sql, vec![name.key().into(), person_key(person).into()]).await?.is_some())
}

/// Writes one who is new.
///
/// # Errors
/// [`Fault::Contention`] where somebody else did in the meantime; storage fails.
pub async fn add(tx: &Tx, educator: &Educator) -> Result<(), Fault> {
    let sql = format!("{} ON CONFLICT DO NOTHING", insert_sql(tx.dialect(), "practice_educators", COLUMNS));
    let rows = serde_json::to_string(&[EducatorRow::of(educator)])?;
    if tx.run(&sql, vec![rows.into()]).await? == 0 {
        return Err(Fault::Contention("the practice educator was made meanwhile".into()));
    }
    Ok(())
}

/// Writes those who are known.
pub async fn save(tx: &Tx, educators: &[&Educator]) -> Result<(), Fault> {
    if educators.is_empty() {
        return Ok(());
    }
    let rows: Vec<EducatorRow> = educators.iter().map(|educator| EducatorRow::of(educator)).collect();
    let sql = ledger::upsert_sql(tx.dialect(), "practice_educators", COLUMNS);
    tx.run(&sql, vec![serde_json::to_string(&rows)?.into()]).await?;
    Ok(())
}

/// Which practice educators to list, by key.
#[derive(Clone, Debug)]
pub struct Filter {
    pub partner: PartnerId,
    pub qualification: Option<Qualification>,
    pub with_free_capacity: bool,
    pub after: Option<String>,
}

/// Those of a partner; nobody, where the scope may not see them.
pub async fn list(tx: &Tx, filter: &Filter, limit: u64) -> Result<Vec<Educator>, Fault> {
    // Not in the query, where it would say twice what the range of keys says, and mislead the planner.
    if matches!(tx.scope(), Scope::Partner(partner) if *partner != filter.partner) {
        return Ok(Vec::new());
    }
    let mut binds = Binds::default();
    let under = binds.under("id", filter.partner.as_str());
    let mut sql = format!("SELECT * FROM practice_educators WHERE {under}");
    if let Some(qualification) = filter.qualification {
        sql += &format!(" AND qualification = {}", binds.add(word(&qualification)));
    }
    if filter.with_free_capacity {
        sql += " AND learners < max_learners";
    }
    if let Some(after) = &filter.after {
        sql += &format!(" AND id > {}", binds.add(after.as_str()));
    }
    sql += &format!(" ORDER BY id LIMIT {limit}");
    read(&tx.all(&sql, binds.0).await?)
}
