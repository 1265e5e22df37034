//! ListBookings.

use super::{Page, permit};
use crate::{Masterclasses, domain::Booking, error::Error, store};
use vocabulary::{Call, PageSize};

pub use store::bookings::Filter as BookingFilter;

/// Which bookings, in the order in which they were made, after a place.
#[derive(Clone, Debug)]
pub struct ListBookings {
    pub filter: BookingFilter,
    pub size: PageSize,
}

impl Masterclasses {
    /// Bookings that the caller's partner made or hosts; those who act for themselves alone see their own. Without
    /// access needs: those are for [`Masterclasses::get_booking`].
    ///
    /// # Errors
    /// Storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn list_bookings(&self, call: &Call, ask: ListBookings) -> Result<Page<Booking>, Error> {
        let mut filter = ask.filter;
        if let Some(own) = permit::only_own(&call.caller) {
            if filter.person.as_ref().is_some_and(|person| *person != own) {
                return Ok(Page { rows: vec![], next: None });
            }
            filter.person = Some(own);
        }
        let tx = self.ledger.read(call).await?;
        let rows = store::bookings::list(&tx, &call.caller.partner, &filter, ask.size.rows() + 1).await?;
        tx.commit().await?;
        let rows = rows.iter().map(Booking::without_needs).collect();
        Ok(Page::of(rows, ask.size, |booking: &Booking| booking.name.id.to_string()))
    }
}
