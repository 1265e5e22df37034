//! What is wrong with a request, gathered while it is read, so that every field that is wrong is named at once.

use crate::{FieldViolation, Refusal, invalid};
use prost_types::{FieldMask, Timestamp};
use std::{fmt::Display, str::FromStr};
use tonic::{Code, Status};
use vocabulary::{Instant, PageSize, PartnerId, RequestId, Revision, from_micros};

/// What is wrong with a request so far.
#[derive(Default)]
pub struct Faults {
    wrong: Vec<FieldViolation>,
    /// Paths of an update mask that name what never changes: a refusal of its own, where nothing else is wrong.
    fixed: Vec<FieldViolation>,
}

impl Faults {
    /// What the contract itself says is wrong; nothing else is looked at where that is so.
    ///
    /// # Errors
    /// Something is.
    #[allow(clippy::result_large_err, reason = "tonic's own error type")]
    pub fn unless(violations: Vec<FieldViolation>) -> Result<Self, Status> {
        if violations.is_empty() { Ok(Self::default()) } else { Err(invalid(violations)) }
    }

    pub fn add(&mut self, field: impl Into<String>, why: impl Into<String>) {
        self.wrong.push(FieldViolation::new(field, why));
    }

    /// The value, or `None` with its field noted.
    pub fn take<T, E: Display>(&mut self, field: &str, value: Result<T, E>) -> Option<T> {
        value.map_err(|why| self.add(field, why.to_string())).ok()
    }

    /// Parses text, all of which is required.
    pub fn parse<T: FromStr<Err: Display>>(&mut self, field: &str, text: &str) -> Option<T> {
        self.take(field, text.parse())
    }

    /// Parses text that may be empty.
    pub fn parse_some<T: FromStr<Err: Display>>(&mut self, field: &str, text: &str) -> Option<T> {
        if text.is_empty() { None } else { self.parse(field, text) }
    }

    /// What was parsed, if nothing was wrong.
    ///
    /// # Errors
    /// Each field that is.
    #[allow(clippy::result_large_err, reason = "tonic's own error type")]
    pub fn done<T>(self, parsed: Option<T>) -> Result<T, Status> {
        match parsed {
            Some(parsed) if self.wrong.is_empty() && self.fixed.is_empty() => Ok(parsed),
            _ if self.wrong.is_empty() && !self.fixed.is_empty() => Err(immutable(self.fixed)),
            _ => Err(invalid(self.wrong.into_iter().chain(self.fixed).collect())),
        }
    }

    pub fn request_id(&mut self, text: &str) -> Option<RequestId> {
        self.parse_some("request_id", text).map(RequestId)
    }

    pub fn etag(&mut self, field: &str, text: &str) -> Option<Revision> {
        if text.is_empty() {
            return None;
        }
        self.take(field, Revision::from_etag(text).ok_or("expected an etag that the service gave"))
    }

    pub fn page_size(&mut self, size: i32) -> Option<PageSize> {
        self.take("page_size", PageSize::from_wire(size).ok_or("must not be negative"))
    }

    /// `partners/{partner}`
    pub fn partner(&mut self, field: &str, text: &str) -> Option<PartnerId> {
        self.take(field, PartnerId::from_name(text))
    }

    pub fn partner_some(&mut self, field: &str, text: &str) -> Option<PartnerId> {
        if text.is_empty() { None } else { self.partner(field, text) }
    }

    /// An instant that the service can keep: whole microseconds, from 1970 to 9999.
    pub fn instant(&mut self, field: &str, time: Option<Timestamp>) -> Option<Instant> {
        let time = time?;
        let nanos = (0..1_000_000_000).contains(&time.nanos);
        if !nanos || !(0..=253_402_300_799).contains(&time.seconds) {
            self.add(field, "expected a time between 1970 and 9999, with nanos from 0 to 999999999");
            return None;
        }
        Some(from_micros(time.seconds * 1_000_000 + i64::from(time.nanos) / 1_000))
    }
}

fn immutable(fields: Vec<FieldViolation>) -> Status {
    let text = "the update mask names what never changes, or what only the service sets";
    let no = Refusal::new(Code::InvalidArgument, "IMMUTABLE_FIELD", text);
    fields.into_iter().fold(no, Refusal::field).status()
}

/// The paths of an update: those that the mask names, or, without one, the fields that are not empty.
pub fn paths<'m>(
    faults: &mut Faults,
    mask: Option<&'m FieldMask>,
    (mutable, fixed): (&[&'static str], &[&str]),
    filled: impl Fn(&str) -> bool,
) -> Vec<&'static str> {
    let named: &'m [String] = mask.map_or(&[], |mask| &mask.paths);
    if named.is_empty() {
        return mutable.iter().copied().filter(|path| filled(path)).collect();
    }
    if named == ["*"] {
        return mutable.to_vec();
    }
    let find = |(i, path): (usize, &String)| {
        let found = mutable.iter().copied().find(|known| known == path);
        if found.is_none() {
            let why = format!("cannot be updated; what can be: {}", mutable.join(", "));
            let violation = FieldViolation::new(format!("update_mask.paths[{i}]"), why);
            let known = fixed.contains(&path.as_str());
            if known { faults.fixed.push(violation) } else { faults.wrong.push(violation) }
        }
        found
    };
    named.iter().enumerate().filter_map(find).collect()
}

/// Text without what would not be seen: control characters other than line ends and tabs are refused.
pub fn plain(faults: &mut Faults, field: &str, text: String) -> String {
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        faults.add(field, "must not hold control characters");
    }
    text
}

/// As [`plain`], and not empty.
pub fn required(faults: &mut Faults, field: &str, text: String) -> String {
    if text.trim().is_empty() {
        faults.add(field, "is required");
    }
    plain(faults, field, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reason;

    #[test]
    fn a_mask_names_what_changes_and_one_that_names_what_never_does_is_refused_for_that() {
        const FIELDS: (&[&str], &[&str]) = (&["title", "places"], &["name"]);
        let read = |named: &[&str]| {
            let mask = FieldMask { paths: named.iter().map(|path| (*path).to_owned()).collect() };
            let mut faults = Faults::default();
            let paths = paths(&mut faults, Some(&mask), FIELDS, |path| path == "places");
            faults.done(Some(paths)).map_err(|status| reason(&status).unwrap())
        };
        assert_eq!(read(&["title"]), Ok(vec!["title"]));
        assert_eq!(read(&[]), Ok(vec!["places"]), "what is filled");
        assert_eq!(read(&["*"]), Ok(vec!["title", "places"]));
        assert_eq!(read(&["name"]), Err("IMMUTABLE_FIELD".into()));
        assert_eq!(read(&["name", "colour"]), Err("INVALID_FIELDS".into()));
    }

    #[test]
    fn an_instant_is_one_that_the_service_can_keep() {
        let mut faults = Faults::default();
        let at = |seconds, nanos| Some(Timestamp { seconds, nanos });
        assert_eq!(faults.instant("t", at(1, 5_000)), Some(from_micros(1_000_005)));
        for (seconds, nanos) in [(-1, 0), (253_402_300_800, 0), (0, -1), (0, 1_000_000_000)] {
            assert_eq!(faults.instant("t", at(seconds, nanos)), None);
        }
        assert_eq!(faults.wrong.len(), 4);
    }
}
