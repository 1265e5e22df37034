//! Callers: somebody of a partner with roles, and the clients that speak for them.

use contracts::{
    common::v1::audit_service_client::AuditServiceClient,
    masterclasses::v1::{
        self as wire, booking_service_client::BookingServiceClient,
        masterclass_service_client::MasterclassServiceClient,
    },
};
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
    transport::Channel,
};

/// Puts a token on every request.
#[derive(Clone)]
pub struct Bearer(pub MetadataValue<Ascii>);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

pub type Client = InterceptedService<Channel, Bearer>;

/// Somebody who calls.
#[derive(Clone)]
pub struct Person {
    pub partner: String,
    pub masterclasses: MasterclassServiceClient<Client>,
    pub bookings: BookingServiceClient<Client>,
    pub audit: AuditServiceClient<Client>,
}

impl Person {
    pub fn new(partner: &str, channel: Channel, token: &str) -> Self {
        let bearer = Bearer(format!("Bearer {token}").parse().expect("a token is ASCII"));
        let client = InterceptedService::new(channel, bearer);
        Self {
            partner: partner.into(),
            masterclasses: MasterclassServiceClient::new(client.clone()),
            bookings: BookingServiceClient::new(client.clone()),
            audit: AuditServiceClient::new(client),
        }
    }

    /// Announces a masterclass and schedules one session on it; answers the session.
    pub async fn host(&self, id: &str, session: wire::Session) -> Result<wire::Session, Status> {
        let masterclass = wire::Masterclass {
            title: format!("Masterclass {id}"),
            format: wire::masterclass::Format::Masterclass.into(),
            ..Default::default()
        };
        let create = wire::CreateMasterclassRequest {
            masterclass: Some(masterclass),
            masterclass_id: id.into(),
            request_id: crate::request_id(),
        };
        self.masterclasses.clone().create_masterclass(create).await?;
        self.schedule(id, "s1", session).await
    }

    pub async fn schedule(
        &self,
        id: &str,
        session_id: &str,
        session: wire::Session,
    ) -> Result<wire::Session, Status> {
        let create = wire::CreateSessionsRequest {
            parent: format!("masterclasses/{id}"),
            session: Some(session),
            session_id: session_id.into(),
            recurrence: None,
            request_id: crate::request_id(),
        };
        let made = self.masterclasses.clone().create_sessions(create).await?.into_inner();
        Ok(made.sessions.into_iter().next().expect("one session"))
    }

    /// Books one seat for one of the caller's partner's people.
    pub async fn book(&self, session: &str, person: &str, join: bool) -> Result<wire::Booking, Status> {
        let request = wire::BookSeatsRequest {
            parent: session.into(),
            seats: vec![crate::seat(&self.partner, person)],
            join_waitlist: join,
            request_id: crate::request_id(),
        };
        let made = self.bookings.clone().book_seats(request).await?.into_inner();
        Ok(made.bookings.into_iter().next().expect("one booking"))
    }

    pub async fn cancel(&self, booking: &str) -> Result<wire::Booking, Status> {
        let request = wire::CancelBookingRequest {
            name: booking.into(),
            request_id: crate::request_id(),
            ..Default::default()
        };
        Ok(self.bookings.clone().cancel_booking(request).await?.into_inner())
    }

    pub async fn booking(&self, name: &str) -> Result<wire::Booking, Status> {
        let request = wire::GetBookingRequest { name: name.into() };
        Ok(self.bookings.clone().get_booking(request).await?.into_inner())
    }

    /// As new as the change that an etag is of, at least.
    pub async fn session_not_before(&self, name: &str, etag: &str) -> Result<wire::Session, Status> {
        let mut request = Request::new(wire::GetSessionRequest { name: name.into() });
        let revision = etag.trim_matches('"').parse().expect("an etag holds a revision");
        request.metadata_mut().insert("practicum-min-revision", revision);
        Ok(self.masterclasses.clone().get_session(request).await?.into_inner())
    }

    pub async fn session(&self, name: &str) -> Result<wire::Session, Status> {
        let request = wire::GetSessionRequest { name: name.into() };
        Ok(self.masterclasses.clone().get_session(request).await?.into_inner())
    }
}
