//! VerifyEnrolment.

use crate::{
    Enrolments,
    domain::{Day, Verification},
    error::Error,
    store,
};
use ledger::Deed;
use vocabulary::{Call, PersonName, Scope};

/// Who, and on which day: today where it is not given.
#[derive(Clone, Debug)]
pub struct VerifyEnrolment {
    pub person: PersonName,
    pub day: Option<Day>,
}

impl Enrolments {
    /// Whether somebody of any university is actively enrolled on a day. Whoever asks about another partner's person
    /// is told this and nothing else, and their asking is in their own partner's audit log before they are told.
    ///
    /// # Errors
    /// Storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn verify_enrolment(&self, call: &Call, ask: VerifyEnrolment) -> Result<Verification, Error> {
        let (now, rules) = (self.ledger.clock.now(), self.rules_now()?);
        // The one question whose answer looks past the caller's scope: what it reads is no more than the answer.
        self.ledger.reached(call).await?;
        let tx = self.ledger.database.read(&Scope::Service, Some(call.deadline)).await?;
        let active = store::enrolments::active_of(&tx, &ask.person).await?;
        tx.commit().await?;
        if *ask.person.partner() != call.caller.partner {
            let deed = Deed::reading(call, ask.person.to_string(), "enrolment verified");
            self.ledger.enter(vec![deed]).await?;
        }
        let day = ask.day.unwrap_or_else(|| rules.day(now));
        Ok(Verification::of(&active, day, now, rules))
    }
}
