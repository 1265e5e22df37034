//! RecommendOutcome.

use super::case::{Reach, Target};
use crate::{
    Placements,
    domain::{
        Placement,
        placement::{Party, Recommendation},
    },
    error::Error,
};
use ledger::Done;
use vocabulary::{Call, Personal, RequestId};

#[derive(Clone, Debug)]
pub struct RecommendOutcome {
    pub target: Target,
    pub pass: bool,
    pub report: Personal<String>,
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// Whoever answers for the assessment recommends a pass or a fail.
    ///
    /// # Errors
    /// A placement that is absent or none of the caller's; a stale etag; a caller who does not answer for the
    /// assessment; days or reviews that are missing; a placement that is not in progress.
    #[tracing::instrument(skip_all)]
    pub async fn recommend_outcome(
        &self,
        call: &Call,
        ask: RecommendOutcome,
    ) -> Result<Done<Placement>, Error> {
        let reach = Reach { educator: true, ratifier: true, ..Reach::default() };
        let by = call.caller.person.clone();
        let recommendation = Recommendation { by, pass: ask.pass, report: ask.report };
        let asked = (ask.target, ask.request_id, recommendation);
        let led = self.lead(call, asked, (Party::Host, reach), |_, case, recommendation, by| {
            let (educator, ratifier) = (case.educator.as_ref(), case.ratifier.as_ref());
            let assessor = educator.map(|educator| case.placement.assessor(educator, ratifier).clone());
            case.placement.recommend(assessor.as_ref(), recommendation, by).map(Some)
        });
        led.await
    }
}
