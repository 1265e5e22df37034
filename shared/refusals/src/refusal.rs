//! The builder of a status that is not OK.

use crate::{DOMAIN, FieldViolation};
use std::{collections::HashMap, time::Duration};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// A refusal in the making: a code, a stable reason, and what helps the caller to act on it.
#[derive(Debug)]
pub struct Refusal {
    code: Code,
    reason: &'static str,
    message: String,
    metadata: HashMap<String, String>,
    details: ErrorDetails,
}

impl Refusal {
    /// `message` is for a developer and may change; it holds no personal data.
    pub fn new(code: Code, reason: &'static str, message: impl Into<String>) -> Self {
        Self { code, reason, message: message.into(), metadata: HashMap::new(), details: ErrorDetails::new() }
    }

    /// Adds to the metadata of `ErrorInfo`: what a program may want to know.
    #[allow(clippy::needless_pass_by_value, reason = "callers hand over numbers and strings alike")]
    pub fn with(mut self, key: &str, value: impl ToString) -> Self {
        self.metadata.insert(key.to_owned(), value.to_string());
        self
    }

    /// A rule about state that was not met (`PreconditionFailure`): which kind of rule, of what, and how.
    pub fn gate(mut self, kind: &str, subject: &str, description: &str) -> Self {
        self.details.add_precondition_failure_violation(kind, subject, description);
        self
    }

    /// When it is worth trying again (`RetryInfo`).
    pub fn retry_after(mut self, delay: Duration) -> Self {
        self.details.set_retry_info(Some(delay));
        self
    }

    /// The resource concerned (`ResourceInfo`): its type, for example `practicum/Session`, and its name.
    pub fn resource(mut self, kind: &str, name: &str) -> Self {
        self.details.set_resource_info(kind, name, "", "");
        self
    }

    /// A field that is wrong (`BadRequest`).
    pub fn field(mut self, violation: FieldViolation) -> Self {
        self.details.add_bad_request_violation(violation.field, violation.description);
        self
    }

    /// A limit that was passed (`QuotaFailure`): of whom, and which.
    pub fn quota(mut self, subject: &str, description: &str) -> Self {
        self.details.add_quota_failure_violation(subject, description);
        self
    }

    /// The status, as it goes out.
    pub fn status(mut self) -> Status {
        self.details.set_error_info(self.reason, DOMAIN, self.metadata);
        Status::with_error_details(self.code, self.message, self.details)
    }
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        refusal.status()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{reason, reasons};

    #[test]
    fn a_refusal_carries_its_reason_its_metadata_and_all_its_details() {
        let status = Refusal::new(Code::FailedPrecondition, "SESSION_FULL", "the session is full")
            .with("capacity", 20)
            .gate("CAPACITY", "sessions/1", "no seat is left")
            .retry_after(Duration::from_millis(1_500))
            .resource("practicum/Session", "sessions/1")
            .field(FieldViolation::new("session", "is full"))
            .quota("partners/durham", "seats")
            .status();
        assert_eq!((status.code(), status.message()), (Code::FailedPrecondition, "the session is full"));
        assert_eq!(reason(&status).as_deref(), Some("SESSION_FULL"));
        let details = status.get_error_details();
        let info = details.error_info().unwrap();
        assert_eq!((info.domain.as_str(), info.metadata["capacity"].as_str()), (DOMAIN, "20"));
        assert_eq!(details.precondition_failure().unwrap().violations[0].r#type, "CAPACITY");
        assert_eq!(details.retry_info().unwrap().retry_delay, Some(Duration::from_millis(1_500)));
        assert_eq!(details.resource_info().unwrap().resource_name, "sessions/1");
        assert_eq!(details.bad_request().unwrap().field_violations[0].field, "session");
        assert_eq!(details.quota_failure().unwrap().violations[0].subject, "partners/durham");
    }

    #[test]
    fn a_status_of_another_domain_or_without_details_has_no_reason_of_ours() {
        assert_eq!(reason(&Status::not_found("gone")), None);
        let mut details = ErrorDetails::new();
        details.set_error_info(reasons::NOT_FOUND, "elsewhere", HashMap::new());
        assert_eq!(reason(&Status::with_error_details(Code::NotFound, "gone", details)), None);
    }
}
