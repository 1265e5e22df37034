//! `match_runs` and `matches`.

use super::{count, from_text, from_word, key, maybe_instant, maybe_us, name, to_text, word};
use crate::domain::{
    EducatorName, MatchRunName, NeedName, OfferName,
    match_run::{Found, FoundPlace, MatchRun},
};
use ledger::{Column, Fault, Type};
use sea_orm::FromQueryResult;
use serde::Serialize;
use vocabulary::{Revision, from_micros, micros};

#[derive(FromQueryResult, Serialize)]
pub struct MatchRunRow {
    pub id: String,
    pub partner: String,
    pub revision: i64,
    pub academic_year: String,
    pub stage: String,
    pub needs: i64,
    pub places: i64,
    pub eligible_pairs: i64,
    pub matched: i64,
    pub total_cost: i64,
    pub shares: String,
    pub create_us: i64,
    pub apply_us: Option<i64>,
}

pub const COLUMNS: &[Column] = &[
    ("id", Type::Text),
    ("partner", Type::Text),
    ("revision", Type::Integer),
    ("academic_year", Type::Text),
    ("stage", Type::Text),
    ("needs", Type::Integer),
    ("places", Type::Integer),
    ("eligible_pairs", Type::Integer),
    ("matched", Type::Integer),
    ("total_cost", Type::Integer),
    ("shares", Type::Text),
    ("create_us", Type::Integer),
    ("apply_us", Type::Integer),
];

/// Counts are far below what eight bytes hold.
fn kept(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl MatchRunRow {
    pub fn of(run: &MatchRun) -> Self {
        Self {
            id: run.name.0.to_string(),
            partner: run.partner.to_string(),
            revision: run.revision.0,
            academic_year: run.academic_year.to_string(),
            stage: word(&run.stage),
            needs: kept(run.needs),
            places: kept(run.places),
            eligible_pairs: kept(run.eligible_pairs),
            matched: kept(run.matched),
            total_cost: kept(run.total_cost),
            shares: to_text(&run.shares),
            create_us: micros(run.created),
            apply_us: maybe_us(run.applied),
        }
    }

    pub fn into_domain(self) -> Result<MatchRun, Fault> {
        Ok(MatchRun {
            name: MatchRunName(name(&self.id)?),
            partner: name(&self.partner)?,
            revision: Revision(self.revision),
            academic_year: name(&self.academic_year)?,
            stage: from_word(&self.stage)?,
            needs: count(self.needs)?,
            places: count(self.places)?,
            eligible_pairs: count(self.eligible_pairs)?,
            matched: count(self.matched)?,
            total_cost: count(self.total_cost)?,
            shares: from_text(&self.shares)?,
            created: from_micros(self.create_us),
            applied: maybe_instant(self.apply_us),
        })
    }
}

#[derive(FromQueryResult, Serialize)]
pub struct MatchRow {
    pub run: String,
    pub ordinal: i64,
    pub need: String,
    pub university: String,
    pub offer: Option<String>,
    pub host: Option<String>,
    pub practice_educator: Option<String>,
    pub cost: i64,
    pub rules: String,
    pub need_revision: i64,
    pub offer_revision: i64,
}

pub const MATCH_COLUMNS: &[Column] = &[
    ("run", Type::Text),
    ("ordinal", Type::Integer),
    ("need", Type::Text),
    ("university", Type::Text),
    ("offer", Type::Text),
    ("host", Type::Text),
    ("practice_educator", Type::Text),
    ("cost", Type::Integer),
    ("rules", Type::Text),
    ("need_revision", Type::Integer),
    ("offer_revision", Type::Integer),
];

impl MatchRow {
    pub fn of(run: &MatchRunName, ordinal: i64, found: &Found) -> Self {
        let place = found.place.as_ref();
        Self {
            run: run.0.to_string(),
            ordinal,
            need: found.need.key(),
            university: found.need.partner.to_string(),
            offer: place.map(|place| place.offer.key()),
            host: place.map(|place| place.offer.partner.to_string()),
            practice_educator: place.and_then(|place| place.educator.as_ref()).map(EducatorName::key),
            cost: place.map_or(0, |place| kept(place.cost)),
            rules: to_text(&found.rules),
            need_revision: found.need_revision.0,
            offer_revision: place.map_or(0, |place| place.offer_revision.0),
        }
    }

    pub fn into_domain(self) -> Result<Found, Fault> {
        let cost = count(self.cost)?;
        let educator =
            self.practice_educator.as_deref().map(|text| key(EducatorName::from_key(text))).transpose()?;
        let offer = self.offer.as_deref().map(|text| key(OfferName::from_key(text))).transpose()?;
        let offer_revision = Revision(self.offer_revision);
        Ok(Found {
            need: key(NeedName::from_key(&self.need))?,
            need_revision: Revision(self.need_revision),
            place: offer.map(|offer| FoundPlace { offer, offer_revision, educator, cost }),
            rules: from_text(&self.rules)?,
        })
    }
}
