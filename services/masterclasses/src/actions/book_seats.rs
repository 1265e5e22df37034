//! BookSeats.

use super::desk::Want;
use crate::{
    Masterclasses,
    domain::{Booking, SeatAsk, SessionName},
    error::Error,
};
use ledger::{Done, Write};
use serde::Serialize;
use vocabulary::{Call, RequestId};

/// Seats on one session, all or none.
#[derive(Clone, Debug, Serialize)]
pub struct BookSeats {
    pub session: SessionName,
    pub seats: Vec<SeatAsk>,
    pub join: bool,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Masterclasses {
    /// Books a seat for each attendee, or puts all of them on the waiting list where seats are short.
    ///
    /// # Errors
    /// The refusals of [`crate::domain::Room::seat`]; an absent session.
    #[tracing::instrument(skip_all)]
    pub async fn book_seats(&self, call: &Call, ask: BookSeats) -> Result<Done<Vec<Booking>>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.session)?;
        self.desk.ask(write, Want::Book { session: ask.session, seats: ask.seats, join: ask.join }).await
    }
}
