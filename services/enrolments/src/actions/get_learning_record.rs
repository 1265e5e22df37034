//! GetLearningRecord.

use crate::{
    Enrolments,
    domain::{
        AcademicYear, Refusal,
        learning::{LearningRecord, RecordName},
    },
    error::Error,
    store,
};
use ledger::{Deed, Fault, Tx};
use vocabulary::{Call, Instant};

/// Whose record, and of which year: the current one where none is named.
#[derive(Clone, Debug)]
pub struct GetLearningRecord {
    pub name: RecordName,
    pub year: Option<AcademicYear>,
}

impl Enrolments {
    /// One academic year of a person's learning, for their own partner. Reading the person's own words is entered in
    /// the audit log before they are shown.
    ///
    /// # Errors
    /// Another partner's person, or one of whom nothing is kept here; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn get_learning_record(
        &self,
        call: &Call,
        ask: GetLearningRecord,
    ) -> Result<LearningRecord, Error> {
        if *ask.name.0.partner() != call.caller.partner {
            return Err(unknown());
        }
        let now = self.ledger.clock.now();
        let tx = self.ledger.read(call).await?;
        let known = store::learning::is_known(&tx, &ask.name.0).await?;
        let record = self.learning_record(&tx, &ask.name, ask.year, now).await?;
        tx.commit().await?;
        if !known {
            return Err(unknown());
        }
        if record.items.iter().any(|item| !item.reflection.expose().is_empty()) {
            self.ledger.enter(vec![Deed::reading(call, ask.name.to_string(), "reflections")]).await?;
        }
        Ok(record)
    }

    /// The year's items and entitlement, added up.
    pub(super) async fn learning_record(
        &self,
        tx: &Tx,
        name: &RecordName,
        year: Option<AcademicYear>,
        now: Instant,
    ) -> Result<LearningRecord, Fault> {
        let rules = self.rules_now()?;
        let year = year.unwrap_or_else(|| rules.academic_year(rules.day(now)));
        let entitlement = store::learning::entitlement(tx, &name.0, year).await?;
        let items = store::learning::items(tx, &name.0, rules.days_of(year)).await?;
        Ok(LearningRecord::of(name.clone(), entitlement, items, rules.learning_day_hours))
    }
}

/// The record's name is a person's, whom no status names.
fn unknown() -> Error {
    Error::not_found(&"this learning record")
}

/// Only the person's own partner keeps their record.
pub(super) fn own(call: &Call, person: &vocabulary::PersonName) -> Result<(), Refusal> {
    if *person.partner() == call.caller.partner { Ok(()) } else { Err(Refusal::PersonOfAnotherPartner) }
}
