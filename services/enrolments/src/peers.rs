//! What this service asks of others: who attended which masterclass, and, in `placements`, who is on a placement.
//! Nobody waits for it: see actions/follow_attendance.rs.

mod placements;

use crate::domain::{Day, learning::Hundredths};
pub use chassis::PeerError;
use chassis::{NoPeer, Peer, Peers};
use contracts::masterclasses::v1::{
    Booking, GetBookingRequest, GetMasterclassRequest, GetSessionRequest, ListBookingsRequest,
    WatchBookingsRequest, WatchBookingsResponse, booking, booking_service_client::BookingServiceClient,
    masterclass_service_client::MasterclassServiceClient,
};
pub use placements::{PlacementFeed, Placements};
use std::time::Duration;
use tonic::{Code, Request, Streaming};
use vocabulary::{PartnerId, PersonName, from_micros};

/// Every session's bookings that the caller may see.
const ALL: &str = "masterclasses/-/sessions/-";
const PATIENCE: Duration = Duration::from_secs(10);
const PAGE: i32 = 500;

/// Masterclasses, asked for one partner.
#[derive(Clone)]
pub struct Masterclasses {
    bookings: BookingServiceClient<Peer>,
    sessions: MasterclassServiceClient<Peer>,
    partner: PartnerId,
}

/// One change in the feed.
#[derive(Debug)]
pub struct Heard {
    /// Where to go on from.
    pub token: String,
    /// Everything so far has been told.
    pub checkpoint: bool,
    /// Of one of our own people; absent for anything else.
    pub visit: Option<Visit>,
}

/// One of our own people's bookings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    pub booking: String,
    pub person: PersonName,
    pub attended: bool,
}

/// What somebody attended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attended {
    pub title: String,
    pub date: Day,
    pub hours: Hundredths,
}

/// A page of visits, and where the next one begins: nowhere where it is empty.
pub type Page = (Vec<Visit>, String);

impl Masterclasses {
    /// # Errors
    /// Nothing says where it answers, or there is no key to speak for the partner with.
    pub fn of(peers: &Peers, partner: &PartnerId) -> Result<Self, NoPeer> {
        let peer = peers.find(partner, "masterclasses", partner)?;
        Ok(Self {
            bookings: BookingServiceClient::new(peer.clone()),
            sessions: MasterclassServiceClient::new(peer),
            partner: partner.clone(),
        })
    }

    /// The feed from `token` on, then live.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn watch(&self, token: &str) -> Result<Feed, PeerError> {
        let ask = WatchBookingsRequest { parent: ALL.into(), resume_token: token.into() };
        let stream = self.bookings.clone().watch_bookings(ask).await?.into_inner();
        Ok(Feed { stream, partner: self.partner.clone() })
    }

    /// Who attended, a page at a time.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn attended(&self, page_token: &str) -> Result<Page, PeerError> {
        let ask = ListBookingsRequest {
            parent: ALL.into(),
            page_size: PAGE,
            page_token: page_token.into(),
            partner: self.partner.name(),
            states: vec![booking::State::Attended.into()],
            ..Default::default()
        };
        let answer = self.bookings.clone().list_bookings(patiently(ask)).await?.into_inner();
        let visits =
            answer.bookings.into_iter().filter_map(|booking| visit(booking, &self.partner)).collect();
        Ok((visits, answer.next_page_token))
    }

    /// A booking as it is now; nothing where it is not kept any more.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn visit(&self, booking: &str) -> Result<Option<Visit>, PeerError> {
        let ask = GetBookingRequest { name: booking.into() };
        match self.bookings.clone().get_booking(patiently(ask)).await {
            Ok(answer) => Ok(visit(answer.into_inner(), &self.partner)),
            Err(status) if status.code() == Code::NotFound => Ok(None),
            Err(status) => Err(status.into()),
        }
    }

    /// What was taught at a booking's session, when it ended by its own clock, and the hours that it counts for.
    ///
    /// # Errors
    /// It does not answer, or not as the contract says.
    pub async fn taught(&self, booking: &str) -> Result<Attended, PeerError> {
        let session = booking.rsplit_once("/bookings/").ok_or(PeerError::Nonsense("a booking's name"))?.0;
        let masterclass = session.rsplit_once("/sessions/").ok_or(PeerError::Nonsense("a session's name"))?.0;
        let mut client = self.sessions.clone();
        let ask = GetSessionRequest { name: session.into() };
        let session = client.get_session(patiently(ask)).await?.into_inner();
        let ask = GetMasterclassRequest { name: masterclass.into() };
        let masterclass = client.get_masterclass(patiently(ask)).await?.into_inner();
        let end = session.end_time.filter(|end| (0..=253_402_300_799).contains(&end.seconds));
        let end = end.ok_or(PeerError::Nonsense("a session's end"))?;
        let hours = if masterclass.cpd_hours.is_empty() { "0" } else { &masterclass.cpd_hours };
        Ok(Attended {
            title: masterclass.title.chars().take(200).collect(),
            date: Day::of(from_micros(end.seconds * 1_000_000), &session.time_zone),
            hours: hours.parse().map_err(|_| PeerError::Nonsense("the hours of a masterclass"))?,
        })
    }
}

/// The feed, being read.
pub struct Feed {
    stream: Streaming<WatchBookingsResponse>,
    partner: PartnerId,
}

impl Feed {
    /// What comes next; nothing where the peer ended the stream.
    ///
    /// # Errors
    /// The connection is lost, or what comes next has been forgotten.
    pub async fn next(&mut self) -> Result<Option<Heard>, PeerError> {
        let Some(answer) = self.stream.message().await? else { return Ok(None) };
        let change = answer.change.ok_or(PeerError::Nonsense("a change without its token"))?;
        Ok(Some(Heard {
            checkpoint: change.kind() == contracts::common::v1::ChangeKind::Checkpoint,
            token: change.resume_token,
            visit: answer.booking.and_then(|booking| visit(booking, &self.partner)),
        }))
    }
}

/// A booking of the partner's own people, whoever hosts it. Another's is counted where it belongs.
fn visit(booking: Booking, own: &PartnerId) -> Option<Visit> {
    let attended = booking.state() == booking::State::Attended;
    let person: PersonName = booking.attendee?.person.parse().ok()?;
    (person.partner() == own).then_some(Visit { booking: booking.name, person, attended })
}

fn patiently<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(PATIENCE);
    request
}
