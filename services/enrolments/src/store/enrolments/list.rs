//! Pages of enrolments.

use super::{Binds, SELECT, read};
use crate::domain::{Enrolment, EnrolmentState, RunName, names::person_key};
use crate::store::tables::word;
use ledger::{Fault, Tx};
use vocabulary::{PartnerId, PersonName};

/// Which enrolments to list, by key.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of one university; `None` is what the caller sponsors anywhere.
    pub university: Option<PartnerId>,
    pub run: Option<RunName>,
    pub person: Option<PersonName>,
    pub sponsor: Option<PartnerId>,
    pub states: Vec<EnrolmentState>,
    pub after: Option<String>,
}

/// A page of what the caller's partner enrolled, or sponsors.
///
/// Keys begin with the university, so that each of the indexes by run and sponsor is walked from the place where the
/// last page ended. A person's few are found by the person and put in order: the `|| ''` keeps other indexes out.
pub async fn list(tx: &Tx, caller: &PartnerId, filter: &Filter, limit: u64) -> Result<Vec<Enrolment>, Fault> {
    let mut binds = Binds::default();
    let mut sql = String::from("SELECT e.id FROM enrolments e WHERE true");
    let id = if filter.person.is_some() { "e.id || ''" } else { "e.id" };
    if let Some(university) = &filter.university {
        sql += &format!(" AND {}", binds.under(id, university.as_str()));
    }
    if filter.university.as_ref() != Some(caller) {
        sql += &format!(" AND e.sponsor = {}", binds.add(caller.as_str()));
    }
    if let Some(run) = &filter.run {
        sql += &format!(" AND e.run = {}", binds.add(run.key()));
    }
    if let Some(person) = &filter.person {
        sql += &format!(" AND e.person = {}", binds.add(person_key(person)));
    }
    if let Some(sponsor) = &filter.sponsor {
        sql += &format!(" AND e.sponsor = {}", binds.add(sponsor.as_str()));
    }
    if !filter.states.is_empty() {
        let words: Vec<String> = filter.states.iter().map(|state| format!("'{}'", word(state))).collect();
        sql += &format!(" AND e.state IN ({})", words.join(", "));
    }
    if let Some(after) = &filter.after {
        sql += &format!(" AND {id} > {}", binds.add(after.as_str()));
    }
    sql += &format!(" ORDER BY {id} LIMIT {limit}");
    read(&tx.all(&format!("{SELECT} WHERE e.id IN ({sql}) ORDER BY e.id"), binds.0).await?)
}
