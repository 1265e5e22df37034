//! `enrolments`, read together with the learner.

use super::{from_text, from_word, key, learner::LearnerRow, name, some_name, to_text, word};
use crate::domain::{Enrolment, EnrolmentName, RunName, enrolment::Terms, names::person_key};
use ledger::{Column, Fault, Type};
use sea_orm::{FromQueryResult, QueryResult};
use serde::Serialize;
use vocabulary::{Revision, from_micros, micros};

#[derive(FromQueryResult, Serialize)]
pub struct EnrolmentRow {
    pub id: String,
    pub partner: String,
    pub person: String,
    pub run: String,
    pub revision: i64,
    pub academic_year: String,
    pub state: String,
    pub start_date: Option<String>,
    pub end_date: Option<String>,
    pub study_mode: String,
    pub sponsor: Option<String>,
    /// Empty where it is not known.
    pub funding: String,
    pub reason: String,
    pub outcome: String,
    pub dropped: bool,
    pub create_us: i64,
    pub update_us: i64,
    pub held: String,
    #[serde(skip_serializing)]
    pub data_set: String,
}

/// What is written by hand.
pub const COLUMNS: &[Column] = &[
    ("id", Type::Text),
    ("partner", Type::Text),
    ("person", Type::Text),
    ("run", Type::Text),
    ("revision", Type::Integer),
    ("academic_year", Type::Text),
    ("state", Type::Text),
    ("start_date", Type::Text),
    ("end_date", Type::Text),
    ("study_mode", Type::Text),
    ("sponsor", Type::Text),
    ("funding", Type::Text),
    ("reason", Type::Text),
    ("outcome", Type::Text),
    ("dropped", Type::Boolean),
    ("create_us", Type::Integer),
    ("update_us", Type::Integer),
    ("held", Type::Text),
];

/// `SELECT … FROM enrolments e JOIN people p …`: what [`read`] reads.
pub const SELECT: &str = "SELECT e.*, p.id AS p_id, p.partner AS p_partner, p.revision AS p_revision, \
     p.given_name AS p_given_name, p.family_name AS p_family_name, p.email AS p_email, \
     p.social_work_england_number AS p_social_work_england_number, p.held AS p_held, p.data_set AS p_data_set \
     FROM enrolments e JOIN people p ON p.id = e.person";

/// Rows of [`SELECT`].
pub fn read(rows: &[QueryResult]) -> Result<Vec<Enrolment>, Fault> {
    let one = |row: &QueryResult| {
        let learner = LearnerRow::from_query_result(row, "p_")?;
        EnrolmentRow::from_query_result(row, "")?.into_domain(learner)
    };
    rows.iter().map(one).collect()
}

impl EnrolmentRow {
    pub fn of(enrolment: &Enrolment) -> Self {
        let terms = &enrolment.terms;
        Self {
            id: enrolment.name.key(),
            partner: enrolment.name.partner.to_string(),
            person: person_key(&enrolment.learner.person),
            run: enrolment.run.key(),
            revision: enrolment.revision.0,
            academic_year: enrolment.academic_year.to_string(),
            state: word(&enrolment.state),
            start_date: terms.start_date.map(|day| day.to_string()),
            end_date: terms.end_date.map(|day| day.to_string()),
            study_mode: word(&terms.study_mode),
            sponsor: terms.sponsor.as_ref().map(ToString::to_string),
            funding: terms.funding.as_ref().map(word).unwrap_or_default(),
            reason: enrolment.reason.clone(),
            outcome: enrolment.outcome.clone(),
            dropped: enrolment.dropped,
            create_us: micros(enrolment.created),
            update_us: micros(enrolment.updated),
            held: to_text(&enrolment.held),
            data_set: String::new(),
        }
    }

    fn into_domain(self, learner: LearnerRow) -> Result<Enrolment, Fault> {
        Ok(Enrolment {
            name: key(EnrolmentName::from_key(&self.id))?,
            revision: Revision(self.revision),
            learner: learner.into_domain()?,
            run: key(RunName::from_key(&self.run))?,
            academic_year: name(&self.academic_year)?,
            state: from_word(&self.state)?,
            terms: Terms {
                start_date: some_name(self.start_date)?,
                end_date: some_name(self.end_date)?,
                study_mode: from_word(&self.study_mode)?,
                sponsor: some_name(self.sponsor)?,
                funding: if self.funding.is_empty() { None } else { Some(from_word(&self.funding)?) },
            },
            data_set: self.data_set,
            held: from_text(&self.held)?,
            reason: self.reason,
            outcome: self.outcome,
            dropped: self.dropped,
            created: from_micros(self.create_us),
            updated: from_micros(self.update_us),
        })
    }
}
