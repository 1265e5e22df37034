//! ResolveConcern.

use super::case::{Reach, Target};
use crate::{
    Placements,
    domain::{Placement, placement::Party},
    error::Error,
};
use ledger::Done;
use vocabulary::{Call, Personal, RequestId};

#[derive(Clone, Debug)]
pub struct ResolveConcern {
    pub target: Target,
    /// As the placement lists it.
    pub concern: String,
    pub resolution: Personal<String>,
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// Closes a concern with what was done.
    ///
    /// # Errors
    /// A placement that is absent or none of the caller's; a concern that there is not, or that is resolved.
    #[tracing::instrument(skip_all)]
    pub async fn resolve_concern(&self, call: &Call, ask: ResolveConcern) -> Result<Done<Placement>, Error> {
        let asked = (ask.target, ask.request_id, (ask.concern, ask.resolution));
        let led = self.lead(
            call,
            asked,
            (Party::Either, Reach::default()),
            |_, case, (concern, resolution), by| {
                case.placement.resolve(&concern, resolution, by).map(|()| None)
            },
        );
        led.await
    }
}
