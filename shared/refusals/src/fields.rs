//! A request that says something it should not.

use crate::{Refusal, reasons};
use tonic::{Code, Status};

/// How many fields the message names; `BadRequest` names them all.
const NAMED_IN_MESSAGE: usize = 3;

/// One field that is wrong, and what was expected of it. Never the value: it may be about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldViolation {
    /// The path, as `protojson` spells it: `booking.attendee`, `rows[3].email`.
    pub field: String,
    pub description: String,
}

impl FieldViolation {
    pub fn new(field: impl Into<String>, description: impl Into<String>) -> Self {
        Self { field: field.into(), description: description.into() }
    }
}

/// INVALID_ARGUMENT, naming each field that is wrong. The message names the first three, for whoever
/// reads only that.
pub fn invalid(violations: Vec<FieldViolation>) -> Status {
    let message = summary(&violations);
    violations
        .into_iter()
        .fold(Refusal::new(Code::InvalidArgument, reasons::INVALID_FIELDS, message), Refusal::field)
        .status()
}

fn summary(violations: &[FieldViolation]) -> String {
    let named: Vec<_> =
        violations.iter().take(NAMED_IN_MESSAGE).map(|v| format!("{}: {}", v.field, v.description)).collect();
    match violations.len().saturating_sub(NAMED_IN_MESSAGE) {
        0 => named.join("; "),
        more => format!("{}; and {more} more", named.join("; ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reason;
    use tonic_types::StatusExt;

    #[test]
    fn every_wrong_field_is_in_the_details_and_the_first_three_in_the_message() {
        let status = invalid((0..5).map(|n| FieldViolation::new(format!("f{n}"), "too long")).collect());
        assert_eq!(status.code(), Code::InvalidArgument);
        assert_eq!(reason(&status).as_deref(), Some(reasons::INVALID_FIELDS));
        assert_eq!(status.message(), "f0: too long; f1: too long; f2: too long; and 2 more");
        assert_eq!(status.get_details_bad_request().unwrap().field_violations.len(), 5);
    }
}
