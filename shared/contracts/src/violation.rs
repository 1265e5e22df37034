//! What is wrong with a request, and where in it.

use std::fmt;

/// A request with more faults than this is described by its first ones.
const MOST: usize = 100;

/// One rule that one field breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The path from the request, in proto names: `seats[3].attendee.person`.
    pub field: String,
    /// The rule's name in buf.validate, or "string.no_nul", "timestamp.valid": "repeated.max_items".
    pub rule: String,
    /// For people. Never quotes the value, which may be personal.
    pub description: String,
}

/// All that is wrong with a message, in the order of its fields, at most 100; empty when it may pass.
#[must_use]
pub fn violations<M: Validate>(message: &M) -> Vec<Violation> {
    let mut found = Findings::default();
    message.check(&Place::ROOT, &mut found);
    found.0
}

/// A message with rules in its contract. Generated for every message.
pub trait Validate {
    #[doc(hidden)]
    fn check(&self, at: &Place<'_>, found: &mut Findings);
}

/// Where in a message a check stands. Costs nothing until something is wrong there.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Place<'a> {
    above: Option<&'a Place<'a>>,
    field: &'static str,
    index: Option<usize>,
}

impl<'a> Place<'a> {
    const ROOT: Place<'static> = Place { above: None, field: "", index: None };

    pub(crate) fn field(&'a self, field: &'static str) -> Place<'a> {
        Place { above: Some(self), field, index: None }
    }

    pub(crate) fn item(&'a self, field: &'static str, index: usize) -> Place<'a> {
        Place { above: Some(self), field, index: Some(index) }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(above) = self.above {
            write!(out, "{above}")?;
            if above.above.is_some() {
                out.write_str(".")?;
            }
        }
        out.write_str(self.field)?;
        match self.index {
            Some(index) => write!(out, "[{index}]"),
            None => Ok(()),
        }
    }
}

#[doc(hidden)]
#[derive(Default)]
pub struct Findings(Vec<Violation>);

impl Findings {
    pub(crate) fn add(&mut self, at: &Place<'_>, rule: &str, description: impl Into<String>) {
        if self.0.len() < MOST {
            self.0.push(Violation {
                field: at.to_string(),
                rule: rule.to_owned(),
                description: description.into(),
            });
        }
    }
}
