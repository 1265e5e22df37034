//! SubmitFeedback.

use super::permit;
use crate::{
    Masterclasses,
    changes::booking_change,
    domain::{Booking, BookingName, Feedback, Refusal},
    error::{Error, answered},
    store,
};
use ledger::{ChangeKind, Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, Caller, RequestId};

#[derive(Clone, Debug, Serialize)]
pub struct SubmitFeedback {
    pub booking: BookingName,
    pub feedback: Feedback,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Masterclasses {
    /// Takes down what an attendee thought of it, from the attendee or from who acts for them. Once.
    ///
    /// # Errors
    /// An absent booking, or one that the caller does not act for; somebody who did not attend; feedback given already.
    #[tracing::instrument(skip_all)]
    pub async fn submit_feedback(&self, call: &Call, ask: SubmitFeedback) -> Result<Done<Booking>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.booking)?;
        let work = self.ledger.write(write, (ask, call.caller.clone()), |unit, (ask, caller)| {
            Box::pin(submit(unit, ask, caller))
        });
        answered(work.await?)
    }
}

async fn submit(
    unit: &mut Unit,
    ask: SubmitFeedback,
    caller: Caller,
) -> Result<Result<Booking, Refusal>, Fault> {
    let ids = [ask.booking.id.to_string()];
    let found = store::bookings::lock(unit.tx(), &ask.booking.session, &ids).await?.pop();
    let theirs = found.filter(|booking| permit::acts_for(&caller, &booking.attendee.person));
    let Some(mut booking) = theirs else { return Ok(Err(Refusal::not_found(&ask.booking))) };
    if let Err(refusal) = booking.comment(ask.feedback, unit.now()) {
        return Ok(Err(refusal));
    }
    booking.revision =
        unit.revise(vec![booking_change(&booking, caller.partner, ChangeKind::Updated)]).await?[0];
    store::bookings::save(unit.tx(), &[&booking]).await?;
    Ok(Ok(booking.without_needs()))
}
