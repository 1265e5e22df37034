//! The door: each method reads, acts, replies. What comes in is checked in `parse`, what goes out is made in
//! `reply`, and every no is said in `status`.

pub mod access;
mod booking;
mod masterclass;
mod parse;
mod reply;
mod status;

use crate::Masterclasses;
use admission::Sealer;
use chassis::Tokens;
use contracts::masterclasses::v1::{
    booking_service_server::BookingServiceServer, masterclass_service_server::MasterclassServiceServer,
};
use tonic::service::Routes;

/// The gRPC services of this service, as health and reflection name them.
pub const SERVICES: [&str; 3] = [
    "practicum.masterclasses.v1.MasterclassService",
    "practicum.masterclasses.v1.BookingService",
    chassis::AUDIT_SERVICE,
];

/// What every method works with.
#[derive(Clone)]
pub struct Door {
    app: Masterclasses,
    tokens: Tokens,
}

/// All three services, each refusing a message larger than `max_message_bytes`.
pub fn routes(app: Masterclasses, sealer: Sealer, max_message_bytes: usize) -> Routes {
    let door = Door { app, tokens: Tokens::new(sealer) };
    Routes::new(MasterclassServiceServer::new(door.clone()).max_decoding_message_size(max_message_bytes))
        .add_service(BookingServiceServer::new(door.clone()).max_decoding_message_size(max_message_bytes))
        .add_service(chassis::audit(door.app.ledger.clone(), door.tokens.clone(), max_message_bytes))
}
