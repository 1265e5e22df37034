//! What the porch learns of a request before a service sees it.

use crate::{Caller, Revision, Scope};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// When the caller stops waiting, by this process's monotonic clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(pub Instant);

impl Deadline {
    #[allow(
        clippy::disallowed_methods,
        reason = "monotonic: it never decides what is true, only how long to try"
    )]
    pub fn after(wait: Duration) -> Self {
        Self(Instant::now() + wait)
    }

    /// What is left; zero once it has passed.
    #[allow(clippy::disallowed_methods, reason = "as above")]
    pub fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}

/// One admitted request: who calls what, how long they wait, and how fresh an answer must be.
#[derive(Clone, Debug)]
pub struct Call {
    pub caller: Caller,
    /// `practicum.masterclasses.v1.BookingService/BookSeats`
    pub method: &'static str,
    pub deadline: Deadline,
    /// From the metadata `practicum-min-revision`: never answer with anything older.
    pub min_revision: Option<Revision>,
    /// The trace that the request belongs to, in hexadecimal, for the audit log.
    pub trace_id: Option<Arc<str>>,
}

impl Call {
    pub fn scope(&self) -> Scope {
        self.caller.scope()
    }
}
