//! RecordReview.

use super::case::{Reach, Target};
use crate::{
    Placements,
    domain::{
        Placement,
        placement::{Party, Review},
    },
    error::Error,
};
use ledger::Done;
use vocabulary::{Call, RequestId};

#[derive(Clone, Debug)]
pub struct RecordReview {
    pub target: Target,
    pub review: Review,
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// Adds a review that was held, or corrects that of the same kind and day.
    ///
    /// # Errors
    /// A placement that is absent or none of the caller's; one that has not been confirmed; a day ahead or before the first.
    #[tracing::instrument(skip_all)]
    pub async fn record_review(&self, call: &Call, ask: RecordReview) -> Result<Done<Placement>, Error> {
        let asked = (ask.target, ask.request_id, ask.review);
        let led = self.lead(call, asked, (Party::Either, Reach::default()), |_, case, review, by| {
            case.placement.review(review, by).map(|()| None)
        });
        led.await
    }
}
