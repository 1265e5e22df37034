//! CancelBooking.

use super::desk::Want;
use crate::{
    Masterclasses,
    domain::{Booking, BookingName},
    error::Error,
};
use ledger::{Done, Write};
use serde::Serialize;
use vocabulary::{Call, RequestId, Revision};

#[derive(Clone, Debug, Serialize)]
pub struct CancelBooking {
    pub booking: BookingName,
    pub etag: Option<Revision>,
    pub reason: String,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Masterclasses {
    /// Gives up a seat or a place in the queue.
    ///
    /// # Errors
    /// The refusals of [`crate::domain::Room::cancel`]; an absent booking; a stale etag.
    #[tracing::instrument(skip_all)]
    pub async fn cancel_booking(&self, call: &Call, ask: CancelBooking) -> Result<Done<Vec<Booking>>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.booking)?;
        self.desk.ask(write, Want::Cancel { booking: ask.booking, etag: ask.etag, reason: ask.reason }).await
    }
}
