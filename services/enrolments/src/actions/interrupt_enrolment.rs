//! InterruptEnrolment.

use super::step::{self, Target};
use crate::{
    Enrolments,
    domain::Enrolment,
    error::{Error, answered},
};
use ledger::{Done, Write};
use serde::Serialize;
use vocabulary::{Call, RequestId};

#[derive(Clone, Debug, Serialize)]
pub struct InterruptEnrolment {
    pub target: Target,
    pub reason: String,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Enrolments {
    /// The learner pauses, with the place kept.
    ///
    /// # Errors
    /// An absent enrolment, or another university's; a stale etag; a state from which this does not lead on.
    #[tracing::instrument(skip_all)]
    pub async fn interrupt_enrolment(
        &self,
        call: &Call,
        ask: InterruptEnrolment,
    ) -> Result<Done<Enrolment>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.target.name)?;
        let work = self.ledger.write(write, (ask, call.caller.clone()), |unit, (ask, caller)| {
            Box::pin(step::step(unit, ask.target, caller, |enrolment, now| {
                step::enter(enrolment, enrolment.state.interrupt(), now)?;
                enrolment.reason = ask.reason;
                Ok(())
            }))
        });
        answered(work.await?)
    }
}
