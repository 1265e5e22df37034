//! The door: each method reads, acts, replies. What comes in is checked in `parse`, what goes out is made in
//! `reply`, and every no is said in `status`.

pub mod access;
mod audit;
mod enrolment;
mod learning;
mod parse;
mod reply;
mod status;
mod sync;

use crate::Enrolments;
use admission::Sealer;
use chassis::Tokens;
use contracts::{
    common::v1::audit_service_server::AuditServiceServer,
    enrolments::v1::{
        enrolment_service_server::EnrolmentServiceServer,
        enrolment_sync_service_server::EnrolmentSyncServiceServer,
        learning_record_service_server::LearningRecordServiceServer,
    },
};
use tonic::{Request, Response, Status, service::Routes};
use vocabulary::{Call, Revision};

/// The gRPC services of this service, as health and reflection name them.
pub const SERVICES: [&str; 4] = [
    "practicum.enrolments.v1.EnrolmentService",
    "practicum.enrolments.v1.LearningRecordService",
    "practicum.enrolments.v1.EnrolmentSyncService",
    "practicum.common.v1.AuditService",
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
        .add_service(AuditServiceServer::new(door).max_decoding_message_size(max_message_bytes))
}

/// What the porch learned of the request, and its message.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
fn open<T>(mut request: Request<T>) -> Result<(Call, T), Status> {
    let call = request.extensions_mut().remove::<Call>();
    let call = call.ok_or_else(|| refusals::fault(&"a request came past the porch"))?;
    Ok((call, request.into_inner()))
}

/// An answer that says how new it is.
fn reply<T>(message: T, revision: Revision) -> Response<T> {
    let mut response = Response::new(message);
    response.metadata_mut().insert("practicum-revision", revision.0.into());
    response
}
