//! The rules that generated checks call: buf.validate's meaning of each, and two of our own that
//! hold for every field of their kind: no text contains NUL, and every timestamp is a real instant.

use std::{collections::HashSet, fmt::Display, hash::Hash, sync::OnceLock};

use prost_types::Timestamp;
use regex::Regex;

use crate::violation::{Findings, Place, Validate};

/// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, the ends of what a Timestamp may say.
const FIRST_SECOND: i64 = -62_135_596_800;
const LAST_SECOND: i64 = 253_402_300_799;

/// A pattern of a contract, compiled when it is first needed. The build has compiled it once before.
pub(crate) struct Pattern {
    text: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub(crate) const fn new(text: &'static str) -> Self {
        Pattern { text, compiled: OnceLock::new() }
    }

    fn fits(&self, value: &str) -> bool {
        self.compiled
            .get_or_init(|| Regex::new(self.text).ok())
            .as_ref()
            .is_some_and(|found| found.is_match(value))
    }
}

/// What a text must be. Lengths are in characters.
pub(crate) struct Text {
    pub(crate) required: bool,
    pub(crate) skip_empty: bool,
    pub(crate) max_chars: Option<usize>,
    pub(crate) pattern: Option<&'static Pattern>,
    pub(crate) uuid: bool,
}

pub(crate) fn text(value: &str, at: &Place<'_>, rule: &Text, found: &mut Findings) {
    if value.is_empty() && (rule.required || rule.skip_empty) {
        if rule.required {
            found.add(at, "required", "must be given");
        }
        return;
    }
    if let Some(most) = rule.max_chars.filter(|most| value.len() > *most && value.chars().count() > *most) {
        return found.add(at, "string.max_len", format!("must be at most {most} characters"));
    }
    if value.contains('\0') {
        return found.add(at, "string.no_nul", "must not contain the character NUL");
    }
    if let Some(pattern) = rule.pattern.filter(|pattern| !pattern.fits(value)) {
        found.add(at, "string.pattern", format!("must match {}", pattern.text));
    }
    if rule.uuid && !is_uuid(value) {
        found.add(at, "string.uuid", "must be a UUID");
    }
}

/// 8-4-4-4-12 hexadecimal digits, of either case.
fn is_uuid(value: &str) -> bool {
    let bytes = value.as_bytes();
    let right = |(index, byte): (usize, &u8)| match index {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    bytes.len() == 36 && bytes.iter().enumerate().all(right)
}

/// What a number must be, both ends included.
pub(crate) struct Range<N> {
    pub(crate) required: bool,
    pub(crate) skip_zero: bool,
    pub(crate) least: Option<N>,
    pub(crate) most: Option<N>,
    /// "int32", for the rule's name.
    pub(crate) kind: &'static str,
}

pub(crate) fn number<N>(value: N, at: &Place<'_>, rule: &Range<N>, found: &mut Findings)
where
    N: PartialOrd + Display + Default + Copy,
{
    if value == N::default() && (rule.required || rule.skip_zero) {
        if rule.required {
            found.add(at, "required", "must be given, and not zero");
        }
        return;
    }
    // Asked so that NaN, which is in no range, is refused.
    let above = rule.least.is_none_or(|least| value >= least);
    let below = rule.most.is_none_or(|most| value <= most);
    if above && below {
        return;
    }
    let name = format!("{}.{}", rule.kind, if above { "lte" } else { "gte" });
    let wanted = match (rule.least, rule.most) {
        (Some(least), Some(most)) => format!("must be {least} to {most}"),
        (Some(least), None) => format!("must be at least {least}"),
        (None, Some(most)) => format!("must be at most {most}"),
        (None, None) => return,
    };
    found.add(at, &name, wanted);
}

/// An enum's number: prost's accessors would read one that is unknown as zero.
pub(crate) fn choice(
    value: i32,
    at: &Place<'_>,
    required: bool,
    known: Option<&[i32]>,
    found: &mut Findings,
) {
    if required && value == 0 {
        found.add(at, "required", "must be given, and not UNSPECIFIED");
    } else if known.is_some_and(|known| !known.contains(&value)) {
        found.add(at, "enum.defined_only", "must be a value that the enum defines");
    }
}

pub(crate) fn count(
    len: usize,
    at: &Place<'_>,
    least: Option<usize>,
    most: Option<usize>,
    found: &mut Findings,
) {
    if let Some(least) = least.filter(|least| len < *least) {
        found.add(at, "repeated.min_items", format!("must have at least {least} items"));
    }
    if let Some(most) = most.filter(|most| len > *most) {
        found.add(at, "repeated.max_items", format!("must have at most {most} items"));
    }
}

pub(crate) fn unique<T: Eq + Hash>(items: &[T], at: &Place<'_>, found: &mut Findings) {
    let mut seen = HashSet::with_capacity(items.len());
    if !items.iter().all(|item| seen.insert(item)) {
        found.add(at, "repeated.unique", "must not name anything twice");
    }
}

pub(crate) fn present(given: bool, at: &Place<'_>, found: &mut Findings) {
    if !given {
        found.add(at, "required", "must be given");
    }
}

pub(crate) fn message<M: Validate>(value: Option<&M>, at: &Place<'_>, required: bool, found: &mut Findings) {
    match value {
        Some(value) => value.check(at, found),
        None => present(!required, at, found),
    }
}

pub(crate) fn timestamp(value: Option<&Timestamp>, at: &Place<'_>, required: bool, found: &mut Findings) {
    let Some(value) = value else { return present(!required, at, found) };
    if !(FIRST_SECOND..=LAST_SECOND).contains(&value.seconds) || !(0..1_000_000_000).contains(&value.nanos) {
        found.add(at, "timestamp.valid", "must be an instant of the years 1 to 9999");
    }
}
