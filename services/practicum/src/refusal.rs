//! A service's no, for a reader: the code, the reason, each detail on a line, and what the contract advises.

use crate::call::contract;
use std::fmt::Write;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// Several lines, each with its end.
pub fn describe(status: &Status) -> String {
    let details = status.get_error_details();
    let reason = details.error_info().map(|info| info.reason.as_str()).unwrap_or_default();
    let code = code_name(status.code());
    let mut text = format!("error: {code}");
    // Writing to a string cannot fail, here and below.
    if !reason.is_empty() && reason != code {
        let _ = write!(text, " {reason}");
    }
    let lines = lines(&details);
    // Where fields are wrong, the message says again what the lines will.
    let again = |line: &String| status.message().starts_with(line) || line.ends_with(status.message());
    if status.message().is_empty() || !lines.first().is_some_and(again) {
        let _ = write!(text, ": {}", status.message());
    }
    text.push('\n');
    for line in lines {
        let _ = writeln!(text, "  {line}");
    }
    if let Some(advice) = contract::advice(reason) {
        let _ = writeln!(text, "  what to do: {advice}");
    }
    text
}

fn lines(details: &ErrorDetails) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(bad) = details.bad_request() {
        lines.extend(bad.field_violations.iter().map(|v| format!("{}: {}", v.field, v.description)));
    }
    if let Some(failure) = details.precondition_failure() {
        lines.extend(
            failure.violations.iter().map(|v| format!("{} {}: {}", v.r#type, v.subject, v.description)),
        );
    }
    if let Some(failure) = details.quota_failure() {
        lines.extend(failure.violations.iter().map(|v| format!("{}: {}", v.subject, v.description)));
    }
    if let Some(resource) = details.resource_info() {
        lines.push(
            format!("resource: {} {}", resource.resource_type, resource.resource_name).replace("  ", " "),
        );
    }
    if let Some(info) = details.error_info() {
        let mut metadata: Vec<_> =
            info.metadata.iter().map(|(key, value)| format!("{key} = {value}")).collect();
        metadata.sort_unstable();
        lines.extend(metadata);
    }
    if let Some(delay) = details.retry_info().and_then(|retry| retry.retry_delay) {
        lines.push(format!("try again after {delay:?}"));
    }
    lines
}

/// `FAILED_PRECONDITION`, as the contract spells it.
fn code_name(code: Code) -> String {
    let camel = format!("{code:?}");
    let mut name = String::with_capacity(camel.len() + 4);
    for (i, letter) in camel.char_indices() {
        if i > 0 && letter.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    if name == "OK" || name == "O_K" { "OK".into() } else { name }
}

/// tonic's own client timer answers CANCELLED, which means something else in the contract.
pub fn timed_out(status: Status) -> Status {
    if status.code() == Code::Cancelled && status.message() == "Timeout expired" {
        return Status::deadline_exceeded(
            "no answer in time (--timeout); a write may have happened once: repeat it with the same request_id",
        );
    }
    status
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn every_detail_of_a_refusal_has_its_line() {
        let mut details = ErrorDetails::new();
        details
            .set_error_info(
                "SESSION_FULL",
                "practicum",
                [("taken".into(), "3".into()), ("capacity".into(), "3".into())],
            )
            .add_bad_request_violation("seats[0].attendee", "is required")
            .add_precondition_failure_violation("CHECK", "dbs", "is missing")
            .set_resource_info("session", "masterclasses/a/sessions/b", "", "")
            .set_retry_info(Some(Duration::from_secs(2)));
        let status = Status::with_error_details(Code::FailedPrecondition, "no seat is left", details);
        assert_eq!(
            describe(&status),
            "error: FAILED_PRECONDITION SESSION_FULL: no seat is left\n  seats[0].attendee: is required\n  \
             CHECK dbs: is missing\n  resource: session masterclasses/a/sessions/b\n  capacity = 3\n  taken = 3\n  \
             try again after 2s\n  what to do: Set `join_waitlist`, or choose another session.\n"
        );
    }

    #[test]
    fn nothing_is_said_twice() {
        let mut details = ErrorDetails::new();
        details
            .set_error_info("INVALID_FIELDS", "practicum", [])
            .add_bad_request_violation("name", "is wrong");
        let status = Status::with_error_details(Code::InvalidArgument, "name: is wrong", details);
        assert!(
            describe(&status)
                .starts_with("error: INVALID_ARGUMENT INVALID_FIELDS\n  name: is wrong\n  what to do: ")
        );
        let details = ErrorDetails::with_error_info("NOT_FOUND", "practicum", []);
        let status = Status::with_error_details(Code::NotFound, "x does not exist", details);
        assert!(describe(&status).starts_with("error: NOT_FOUND: x does not exist\n"));
    }

    #[test]
    fn a_status_without_details_is_one_line() {
        assert_eq!(describe(&Status::unavailable("gone")), "error: UNAVAILABLE: gone\n");
        assert_eq!(timed_out(Status::cancelled("Timeout expired")).code(), Code::DeadlineExceeded);
        assert_eq!(timed_out(Status::cancelled("by the caller")).code(), Code::Cancelled);
    }
}
