//! The feeds that there are: who is asked for each, and what is told of a change.

use crate::cli::{Feed, Watch};
use contracts::{
    common::v1::Change,
    masterclasses::v1::{WatchBookingsRequest, booking_service_client::BookingServiceClient},
    placements::v1::{WatchPlacementsRequest, placement_service_client::PlacementServiceClient},
};
use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use tonic::{Request, Status, metadata::MetadataValue, transport::Channel};
use vocabulary::{PartnerId, Role};

/// What is followed.
pub enum Source {
    Bookings { parent: String },
    Placements { host: String, university: String },
}

/// One message of a feed: a change, and what it says of whatever changed.
pub struct Seen {
    pub change: Option<Change>,
    pub subject: Option<Subject>,
}

/// What changed, by its name without the words that every such name has, and how it stands now.
pub struct Subject {
    pub name: String,
    pub stands: String,
}

impl Source {
    /// The feed that a command line asks for, and how it is to be followed.
    pub fn of(feed: Feed) -> (Self, Watch) {
        match feed {
            Feed::Bookings(asked) => (Self::Bookings { parent: asked.parent }, asked.watch),
            Feed::Placements(asked) => {
                let name = |partner: Option<PartnerId>| partner.map_or(String::new(), |one| one.name());
                let (host, university) = (name(asked.host), name(asked.university));
                (Self::Placements { host, university }, asked.watch)
            }
        }
    }

    pub const fn service(&self) -> &'static str {
        match self {
            Self::Bookings { .. } => "masterclasses",
            Self::Placements { .. } => "placements",
        }
    }

    /// Who follows it, where nobody says.
    pub const fn role(&self) -> Role {
        match self {
            Self::Bookings { .. } => Role::Scheduler,
            Self::Placements { .. } => Role::PlacementCoordinator,
        }
    }

    /// Opens the stream behind a token.
    ///
    /// # Errors
    /// The service refuses.
    pub async fn open(
        &self,
        channel: Channel,
        bearer: MetadataValue<tonic::metadata::Ascii>,
        resume_token: String,
    ) -> Result<BoxStream<'static, Result<Seen, Status>>, Status> {
        Ok(match self {
            Self::Bookings { parent } => {
                let ask = WatchBookingsRequest { parent: parent.clone(), resume_token };
                let answer = BookingServiceClient::new(channel).watch_bookings(signed(ask, bearer)).await?;
                let seen = answer.into_inner().map_ok(|seen| {
                    let subject = seen.booking.as_ref().map(super::line::booking);
                    Seen { change: seen.change, subject }
                });
                seen.boxed()
            }
            Self::Placements { host, university } => {
                let (host, university) = (host.clone(), university.clone());
                let ask = WatchPlacementsRequest { host, university, resume_token };
                let mut client = PlacementServiceClient::new(channel);
                let answer = client.watch_placements(signed(ask, bearer)).await?;
                let seen = answer.into_inner().map_ok(|seen| {
                    let subject = seen.placement.as_ref().map(super::line::placement);
                    Seen { change: seen.change, subject }
                });
                seen.boxed()
            }
        })
    }
}

fn signed<T>(ask: T, bearer: MetadataValue<tonic::metadata::Ascii>) -> Request<T> {
    let mut request = Request::new(ask);
    request.metadata_mut().insert("authorization", bearer);
    request
}
