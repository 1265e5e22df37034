//! `placement_offers`.

use super::{count, from_text, from_word, key, maybe_instant, maybe_us, name, some_name, to_text, word};
use crate::domain::{Offer, OfferName, OfferTerms, Stage, Weekdays};
use ledger::{Column, Fault, Type};
use sea_orm::FromQueryResult;
use serde::Serialize;
use vocabulary::{Revision, from_micros, micros};

#[derive(FromQueryResult, Serialize)]
pub struct OfferRow {
    pub id: String,
    pub partner: String,
    pub revision: i64,
    pub academic_year: String,
    pub team: String,
    pub setting: String,
    pub statutory: bool,
    pub stages: String,
    pub places: i64,
    pub places_held: i64,
    pub places_taken: i64,
    pub earliest_start: Option<String>,
    pub latest_end: Option<String>,
    pub weekdays: i64,
    pub location: String,
    pub driver_required: bool,
    pub practice_educators: String,
    pub state: String,
    pub reaffirm_us: Option<i64>,
    pub withdraw_reason: String,
    pub create_us: i64,
    pub update_us: i64,
}

pub const COLUMNS: &[Column] = &[
    ("id", Type::Text),
    ("partner", Type::Text),
    ("revision", Type::Integer),
    ("academic_year", Type::Text),
    ("team", Type::Text),
    ("setting", Type::Text),
    ("statutory", Type::Boolean),
    ("stages", Type::Text),
    ("places", Type::Integer),
    ("places_held", Type::Integer),
    ("places_taken", Type::Integer),
    ("earliest_start", Type::Text),
    ("latest_end", Type::Text),
    ("weekdays", Type::Integer),
    ("location", Type::Text),
    ("driver_required", Type::Boolean),
    ("practice_educators", Type::Text),
    ("state", Type::Text),
    ("reaffirm_us", Type::Integer),
    ("withdraw_reason", Type::Text),
    ("create_us", Type::Integer),
    ("update_us", Type::Integer),
];

/// Stages as their words with spaces between, in order.
pub fn stages_text(stages: &[Stage]) -> String {
    stages.iter().map(word).collect::<Vec<_>>().join(" ")
}

impl OfferRow {
    pub fn of(offer: &Offer) -> Self {
        let terms = &offer.terms;
        Self {
            id: offer.name.key(),
            partner: offer.name.partner.to_string(),
            revision: offer.revision.0,
            academic_year: terms.academic_year.to_string(),
            team: terms.team.clone(),
            setting: word(&terms.setting),
            statutory: terms.statutory,
            stages: stages_text(&terms.stages),
            places: terms.places.into(),
            places_held: offer.places_held.into(),
            places_taken: offer.places_taken.into(),
            earliest_start: terms.earliest_start_date.map(|day| day.to_string()),
            latest_end: terms.latest_end_date.map(|day| day.to_string()),
            weekdays: u8::from(terms.weekdays).into(),
            location: to_text(&terms.location),
            driver_required: terms.driver_required,
            practice_educators: to_text(&terms.practice_educators),
            state: word(&offer.state),
            reaffirm_us: maybe_us(offer.reaffirmed),
            withdraw_reason: offer.withdraw_reason.clone(),
            create_us: micros(offer.created),
            update_us: micros(offer.updated),
        }
    }

    pub fn into_domain(self) -> Result<Offer, Fault> {
        let weekdays: u8 = count(self.weekdays)?;
        let terms = OfferTerms {
            academic_year: name(&self.academic_year)?,
            team: self.team,
            setting: from_word(&self.setting)?,
            statutory: self.statutory,
            stages: self.stages.split(' ').map(from_word).collect::<Result<_, _>>()?,
            places: count(self.places)?,
            earliest_start_date: some_name(self.earliest_start)?,
            latest_end_date: some_name(self.latest_end)?,
            weekdays: key(Weekdays::try_from(weekdays))?,
            location: from_text(&self.location)?,
            driver_required: self.driver_required,
            practice_educators: from_text(&self.practice_educators)?,
        };
        Ok(Offer {
            name: key(OfferName::from_key(&self.id))?,
            revision: Revision(self.revision),
            terms,
            places_held: count(self.places_held)?,
            places_taken: count(self.places_taken)?,
            state: from_word(&self.state)?,
            reaffirmed: maybe_instant(self.reaffirm_us),
            withdraw_reason: self.withdraw_reason,
            created: from_micros(self.create_us),
            updated: from_micros(self.update_us),
        })
    }
}
