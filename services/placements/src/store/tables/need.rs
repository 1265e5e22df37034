//! `placement_needs`, read together with the student. Adjustments are kept apart, where no query meets them that
//! does not ask for them by name.

use super::{
    count, from_text, from_word, key, name,
    student::{SELECTED, StudentRow},
    to_text, word,
};
use crate::domain::{Need, NeedName, NeedTerms, Weekdays};
use ledger::{Column, Fault, Type};
use sea_orm::{FromQueryResult, QueryResult};
use serde::Serialize;
use vocabulary::{Personal, Revision, from_micros, micros, person_key};

#[derive(FromQueryResult, Serialize)]
pub struct NeedRow {
    pub id: String,
    pub partner: String,
    pub student: String,
    pub revision: i64,
    pub stage: String,
    pub academic_year: String,
    pub start_date: String,
    pub weekdays: i64,
    pub home: String,
    pub max_travel_minutes: Option<i64>,
    pub drives: bool,
    pub preferred_settings: String,
    pub earlier_placements: String,
    pub excluded_partners: String,
    pub state: String,
    pub placement: Option<String>,
    pub create_us: i64,
    pub update_us: i64,
}

pub const COLUMNS: &[Column] = &[
    ("id", Type::Text),
    ("partner", Type::Text),
    ("student", Type::Text),
    ("revision", Type::Integer),
    ("stage", Type::Text),
    ("academic_year", Type::Text),
    ("start_date", Type::Text),
    ("weekdays", Type::Integer),
    ("home", Type::Text),
    ("max_travel_minutes", Type::Integer),
    ("drives", Type::Boolean),
    ("preferred_settings", Type::Text),
    ("earlier_placements", Type::Text),
    ("excluded_partners", Type::Text),
    ("state", Type::Text),
    ("placement", Type::Text),
    ("create_us", Type::Integer),
    ("update_us", Type::Integer),
];

/// `SELECT … FROM placement_needs n JOIN students s …`: what [`read`] reads.
pub fn select() -> String {
    format!("SELECT n.*, {SELECTED} FROM placement_needs n JOIN students s ON s.id = n.student")
}

/// Rows of [`select`].
pub fn read(rows: &[QueryResult]) -> Result<Vec<Need>, Fault> {
    let one = |row: &QueryResult| {
        let student = StudentRow::from_query_result(row, "s_")?;
        NeedRow::from_query_result(row, "")?.into_domain(student)
    };
    rows.iter().map(one).collect()
}

impl NeedRow {
    pub fn of(need: &Need) -> Self {
        let terms = &need.terms;
        Self {
            id: need.name.key(),
            partner: need.name.partner.to_string(),
            student: person_key(&need.student.person),
            revision: need.revision.0,
            stage: word(&need.stage),
            academic_year: terms.academic_year.to_string(),
            start_date: terms.start_date.to_string(),
            weekdays: u8::from(terms.weekdays).into(),
            home: to_text(&terms.home),
            max_travel_minutes: terms.max_travel_minutes.map(i64::from),
            drives: terms.drives,
            preferred_settings: to_text(&terms.preferred_settings),
            earlier_placements: to_text(&terms.earlier_placements),
            excluded_partners: to_text(&terms.excluded_partners),
            state: word(&need.state),
            placement: need.placement.as_ref().map(|placement| placement.0.to_string()),
            create_us: micros(need.created),
            update_us: micros(need.updated),
        }
    }

    fn into_domain(self, student: StudentRow) -> Result<Need, Fault> {
        let weekdays = Weekdays::try_from(count::<u8>(self.weekdays)?);
        let placement = self.placement.as_deref().map(name).transpose()?;
        Ok(Need {
            name: key(NeedName::from_key(&self.id))?,
            revision: Revision(self.revision),
            student: student.into_domain()?,
            stage: from_word(&self.stage)?,
            terms: NeedTerms {
                academic_year: name(&self.academic_year)?,
                start_date: name(&self.start_date)?,
                weekdays: weekdays.map_err(|_| Fault::Bug("stored weekdays are none".into()))?,
                home: from_text(&self.home)?,
                max_travel_minutes: self.max_travel_minutes.map(count).transpose()?,
                drives: self.drives,
                preferred_settings: from_text(&self.preferred_settings)?,
                earlier_placements: from_text(&self.earlier_placements)?,
                excluded_partners: from_text(&self.excluded_partners)?,
                adjustments: Personal::default(),
            },
            state: from_word(&self.state)?,
            placement: placement.map(crate::domain::PlacementName),
            created: from_micros(self.create_us),
            updated: from_micros(self.update_us),
        })
    }
}
