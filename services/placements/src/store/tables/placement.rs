//! `placements`, read together with the student.

use super::{
    count, from_text, from_word, key, maybe_instant, maybe_us, name,
    student::{SELECTED, StudentRow},
    to_text, word,
};
use crate::domain::{
    EducatorName, NeedName, OfferName, Placement, PlacementName, Weekdays, placement::Recommendation,
};
use ledger::{Column, Fault, Type};
use sea_orm::{FromQueryResult, QueryResult};
use serde::Serialize;
use vocabulary::{Revision, from_micros, micros, person_from_key, person_key};

#[derive(FromQueryResult, Serialize)]
pub struct PlacementRow {
    pub id: String,
    pub revision: i64,
    pub need: String,
    pub offer: String,
    pub host: String,
    pub university: String,
    pub student: String,
    pub stage: String,
    pub setting: String,
    pub statutory: bool,
    pub practice_educator: Option<String>,
    pub ratifier: Option<String>,
    pub onsite_supervisor: Option<String>,
    pub state: String,
    pub start_date: String,
    pub weekdays: i64,
    pub days_required: i64,
    pub days_attended: i64,
    pub skills_days: i64,
    pub projected_end: String,
    pub enrolment_check: Option<String>,
    pub confirming: Option<String>,
    pub hold_us: Option<i64>,
    pub suspensions: String,
    pub reviews: String,
    pub concerns: String,
    pub waivers: String,
    pub rules: String,
    pub recommendation: String,
    pub days_credited: Option<i64>,
    pub reason: String,
    pub create_us: i64,
    pub update_us: i64,
}

pub const COLUMNS: &[Column] = &[
    ("id", Type::Text),
    ("revision", Type::Integer),
    ("need", Type::Text),
    ("offer", Type::Text),
    ("host", Type::Text),
    ("university", Type::Text),
    ("student", Type::Text),
    ("stage", Type::Text),
    ("setting", Type::Text),
    ("statutory", Type::Boolean),
    ("practice_educator", Type::Text),
    ("ratifier", Type::Text),
    ("onsite_supervisor", Type::Text),
    ("state", Type::Text),
    ("start_date", Type::Text),
    ("weekdays", Type::Integer),
    ("days_required", Type::Integer),
    ("days_attended", Type::Integer),
    ("skills_days", Type::Integer),
    ("projected_end", Type::Text),
    ("enrolment_check", Type::Text),
    ("confirming", Type::Text),
    ("hold_us", Type::Integer),
    ("suspensions", Type::Text),
    ("reviews", Type::Text),
    ("concerns", Type::Text),
    ("waivers", Type::Text),
    ("rules", Type::Text),
    ("recommendation", Type::Text),
    ("days_credited", Type::Integer),
    ("reason", Type::Text),
    ("create_us", Type::Integer),
    ("update_us", Type::Integer),
];

/// `SELECT … FROM placements p JOIN students s …`: what [`read`] reads.
pub fn select() -> String {
    select_from("placements")
}

/// The same of rows that look like those of `placements`.
pub fn select_from(rows: &str) -> String {
    format!("SELECT p.*, {SELECTED} FROM {rows} p JOIN students s ON s.id = p.student")
}

/// Rows of [`select`].
pub fn read(rows: &[QueryResult]) -> Result<Vec<Placement>, Fault> {
    let one = |row: &QueryResult| {
        let student = StudentRow::from_query_result(row, "s_")?;
        PlacementRow::from_query_result(row, "")?.into_domain(student)
    };
    rows.iter().map(one).collect()
}

impl PlacementRow {
    pub fn of(placement: &Placement) -> Self {
        Self {
            id: placement.name.0.to_string(),
            revision: placement.revision.0,
            need: placement.need.key(),
            offer: placement.offer.key(),
            host: placement.host().to_string(),
            university: placement.university().to_string(),
            student: person_key(&placement.student.person),
            stage: word(&placement.stage),
            setting: word(&placement.setting),
            statutory: placement.statutory,
            practice_educator: placement.practice_educator.as_ref().map(EducatorName::key),
            ratifier: placement.ratifier.as_ref().map(EducatorName::key),
            onsite_supervisor: placement.onsite_supervisor.as_ref().map(person_key),
            state: word(&placement.state),
            start_date: placement.start_date.to_string(),
            weekdays: u8::from(placement.weekdays).into(),
            days_required: placement.days_required.into(),
            days_attended: placement.days_attended.into(),
            skills_days: placement.skills_days.into(),
            projected_end: placement.projected_end.to_string(),
            enrolment_check: placement.enrolment_check.as_ref().map(word),
            confirming: placement.confirming.as_ref().map(person_key),
            hold_us: maybe_us(placement.held_until),
            suspensions: to_text(&placement.suspensions),
            reviews: to_text(&placement.reviews),
            concerns: to_text(&placement.concerns),
            waivers: to_text(&placement.waivers),
            rules: to_text(&placement.rules),
            recommendation: placement.recommendation.as_ref().map(to_text).unwrap_or_default(),
            days_credited: placement.days_credited.map(Into::into),
            reason: placement.reason.clone(),
            create_us: micros(placement.created),
            update_us: micros(placement.updated),
        }
    }

    fn into_domain(self, student: StudentRow) -> Result<Placement, Fault> {
        let educator =
            |text: Option<String>| text.as_deref().map(EducatorName::from_key).map(key).transpose();
        let person = |text: Option<String>| text.as_deref().map(person_from_key).map(key).transpose();
        let said = Some(self.recommendation).filter(|said| !said.is_empty());
        let recommendation: Option<Recommendation> = said.as_deref().map(from_text).transpose()?;
        Ok(Placement {
            name: PlacementName(name(&self.id)?),
            revision: Revision(self.revision),
            need: key(NeedName::from_key(&self.need))?,
            offer: key(OfferName::from_key(&self.offer))?,
            student: student.into_domain()?,
            stage: from_word(&self.stage)?,
            setting: from_word(&self.setting)?,
            statutory: self.statutory,
            practice_educator: educator(self.practice_educator)?,
            ratifier: educator(self.ratifier)?,
            onsite_supervisor: person(self.onsite_supervisor)?,
            state: from_word(&self.state)?,
            start_date: name(&self.start_date)?,
            weekdays: key(Weekdays::try_from(count::<u8>(self.weekdays)?))?,
            days_required: count(self.days_required)?,
            days_attended: count(self.days_attended)?,
            skills_days: count(self.skills_days)?,
            projected_end: name(&self.projected_end)?,
            enrolment_check: self.enrolment_check.as_deref().map(from_word).transpose()?,
            confirming: person(self.confirming)?,
            held_until: maybe_instant(self.hold_us),
            suspensions: from_text(&self.suspensions)?,
            reviews: from_text(&self.reviews)?,
            concerns: from_text(&self.concerns)?,
            waivers: from_text(&self.waivers)?,
            rules: from_text(&self.rules)?,
            recommendation,
            days_credited: self.days_credited.map(count).transpose()?,
            reason: self.reason,
            created: from_micros(self.create_us),
            updated: from_micros(self.update_us),
        })
    }
}
