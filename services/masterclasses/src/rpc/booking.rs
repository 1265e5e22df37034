//! BookingService.

use super::{Door, parse, reply, status::status};
use crate::actions::{ListBookings, WatchBookings};
use chassis::{Draining, open};
use contracts::masterclasses::v1::{
    AnswerOfferRequest, BookSeatsRequest, BookSeatsResponse, Booking, CancelBookingRequest,
    GetBookingRequest, ListBookingsRequest, ListBookingsResponse, RecordAttendanceRequest,
    RecordAttendanceResponse, SubmitFeedbackRequest, WatchBookingsRequest, WatchBookingsResponse,
    booking_service_server::BookingService,
};
use futures_util::{Stream, StreamExt};
use ledger::{Done, Seen};
use std::pin::Pin;
use tonic::{Request, Response, Status};
use vocabulary::Call;

/// The one booking that a write on one booking answers.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
fn only(done: &Done<Vec<crate::domain::Booking>>) -> Result<Response<Booking>, Status> {
    let booking = done.value.first().ok_or_else(|| refusals::fault(&"an answer without its booking"))?;
    Ok(chassis::reply(reply::booking(booking), done.revision))
}

#[tonic::async_trait]
impl BookingService for Door {
    async fn book_seats(
        &self,
        request: Request<BookSeatsRequest>,
    ) -> Result<Response<BookSeatsResponse>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::book_seats(request)?;
        let done = self.app.book_seats(&call, ask).await.map_err(status)?;
        let bookings = done.value.iter().map(reply::booking).collect();
        Ok(chassis::reply(BookSeatsResponse { bookings }, done.revision))
    }

    async fn get_booking(&self, request: Request<GetBookingRequest>) -> Result<Response<Booking>, Status> {
        let (call, request) = open(request)?;
        let name = parse::booking_name(&request, &request.name)?;
        let booking = self.app.get_booking(&call, &name).await.map_err(status)?;
        Ok(chassis::reply(reply::booking(&booking), booking.revision))
    }

    async fn list_bookings(
        &self,
        request: Request<ListBookingsRequest>,
    ) -> Result<Response<ListBookingsResponse>, Status> {
        let (call, request) = open(request)?;
        let (mut filter, size) = parse::list_bookings(&request)?;
        let question =
            format!("{} {} {} {:?}", request.parent, request.partner, request.person, request.states);
        filter.after = self.tokens.place(&call, &question, &request.page_token)?;
        let seen = self.app.ledger.seen(&call);
        let page = self.app.list_bookings(&call, ListBookings { filter, size }).await.map_err(status)?;
        let answer = ListBookingsResponse {
            bookings: page.rows.iter().map(reply::booking).collect(),
            next_page_token: self.tokens.page(&call, &question, page.next),
        };
        Ok(chassis::reply(answer, seen))
    }

    async fn cancel_booking(
        &self,
        request: Request<CancelBookingRequest>,
    ) -> Result<Response<Booking>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::cancel_booking(request)?;
        only(&self.app.cancel_booking(&call, ask).await.map_err(status)?)
    }

    async fn answer_offer(&self, request: Request<AnswerOfferRequest>) -> Result<Response<Booking>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::answer_offer(request)?;
        only(&self.app.answer_offer(&call, ask).await.map_err(status)?)
    }

    async fn record_attendance(
        &self,
        request: Request<RecordAttendanceRequest>,
    ) -> Result<Response<RecordAttendanceResponse>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::record_attendance(request)?;
        let done = self.app.record_attendance(&call, ask).await.map_err(status)?;
        let bookings = done.value.iter().map(reply::booking).collect();
        Ok(chassis::reply(RecordAttendanceResponse { bookings }, done.revision))
    }

    async fn submit_feedback(
        &self,
        request: Request<SubmitFeedbackRequest>,
    ) -> Result<Response<Booking>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::submit_feedback(request)?;
        let done = self.app.submit_feedback(&call, ask).await.map_err(status)?;
        Ok(chassis::reply(reply::booking(&done.value), done.revision))
    }

    type WatchBookingsStream = Pin<Box<dyn Stream<Item = Result<WatchBookingsResponse, Status>> + Send>>;

    async fn watch_bookings(
        &self,
        mut request: Request<WatchBookingsRequest>,
    ) -> Result<Response<Self::WatchBookingsStream>, Status> {
        let draining = request.extensions_mut().remove::<Draining>().unwrap_or_default();
        let (call, request) = open(request)?;
        let session = parse::watch_bookings(&request)?;
        let since = self.tokens.since(&call, &request.parent, &request.resume_token)?;
        let seen = self.app.watch_bookings(call.clone(), WatchBookings { session, since });
        let (door, parent) = (self.clone(), request.parent);
        let told = seen.map(move |seen| match seen {
            Ok(seen) => Ok(door.told(&call, &parent, seen)),
            Err(error) => Err(status(error)),
        });
        // A drain ends the stream between two messages; the last one carried the token to resume with.
        let ending = futures_util::stream::once(async { Err(status(crate::error::Error::ShuttingDown)) });
        Ok(Response::new(Box::pin(chassis::paced(told).take_until(draining.begun()).chain(ending))))
    }
}

impl Door {
    fn told(&self, call: &Call, parent: &str, seen: Seen<crate::domain::Booking>) -> WatchBookingsResponse {
        match seen {
            Seen::Change(row, booking) => {
                let token = self.tokens.resume(call, parent, row.revision());
                let gone = || Booking { name: row.resource.clone(), ..Booking::default() };
                let change = chassis::change(&row, booking.is_none(), token);
                let booking = booking.as_deref().map_or_else(gone, reply::booking);
                WatchBookingsResponse { change: Some(change), booking: Some(booking) }
            }
            Seen::Checkpoint(revision) => {
                let token = self.tokens.resume(call, parent, revision);
                let change = chassis::checkpoint(self.app.ledger.clock.now(), token);
                WatchBookingsResponse { change: Some(change), booking: None }
            }
        }
    }
}
