//! The word that this process is going away.

use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// Stands in the extensions of every streaming request, so that a handler can end its stream with its
/// last token and UNAVAILABLE `SHUTTING_DOWN`. A stream that does not is ended by the porch, half way
/// through the drain.
#[derive(Clone, Debug, Default)]
pub struct Draining(CancellationToken);

impl Draining {
    /// A drain of one's own, for a test of a handler.
    pub fn new() -> Self {
        Self::default()
    }

    pub fn has_begun(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Completes once the drain has begun; at once if it has.
    pub fn begun(&self) -> WaitForCancellationFutureOwned {
        self.0.clone().cancelled_owned()
    }

    /// Begins the drain.
    pub fn begin(&self) {
        self.0.cancel();
    }

    /// One that begins when this one does; waiting on it disturbs nobody else.
    pub(crate) fn branch(&self) -> Self {
        Self(self.0.child_token())
    }
}
