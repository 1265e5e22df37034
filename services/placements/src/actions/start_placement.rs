//! StartPlacement.

use super::case::{Reach, Target};
use crate::{
    Placements,
    domain::{Day, Placement, placement::Party},
    error::Error,
};
use ledger::Done;
use vocabulary::{Call, RequestId};

#[derive(Clone, Debug)]
pub struct StartPlacement {
    pub target: Target,
    /// The first day; today where there is none.
    pub date: Option<Day>,
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// The host opens the ledger.
    ///
    /// # Errors
    /// A placement that is absent or none of the caller's; a stale etag; a day that lies ahead; a student who would be on
    /// two placements at once; a placement that is not confirmed.
    #[tracing::instrument(skip_all)]
    pub async fn start_placement(&self, call: &Call, ask: StartPlacement) -> Result<Done<Placement>, Error> {
        let reach = Reach { student: true, history: true, ..Reach::default() };
        let asked = (ask.target, ask.request_id, ask.date);
        let led = self.lead(call, asked, (Party::Host, reach), |app, case, date, by| {
            case.placement.start(date, (&case.history, app.rules.calendar()), by).map(Some)
        });
        led.await
    }
}
