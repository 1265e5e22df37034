//! What the rules look at that is not the caller's own: every host's open offers and practice educators, and what
//! students did here. For the service; whoever reads it sees to it what of that is told to whom.

use super::tables::{
    educator::EducatorRow,
    from_word, key, name,
    offer::{OfferRow, stages_text},
};
use crate::domain::{
    AcademicYear, Day, Educator, EducatorName, Offer, OfferName, PlacementName, PlacementState, Stage,
    rules::{PastPlacement, Standing},
};
use ledger::{Fault, Tx};
use sea_orm::{FromQueryResult, QueryResult};
use std::collections::HashMap;
use vocabulary::{PartnerId, PersonName, person_from_key, person_key};

/// Open offers of a year that suit a stage and have a free place.
pub async fn offers(tx: &Tx, year: AcademicYear, stage: Stage) -> Result<Vec<Offer>, Fault> {
    let sql = "SELECT * FROM placement_offers WHERE state = 'open' AND academic_year = $1 AND stages LIKE $2 \
               AND places_held + places_taken < places ORDER BY id";
    let suits = format!("%{}%", stages_text(&[stage]));
    let rows = tx.all(sql, vec![year.to_string().into(), suits.into()]).await?;
    rows.iter().map(|row| OfferRow::from_query_result(row, "")?.into_domain()).collect()
}

/// The practice educators of these hosts.
pub async fn educators(tx: &Tx, hosts: &[&PartnerId]) -> Result<Vec<Educator>, Fault> {
    let mut found = Vec::new();
    for host in hosts {
        let mut binds = super::Binds::default();
        let under = binds.under("id", host.as_str());
        let sql = format!("SELECT * FROM practice_educators WHERE {under} ORDER BY id");
        for row in tx.all(&sql, binds.0).await? {
            found.push(EducatorRow::from_query_result(&row, "")?.into_domain()?);
        }
    }
    Ok(found)
}

/// Placements made here of these students, in any state.
pub async fn past(
    tx: &Tx,
    students: &[&PersonName],
) -> Result<HashMap<PersonName, Vec<PastPlacement>>, Fault> {
    let keys: Vec<String> = students.iter().map(|student| person_key(student)).collect();
    let among = ledger::among_sql(tx.dialect(), "student", 1);
    let sql = format!(
        "SELECT id, student, stage, setting, statutory, host, start_date, projected_end, state FROM placements \
         WHERE {among} ORDER BY student, id"
    );
    let mut past: HashMap<PersonName, Vec<PastPlacement>> = HashMap::new();
    for row in tx.all(&sql, vec![serde_json::to_string(&keys)?.into()]).await? {
        let student = key(person_from_key(&row.try_get::<String>("", "student")?))?;
        past.entry(student).or_default().push(one(&row)?);
    }
    Ok(past)
}

fn one(row: &QueryResult) -> Result<PastPlacement, Fault> {
    let text = |column: &str| row.try_get::<String>("", column);
    let state: PlacementState = from_word(&text("state")?)?;
    Ok(PastPlacement {
        name: PlacementName(name(&text("id")?)?),
        stage: from_word(&text("stage")?)?,
        setting: from_word(&text("setting")?)?,
        statutory: row.try_get("", "statutory")?,
        host: name(&text("host")?)?,
        start: name(&text("start_date")?)?,
        end: name(&text("projected_end")?)?,
        standing: match state {
            state if state.is_live() => Standing::Live,
            PlacementState::Passed => Standing::Passed,
            _ => Standing::Void,
        },
    })
}

/// What a check of a placement that is there already has to know of it.
#[derive(Clone, Debug)]
pub struct Made {
    pub name: PlacementName,
    pub offer: OfferName,
    pub start: Day,
    pub days_required: u32,
    pub practice_educator: Option<EducatorName>,
}

/// A placement, as far as a check goes.
pub async fn made(tx: &Tx, placement: &PlacementName) -> Result<Option<Made>, Fault> {
    let sql = "SELECT offer, start_date, days_required, practice_educator FROM placements WHERE id = $1";
    let Some(row) = tx.one(sql, vec![placement.0.to_string().into()]).await? else { return Ok(None) };
    let educator: Option<String> = row.try_get("", "practice_educator")?;
    Ok(Some(Made {
        name: placement.clone(),
        offer: key(OfferName::from_key(&row.try_get::<String>("", "offer")?))?,
        start: name(&row.try_get::<String>("", "start_date")?)?,
        days_required: super::tables::count(row.try_get("", "days_required")?)?,
        practice_educator: educator.as_deref().map(EducatorName::from_key).map(key).transpose()?,
    }))
}
