//! The door: each method reads, acts, replies. What comes in is checked in `parse`, what goes out is made in
//! `reply`, and every no is said in `status`.

pub mod access;
mod hosting;
mod matching;
mod parse;
mod placement;
mod reply;
mod status;

use crate::Placements;
use admission::Sealer;
use chassis::Tokens;
use contracts::placements::v1::{
    hosting_service_server::HostingServiceServer, matching_service_server::MatchingServiceServer,
    placement_service_server::PlacementServiceServer,
};
use tonic::service::Routes;

/// The gRPC services of this service, as health and reflection name them.
pub const SERVICES: [&str; 4] = [
    "practicum.placements.v1.HostingService",
    "practicum.placements.v1.MatchingService",
    "practicum.placements.v1.PlacementService",
    chassis::AUDIT_SERVICE,
];

/// What every method works with.
#[derive(Clone)]
pub struct Door {
    app: Placements,
    tokens: Tokens,
}

/// All services, each refusing a message larger than `max_message_bytes`.
pub fn routes(app: Placements, sealer: Sealer, max_message_bytes: usize) -> Routes {
    let door = Door { app, tokens: Tokens::new(sealer) };
    Routes::new(HostingServiceServer::new(door.clone()).max_decoding_message_size(max_message_bytes))
        .add_service(MatchingServiceServer::new(door.clone()).max_decoding_message_size(max_message_bytes))
        .add_service(PlacementServiceServer::new(door.clone()).max_decoding_message_size(max_message_bytes))
        .add_service(chassis::audit(door.app.ledger.clone(), door.tokens.clone(), max_message_bytes))
}
