//! One call's stay: counted in, and counted out whichever way it ends.

use crate::porch::{Shared, load::Share, methods::Method};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tonic::Code;
use tracing::Span;

/// Lives from the moment that a call is counted in until its answer's last byte, or until the caller
/// is gone.
pub(crate) struct Visit {
    shared: Arc<Shared>,
    method: usize,
    share: Share,
    began: Instant,
    pub span: Span,
    /// How long the caller's token is good, for what may outlive it.
    pub good_for: Option<Duration>,
    /// How it ended. Until it has, it is as if the caller had left.
    code: Code,
}

impl Visit {
    pub fn new(shared: Arc<Shared>, method: usize, share: Share, began: Instant) -> Self {
        Self { shared, method, share, began, span: Span::none(), good_for: None, code: Code::Cancelled }
    }

    pub fn shared(&self) -> &Shared {
        &self.shared
    }

    pub fn began(&self) -> Instant {
        self.began
    }

    pub fn share(&mut self) -> &mut Share {
        &mut self.share
    }

    pub fn method(&self) -> &Method {
        self.shared.methods.get(self.method)
    }

    pub fn ended(&mut self, code: Code) {
        self.code = code;
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.shared.load.leave(&self.share);
        if let Some(instruments) = self.shared.instruments {
            instruments.call(self.shared.methods.get(self.method).name, self.code, self.began.elapsed());
        }
        // Without a code a span ended well.
        if self.code != Code::Ok && !self.span.is_disabled() {
            self.span.record("rpc.grpc.status_code", self.code as i32);
            if is_our_fault(self.code) {
                self.span.record("otel.status_code", "ERROR");
            }
        }
    }
}

/// A refusal is an answer like another; only these say that the service failed.
fn is_our_fault(code: Code) -> bool {
    use Code::{DataLoss, DeadlineExceeded, Internal, Unavailable, Unimplemented, Unknown};
    matches!(code, Unknown | DeadlineExceeded | Unimplemented | Internal | Unavailable | DataLoss)
}
