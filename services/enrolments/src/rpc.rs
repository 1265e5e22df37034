//! The door: each method reads, acts, replies. What comes in is checked in `parse`, what goes out is made in
//! `reply`, and every no is said in `status`.

pub mod access;
mod enrolment;
mod learning;
mod parse;
mod reply;
mod status;
mod sync;

use crate::Enrolments;
use admission::Sealer;
use chassis::Tokens;
use contracts::enrolments::v1::{
    enrolment_service_server::EnrolmentServiceServer,
    enrolment_sync_service_server::EnrolmentSyncServiceServer,
    learning_record_service_server::LearningRecordServiceServer,
};
use tonic::service::Routes;

/// The gRPC services of this service, as health and reflection name them.
pub const SERVICES: [&str; 4] = [
    "practicum.enrolments.v1.EnrolmentService",
    "practicum.enrolments.v1.LearningRecordService",
    "practicum.enrolments.v1.EnrolmentSyncService",
    chassis::AUDIT_SERVICE,
];

/// What every method works with.
#[derive(Clone)]
pub struct Door {
    app: Enrolments,
    tokens: Tokens,
}

/// All services, each refusing a message larger than `max_message_bytes`.
pub fn routes(app: Enrolments, sealer: Sealer, max_message_bytes: usize) -> Routes {
    let door = Door { app, tokens: Tokens::new(sealer) };
    Routes::new(EnrolmentServiceServer::new(door.clone()).max_decoding_message_size(max_message_bytes))
        .add_service(
            LearningRecordServiceServer::new(door.clone()).max_decoding_message_size(max_message_bytes),
        )
        .add_service(
            EnrolmentSyncServiceServer::new(door.clone()).max_decoding_message_size(max_message_bytes),
        )
        .add_service(chassis::audit(door.app.ledger.clone(), door.tokens.clone(), max_message_bytes))
}
