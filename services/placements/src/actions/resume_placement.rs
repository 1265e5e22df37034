//! ResumePlacement.

use super::case::{Reach, Target};
use crate::{
    Placements,
    domain::{Day, Placement, placement::Party},
    error::Error,
};
use ledger::Done;
use vocabulary::{Call, RequestId};

#[derive(Clone, Debug)]
pub struct ResumePlacement {
    pub target: Target,
    /// The first day back; today where there is none.
    pub date: Option<Day>,
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// Days are served again, and the end is projected anew.
    ///
    /// # Errors
    /// A placement that is absent or none of the caller's; a stale etag; a day ahead or before the suspension; a placement
    /// that is not suspended.
    #[tracing::instrument(skip_all)]
    pub async fn resume_placement(
        &self,
        call: &Call,
        ask: ResumePlacement,
    ) -> Result<Done<Placement>, Error> {
        let reach = Reach { ledger: true, ..Reach::default() };
        let asked = (ask.target, ask.request_id, ask.date);
        let led = self.lead(call, asked, (Party::Either, reach), |app, case, date, by| {
            case.placement.resume(date, &case.ledger, app.rules.calendar(), by).map(Some)
        });
        led.await
    }
}
