//! Placements: their host's and their university's, and nobody else's.

mod history;
mod list;

pub use history::{add_event, days, events, ledger, save_days};
pub use list::{Filter, Side, list};

use super::Binds;
use super::tables::placement::{COLUMNS, PlacementRow, read, select, select_from};
use super::tables::{count, key, name};
use crate::domain::{NeedName, OfferName, Placement, PlacementName};
use ledger::{Fault, Tx, insert_sql};
use vocabulary::{Instant, PartnerId, PersonName, Scope, micros, person_from_key, person_key};

/// The predicate that keeps a query to what its scope may see.
fn scope(binds: &mut Binds, scope: &Scope) -> String {
    match scope {
        Scope::Service => "true".into(),
        Scope::Partner(partner) => {
            let me = binds.add(partner.as_str());
            format!("(p.host = {me} OR p.university = {me})")
        }
    }
}

/// Those of these ids that the scope may see, by id.
pub async fn by_ids(tx: &Tx, ids: &[String]) -> Result<Vec<Placement>, Fault> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut binds = Binds(vec![serde_json::to_string(ids)?.into()]);
    let scope = scope(&mut binds, tx.scope());
    let among = ledger::among_sql(tx.dialect(), "p.id", 1);
    read(&tx.all(&format!("{} WHERE {among} AND {scope} ORDER BY p.id", select()), binds.0).await?)
}

/// One that the scope may see.
pub async fn get(tx: &Tx, name: &PlacementName) -> Result<Option<Placement>, Fault> {
    Ok(by_ids(tx, &[name.0.to_string()]).await?.pop())
}

/// As [`get`], and nobody else changes it before this transaction ends. Lock its student, need and offer first, where
/// they are needed, and its practice educator after it.
pub async fn lock(tx: &Tx, name: &PlacementName) -> Result<Option<Placement>, Fault> {
    let mut binds = Binds(vec![name.0.to_string().into()]);
    let scope = scope(&mut binds, tx.scope());
    let lock = tx.dialect().pick(" FOR UPDATE OF p", "");
    let sql = format!("{} WHERE p.id = $1 AND {scope}{lock}", select());
    Ok(read(&tx.all(&sql, binds.0).await?)?.pop())
}

/// What of a placement never changes.
#[derive(Clone, Debug)]
pub struct Roots {
    pub student: PersonName,
    pub need: NeedName,
    pub offer: OfferName,
}

/// What is to be locked before a placement, for the service.
pub async fn roots(tx: &Tx, placement: &PlacementName) -> Result<Option<Roots>, Fault> {
    let sql = "SELECT student, need, offer FROM placements WHERE id = $1";
    let Some(row) = tx.one(sql, vec![placement.0.to_string().into()]).await? else { return Ok(None) };
    let text = |column: &str| row.try_get::<String>("", column);
    Ok(Some(Roots {
        student: key(person_from_key(&text("student")?))?,
        need: key(NeedName::from_key(&text("need")?))?,
        offer: key(OfferName::from_key(&text("offer")?))?,
    }))
}

/// The student's placements that have not ended, locked in the order of their ids.
pub async fn lock_live_of(tx: &Tx, student: &PersonName) -> Result<Vec<Placement>, Fault> {
    let mut binds = Binds(vec![person_key(student).into()]);
    let scope = scope(&mut binds, tx.scope());
    let lock = tx.dialect().pick(" FOR UPDATE OF p", "");
    let sql = format!("{} WHERE p.student = $1 AND {scope} ORDER BY p.id{lock}", select());
    let mut found = read(&tx.all(&sql, binds.0).await?)?;
    found.retain(|placement| placement.state.is_live());
    Ok(found)
}

/// Writes one that is new.
pub async fn add(tx: &Tx, placement: &Placement) -> Result<(), Fault> {
    let sql = insert_sql(tx.dialect(), "placements", COLUMNS);
    tx.run(&sql, vec![serde_json::to_string(&[PlacementRow::of(placement)])?.into()]).await?;
    Ok(())
}

/// Writes those that are known.
pub async fn save(tx: &Tx, placements: &[&Placement]) -> Result<(), Fault> {
    if placements.is_empty() {
        return Ok(());
    }
    let rows: Vec<PlacementRow> = placements.iter().map(|placement| PlacementRow::of(placement)).collect();
    let sql = ledger::upsert_sql(tx.dialect(), "placements", COLUMNS);
    tx.run(&sql, vec![serde_json::to_string(&rows)?.into()]).await?;
    Ok(())
}

/// Skills days in a student's ledgers but this placement's. Lock the student first.
pub async fn skills_elsewhere(tx: &Tx, placement: &Placement) -> Result<u32, Fault> {
    let sql = "SELECT CAST(COALESCE(SUM(skills_days), 0) AS BIGINT) AS days FROM placements \
               WHERE student = $1 AND id <> $2";
    let values = vec![person_key(&placement.student.person).into(), placement.name.0.to_string().into()];
    let row = tx.one(sql, values).await?.ok_or_else(|| Fault::Bug("a sum has no row".into()))?;
    count(row.try_get("", "days")?)
}

/// Proposals whose hold has run out.
pub async fn overdue(tx: &Tx, now: Instant, limit: u32) -> Result<Vec<PlacementName>, Fault> {
    let sql =
        "SELECT id FROM placements WHERE state = 'proposed' AND hold_us <= $1 ORDER BY hold_us LIMIT $2";
    let rows = tx.all(sql, vec![micros(now).into(), i64::from(limit).into()]).await?;
    rows.iter().map(|row| Ok(PlacementName(name(&row.try_get::<String>("", "id")?)?))).collect()
}

/// Universities that still have to say whether a student is enrolled.
pub async fn unanswered(tx: &Tx) -> Result<Vec<PartnerId>, Fault> {
    let sql =
        "SELECT DISTINCT university FROM placements WHERE enrolment_check = 'pending' ORDER BY university";
    let rows = tx.all(sql, vec![]).await?;
    rows.iter().map(|row| name(&row.try_get::<String>("", "university")?)).collect()
}

/// Of what a university still has to answer, the first after an id.
pub async fn to_check(
    tx: &Tx,
    university: &PartnerId,
    after: Option<&PlacementName>,
) -> Result<Option<Placement>, Fault> {
    let after = after.map(|name| name.0.to_string()).unwrap_or_default();
    let sql = format!(
        "{} WHERE p.university = $1 AND p.enrolment_check = 'pending' AND p.id > $2 ORDER BY p.id LIMIT 1",
        select()
    );
    Ok(read(&tx.all(&sql, vec![university.as_str().into(), after.into()]).await?)?.pop())
}
