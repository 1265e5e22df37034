//! Learning items, entitlements, and how far a feed has been followed.

use super::tables::learning_item::{COLUMNS, LearningItemRow};
use crate::domain::{
    AcademicYear, Day,
    learning::{Hundredths, LearningItem},
    names::person_key,
};
use ledger::{Fault, Tx, insert_sql};
use sea_orm::FromQueryResult;
use vocabulary::{PartnerId, PersonName, Revision};

/// A person's items from the first of these days to the last, by date.
pub async fn items(tx: &Tx, person: &PersonName, days: (Day, Day)) -> Result<Vec<LearningItem>, Fault> {
    let sql = "SELECT * FROM learning_items WHERE person = $1 AND day >= $2 AND day <= $3 ORDER BY day, id";
    let values = vec![person_key(person).into(), days.0.to_string().into(), days.1.to_string().into()];
    let rows = tx.all(sql, values).await?;
    rows.iter().map(|row| LearningItemRow::from_query_result(row, "")?.into_domain()).collect()
}

/// Whether anything is kept of a person here: learning, an entitlement, or that they are a learner.
pub async fn is_known(tx: &Tx, person: &PersonName) -> Result<bool, Fault> {
    let sql = "SELECT 1 AS known FROM learning_items WHERE person = $1 \
               UNION ALL SELECT 1 FROM learning_entitlements WHERE person = $1 \
               UNION ALL SELECT 1 FROM people WHERE id = $1 LIMIT 1";
    Ok(tx.one(sql, vec![person_key(person).into()]).await?.is_some())
}

/// Writes a new item; says whether it was: an item with the same source may be there.
pub async fn add(tx: &Tx, item: &LearningItem, revision: Revision) -> Result<bool, Fault> {
    let sql = format!("{} ON CONFLICT DO NOTHING", insert_sql(tx.dialect(), "learning_items", COLUMNS));
    let rows = serde_json::to_string(&[LearningItemRow::of(item, revision)])?;
    Ok(tx.run(&sql, vec![rows.into()]).await? > 0)
}

/// The item that came of `source`.
pub async fn by_source(tx: &Tx, source: &str) -> Result<Option<LearningItem>, Fault> {
    let sql = format!("SELECT * FROM learning_items WHERE source = $1{}", tx.dialect().for_update());
    let row = tx.one(&sql, vec![source.into()]).await?;
    row.map(|row| LearningItemRow::from_query_result(&row, "")?.into_domain()).transpose()
}

/// The bookings that a partner's people have items of, a page at a time, in order.
pub async fn bookings(tx: &Tx, partner: &PartnerId, after: &str, most: i64) -> Result<Vec<String>, Fault> {
    let sql = "SELECT source FROM learning_items WHERE partner = $1 AND source > $2 AND source LIKE 'masterclasses/%' \
               ORDER BY source LIMIT $3";
    let rows = tx.all(sql, vec![partner.as_str().into(), after.into(), most.into()]).await?;
    rows.iter().map(|row| Ok(row.try_get("", "source")?)).collect()
}

pub async fn remove(tx: &Tx, item: &LearningItem) -> Result<(), Fault> {
    tx.run("DELETE FROM learning_items WHERE id = $1", vec![item.name.id.to_string().into()]).await?;
    Ok(())
}

pub async fn entitlement(
    tx: &Tx,
    person: &PersonName,
    year: AcademicYear,
) -> Result<Option<Hundredths>, Fault> {
    let sql = "SELECT days FROM learning_entitlements WHERE person = $1 AND academic_year = $2";
    let row = tx.one(sql, vec![person_key(person).into(), year.to_string().into()]).await?;
    Ok(row.map(|row| row.try_get("", "days")).transpose()?.map(Hundredths))
}

pub async fn set_entitlement(
    tx: &Tx,
    person: &PersonName,
    year: AcademicYear,
    days: Hundredths,
) -> Result<(), Fault> {
    let sql = "INSERT INTO learning_entitlements (person, partner, academic_year, days) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (person, academic_year) DO UPDATE SET days = excluded.days";
    let values = vec![
        person_key(person).into(),
        person.partner().to_string().into(),
        year.to_string().into(),
        days.0.into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}
