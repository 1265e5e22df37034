//! ListBookings.

use super::permit;
use crate::{Masterclasses, domain::Booking, error::Error, store};
use vocabulary::{Call, Page, PageSize};

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
    /// An absent session; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn list_bookings(&self, call: &Call, ask: ListBookings) -> Result<Page<Booking>, Error> {
        let mut filter = ask.filter;
        let own = permit::only_own(&call.caller);
        let others = own.is_some() && filter.person.is_some() && filter.person != own;
        filter.person = own.or(filter.person);
        let tx = self.ledger.read(call).await?;
        let rows = if others {
            vec![]
        } else {
            store::bookings::list(&tx, &call.caller.partner, &filter, ask.size.rows() + 1).await?
        };
        // Everybody may see every session, so that none of a session's bookings is not none of its session.
        if let (true, Some(name)) = (rows.is_empty(), &filter.session)
            && store::sessions::get(&tx, name).await?.is_none()
        {
            return Err(Error::not_found(name));
        }
        tx.commit().await?;
        let rows = rows.iter().map(Booking::without_needs).collect();
        Ok(Page::of(rows, ask.size, |booking: &Booking| booking.name.id.to_string()))
    }
}
