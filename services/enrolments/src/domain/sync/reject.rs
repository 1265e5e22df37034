//! Why a record is refused, in a form that its university can mend it by.

use super::{Kind, Record};

/// Stable, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    MissingField,
    InvalidValue,
    InvalidDate,
    DateOrder,
    ReferenceMissing,
    DuplicateSourceId,
    DuplicateEnrolment,
    ForeignDataSet,
    UnknownSponsor,
    TooLong,
    ForbiddenInSnapshot,
    RequiredInDelta,
    RunFull,
}

impl Code {
    pub fn as_str(self) -> &'static str {
        match self {
            Code::MissingField => "missing_field",
            Code::InvalidValue => "invalid_value",
            Code::InvalidDate => "invalid_date",
            Code::DateOrder => "date_order",
            Code::ReferenceMissing => "reference_missing",
            Code::DuplicateSourceId => "duplicate_source_id",
            Code::DuplicateEnrolment => "duplicate_enrolment",
            Code::ForeignDataSet => "foreign_data_set",
            Code::UnknownSponsor => "unknown_sponsor",
            Code::TooLong => "too_long",
            Code::ForbiddenInSnapshot => "forbidden_in_snapshot",
            Code::RequiredInDelta => "required_in_delta",
            Code::RunFull => "run_full",
        }
    }
}

/// What is wrong with one record: the first thing found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    pub field: &'static str,
    pub code: Code,
    /// What was sent, shortened; empty where it may be personal.
    pub found: String,
    pub expected: String,
}

/// A record that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The record's number in the run.
    pub n: i64,
    pub source_id: String,
    pub origin: String,
    pub kind: Kind,
    pub field: String,
    pub code: String,
    pub found: String,
    pub expected: String,
}

/// Characters of what was sent that a reject repeats.
const SHOWN: usize = 80;
/// Characters of a source id or an origin that a reject repeats.
const NAMED: usize = 200;

impl Reject {
    pub fn of(n: i64, record: &Record, wrong: Wrong) -> Self {
        Self {
            n,
            source_id: shorten(&record.source_id, NAMED),
            origin: shorten(&record.origin, NAMED),
            kind: record.kind(),
            field: wrong.field.into(),
            code: wrong.code.as_str().into(),
            found: wrong.found,
            expected: wrong.expected,
        }
    }
}

/// What was sent, as far as a report shows it.
pub fn shown(text: &str) -> String {
    shorten(text, SHOWN)
}

/// At most so many characters, and none that a database cannot hold.
fn shorten(text: &str, most: usize) -> String {
    let kept: String = text.chars().take(most).map(|c| if c == '\0' { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(most).is_some() { kept + "…" } else { kept }
}

/// As much of an origin as is kept with a record.
pub fn kept_origin(text: &str) -> String {
    shorten(text, NAMED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_a_record_is_short_and_holds_no_nul() {
        assert_eq!(shown("a\0b"), "a\u{fffd}b");
        assert_eq!(shown(&"é".repeat(81)).chars().count(), 81);
        assert_eq!(shown(&"é".repeat(80)), "é".repeat(80));
    }
}
