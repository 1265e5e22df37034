//! Every status that leaves says why. Those that the gRPC library makes by itself do not, and get
//! their reason here; any other without one is a bug of ours, and leaves as INTERNAL.

use http::{HeaderMap, HeaderValue};
use refusals::{FieldViolation, Refusal, reasons};
use tonic::{Code, Status};

const STATUS: &str = "grpc-status";
const DETAILS: &str = "grpc-status-details-bin";

/// Sees to the status in `headers` (of an answer without a body, or trailers), and says its code.
/// `None` where there is no status: the answer goes on.
pub(crate) fn conform(headers: &mut HeaderMap, method: &str) -> Option<Code> {
    let status = headers.get(STATUS)?;
    if status.as_bytes() == b"0" {
        return Some(Code::Ok);
    }
    let status = Status::from_header_map(headers)?;
    if refusals::reason(&status).is_some() {
        return Some(status.code());
    }
    let amended = amend(&status, method);
    headers.remove(DETAILS);
    write(&amended, headers);
    Some(amended.code())
}

/// Writes `status` into headers or trailers.
pub(crate) fn write(status: &Status, headers: &mut HeaderMap) {
    if status.add_header(headers).is_err() {
        // A message or detail that no header can hold, which ours are not; the code at least goes out.
        headers.insert(STATUS, HeaderValue::from(status.code() as i32));
    }
}

/// The library's own statuses, known by their code and the beginning of their text. A test makes it
/// say each of them, so that another version of it cannot change them unseen.
fn amend(status: &Status, method: &str) -> Status {
    let begins = |starts: &[&str]| starts.iter().any(|start| status.message().starts_with(start));
    match status.code() {
        Code::Unimplemented if status.message().is_empty() => no_such_method(),
        Code::Unimplemented if begins(&["Content is compressed"]) => Refusal::new(
            Code::Unimplemented,
            reasons::COMPRESSION_UNSUPPORTED,
            "send the message uncompressed",
        )
        .status(),
        Code::OutOfRange if begins(&["Error, decoded message length too large"]) => too_large(),
        Code::ResourceExhausted if begins(&["Error decompressing: size limit"]) => too_large(),
        Code::Internal
            if begins(&[
                "failed to decode Protobuf",
                "protocol error: received message",
                "Missing request message",
                "Unexpected EOF decoding",
                "Error decompressing",
            ]) =>
        {
            refusals::invalid(vec![FieldViolation::new(
                "request",
                "is not the message that this method takes",
            )])
        }
        Code::Cancelled | Code::Unknown
            if begins(&[
                "h2 protocol error",
                "client cancelled",
                "Timeout expired",
                "error reading a body",
            ]) || status.code() == Code::Cancelled =>
        {
            Refusal::new(Code::Cancelled, reasons::CANCELLED, "the request broke off").status()
        }
        code => {
            tracing::error!(method, ?code, "a status without a reason");
            refusals::fault(&"a status without a reason")
        }
    }
}

pub(crate) fn no_such_method() -> Status {
    Refusal::new(Code::Unimplemented, reasons::METHOD_NOT_FOUND, "there is no such method").status()
}

fn too_large() -> Status {
    Refusal::new(Code::ResourceExhausted, reasons::MESSAGE_TOO_LARGE, "the message is too large").status()
}
