//! RaiseConcern.

use super::case::{Reach, Target};
use crate::{
    Placements,
    domain::{Placement, placement::Party},
    error::Error,
};
use ledger::Done;
use vocabulary::{Call, Personal, RequestId};

#[derive(Clone, Debug)]
pub struct RaiseConcern {
    pub target: Target,
    pub description: Personal<String>,
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// Says that something is wrong; both parties see it.
    ///
    /// # Errors
    /// A placement that is absent or none of the caller's, or that has ended.
    #[tracing::instrument(skip_all)]
    pub async fn raise_concern(&self, call: &Call, ask: RaiseConcern) -> Result<Done<Placement>, Error> {
        let asked = (ask.target, ask.request_id, ask.description);
        let led = self.lead(call, asked, (Party::Either, Reach::default()), |_, case, description, by| {
            case.placement.raise(description, by).map(|()| None)
        });
        led.await
    }
}
