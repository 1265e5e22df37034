//! SetLearningEntitlement.

use super::get_learning_record::own;
use crate::{
    Enrolments,
    domain::{
        AcademicYear,
        learning::{Hundredths, LearningRecord, RecordName},
    },
    error::{Error, answered},
    store,
};
use ledger::{Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, RequestId};

#[derive(Clone, Debug, Serialize)]
pub struct SetLearningEntitlement {
    pub name: RecordName,
    pub year: AcademicYear,
    pub days: Hundredths,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Enrolments {
    /// Says how many days of a year a person may spend on learning; answers the year's record.
    ///
    /// # Errors
    /// Another partner's person; a request id that was used for something else; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn set_learning_entitlement(
        &self,
        call: &Call,
        ask: SetLearningEntitlement,
    ) -> Result<Done<LearningRecord>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.name)?;
        let allowed = own(call, &ask.name.0);
        let work = self.ledger.write(write, (self.clone(), ask, allowed), |unit, (app, ask, allowed)| {
            Box::pin(async move {
                match allowed {
                    Ok(()) => Ok(Ok(set(&app, unit, ask).await?)),
                    Err(refusal) => Ok(Err(refusal)),
                }
            })
        });
        answered(work.await?)
    }
}

async fn set(
    app: &Enrolments,
    unit: &mut Unit,
    ask: SetLearningEntitlement,
) -> Result<LearningRecord, Fault> {
    store::learning::set_entitlement(unit.tx(), &ask.name.0, ask.year, ask.days).await?;
    app.learning_record(unit.tx(), &ask.name, Some(ask.year), unit.now()).await
}
