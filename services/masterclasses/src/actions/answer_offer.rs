//! AnswerOffer.

use super::desk::Want;
use crate::{
    Masterclasses,
    domain::{Booking, BookingName},
    error::Error,
};
use ledger::{Done, Write};
use serde::Serialize;
use vocabulary::{Call, RequestId};

#[derive(Clone, Debug, Serialize)]
pub struct AnswerOffer {
    pub booking: BookingName,
    pub accept: bool,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Masterclasses {
    /// Takes up or turns down a seat offered from the waiting list, judged by the database's clock.
    ///
    /// # Errors
    /// The refusals of [`crate::domain::Room::answer`]; an absent booking.
    #[tracing::instrument(skip_all)]
    pub async fn answer_offer(&self, call: &Call, ask: AnswerOffer) -> Result<Done<Vec<Booking>>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.booking)?;
        self.desk.ask(write, Want::Answer { booking: ask.booking, accept: ask.accept }).await
    }
}
