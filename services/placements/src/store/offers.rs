//! Placement offers: their host sees and changes them. A university sees those that are open, and those on which it has
//! a placement.

mod list;

pub use list::{Filter, Seen, list};

use super::Binds;
use super::tables::key;
use super::tables::offer::{COLUMNS, OfferRow};
use crate::domain::{Offer, OfferName};
use ledger::{Fault, Tx, insert_sql};
use sea_orm::FromQueryResult;
use vocabulary::Scope;

fn read(rows: &[sea_orm::QueryResult]) -> Result<Vec<Offer>, Fault> {
    rows.iter().map(|row| OfferRow::from_query_result(row, "")?.into_domain()).collect()
}

/// The predicate that keeps a query to what its scope may change.
fn own(binds: &mut Binds, scope: &Scope) -> String {
    match scope {
        Scope::Service => "true".into(),
        Scope::Partner(partner) => format!("partner = {}", binds.add(partner.as_str())),
    }
}

/// Any offer for the service; for a partner its own, and one on which it has a placement. Open ones are everybody's who
/// looks for a place: whoever calls knows whether the scope's partner does, and reads them for the service.
pub async fn get(tx: &Tx, name: &OfferName) -> Result<Option<Offer>, Fault> {
    let mut binds = Binds(vec![name.key().into()]);
    let seen = match tx.scope() {
        Scope::Service => "true".into(),
        Scope::Partner(partner) => {
            let me = binds.add(partner.as_str());
            let placed = format!("SELECT 1 FROM placements p WHERE p.offer = o.id AND p.university = {me}");
            format!("(o.partner = {me} OR EXISTS ({placed}))")
        }
    };
    let sql = format!("SELECT o.* FROM placement_offers o WHERE o.id = $1 AND {seen}");
    Ok(read(&tx.all(&sql, binds.0).await?)?.pop())
}

/// Those of these that the scope may change, locked in the order of their keys: after students and needs, before
/// placements and practice educators.
pub async fn lock_many(tx: &Tx, keys: &[String]) -> Result<Vec<Offer>, Fault> {
    let mut binds = Binds(vec![serde_json::to_string(keys)?.into()]);
    let own = own(&mut binds, tx.scope());
    let sql = format!(
        "SELECT * FROM placement_offers WHERE {} AND {own} ORDER BY id{}",
        ledger::among_sql(tx.dialect(), "id", 1),
        tx.dialect().for_update()
    );
    read(&tx.all(&sql, binds.0).await?)
}

/// As [`lock_many`], for one.
pub async fn lock(tx: &Tx, name: &OfferName) -> Result<Option<Offer>, Fault> {
    Ok(lock_many(tx, &[name.key()]).await?.pop())
}

/// Writes one that is new.
///
/// # Errors
/// [`Fault::Contention`] where somebody else did in the meantime; storage fails.
pub async fn add(tx: &Tx, offer: &Offer) -> Result<(), Fault> {
    let sql = format!("{} ON CONFLICT DO NOTHING", insert_sql(tx.dialect(), "placement_offers", COLUMNS));
    let rows = serde_json::to_string(&[OfferRow::of(offer)])?;
    if tx.run(&sql, vec![rows.into()]).await? == 0 {
        return Err(Fault::Contention("the offer was made meanwhile".into()));
    }
    Ok(())
}

/// Writes those that are known.
pub async fn save(tx: &Tx, offers: &[&Offer]) -> Result<(), Fault> {
    if offers.is_empty() {
        return Ok(());
    }
    let rows: Vec<OfferRow> = offers.iter().map(|offer| OfferRow::of(offer)).collect();
    let sql = ledger::upsert_sql(tx.dialect(), "placement_offers", COLUMNS);
    tx.run(&sql, vec![serde_json::to_string(&rows)?.into()]).await?;
    Ok(())
}

/// Open offers whose window was over before `today`.
pub async fn to_lapse(tx: &Tx, today: &str, limit: u32) -> Result<Vec<OfferName>, Fault> {
    let sql = "SELECT id FROM placement_offers WHERE state = 'open' AND latest_end < $1 \
               ORDER BY latest_end, id LIMIT $2";
    let rows = tx.all(sql, vec![today.into(), i64::from(limit).into()]).await?;
    rows.iter().map(|row| key(OfferName::from_key(&row.try_get::<String>("", "id")?))).collect()
}
