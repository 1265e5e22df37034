//! ResumeEnrolment.

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
pub struct ResumeEnrolment {
    pub target: Target,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Enrolments {
    /// The learner comes back; why they paused is no longer said.
    ///
    /// # Errors
    /// An absent enrolment, or another university's; a stale etag; a state from which this does not lead on.
    #[tracing::instrument(skip_all)]
    pub async fn resume_enrolment(
        &self,
        call: &Call,
        ask: ResumeEnrolment,
    ) -> Result<Done<Enrolment>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.target.name)?;
        let work = self.ledger.write(write, (ask, call.caller.clone()), |unit, (ask, caller)| {
            Box::pin(step::step(unit, ask.target, caller, |enrolment, now| {
                step::enter(enrolment, enrolment.state.resume(), now)?;
                enrolment.reason.clear();
                Ok(())
            }))
        });
        answered(work.await?)
    }
}
