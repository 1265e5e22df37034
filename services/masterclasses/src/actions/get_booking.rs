//! GetBooking.

use super::permit;
use crate::{
    Masterclasses,
    domain::{Booking, BookingName},
    error::Error,
    store,
};
use ledger::Deed;
use vocabulary::Call;

impl Masterclasses {
    /// A booking with its access needs, for the partner that booked and for the host. Where there are needs, the
    /// reading is entered in the audit log before they are shown.
    ///
    /// # Errors
    /// A booking that is absent or not the caller's to see; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn get_booking(&self, call: &Call, name: &BookingName) -> Result<Booking, Error> {
        let tx = self.ledger.read(call).await?;
        let found = store::bookings::by_ids(&tx, &[name.id.to_string()]).await?.pop();
        tx.commit().await?;
        let booking = found
            .filter(|booking| booking.name == *name && permit::may_see(&call.caller, booking))
            .ok_or_else(|| Error::not_found(name))?;
        if !booking.access_needs.expose().is_empty() {
            self.ledger.enter(vec![Deed::reading(call, name.to_string(), "access needs")]).await?;
        }
        Ok(booking)
    }
}
