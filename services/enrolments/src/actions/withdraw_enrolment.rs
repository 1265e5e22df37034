//! WithdrawEnrolment.

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
pub struct WithdrawEnrolment {
    pub target: Target,
    pub reason: String,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Enrolments {
    /// The learner leaves; the enrolment stays, with its history, and its place is free.
    ///
    /// # Errors
    /// An absent enrolment, or another university's; a stale etag; a state from which this does not lead on.
    #[tracing::instrument(skip_all)]
    pub async fn withdraw_enrolment(
        &self,
        call: &Call,
        ask: WithdrawEnrolment,
    ) -> Result<Done<Enrolment>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.target.name)?;
        let work = self.ledger.write(write, (ask, call.caller.clone()), |unit, (ask, caller)| {
            Box::pin(step::step(unit, ask.target, caller, |enrolment, now| {
                step::enter(enrolment, enrolment.state.withdraw(), now)?;
                enrolment.reason = ask.reason;
                Ok(())
            }))
        });
        answered(work.await?)
    }
}
