//! The body of an answer, watched until its last byte.

use crate::{
    porch::{conform, refuse, visit::Visit},
    serve::unread,
};
use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body as _, Frame, SizeHint};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll},
};
use tokio::time::{Sleep, sleep, sleep_until};
use tokio_util::sync::WaitForCancellationFutureOwned;
use tonic::{Code, Status, body::Body};
use vocabulary::Deadline;

/// A body whose end is a status of ours, whatever the handler's stream does. By default nothing at
/// all, as of an answer that is a status alone.
#[derive(Default)]
pub(crate) struct Reply {
    body: Option<Body>,
    visit: Option<Visit>,
    /// Only streams have one: what else may end them.
    end: Option<Pin<Box<End>>>,
}

/// What ends a stream from outside.
struct End {
    /// The caller's own deadline.
    deadline: Option<Pin<Box<Sleep>>>,
    /// The end of the caller's token.
    expiry: Option<Pin<Box<Sleep>>>,
    /// The drain, at the point where streams have had their time.
    closing: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Reply {
    pub fn new(body: Body, visit: Visit, deadline: Option<Deadline>) -> Self {
        let end = visit.method().streams_out.then(|| {
            let closing =
                if visit.method().row.is_some() { &visit.shared().closing } else { &visit.shared().draining };
            Box::pin(End {
                deadline: deadline.map(|deadline| Box::pin(sleep_until(deadline.0.into()))),
                expiry: visit.good_for.map(|wait| Box::pin(sleep(wait))),
                closing: Box::pin(closing.branch().begun()),
            })
        });
        Self { body: Some(body), visit: Some(visit), end }
    }

    /// The last frame: `status`, and nothing of the handler's after it.
    fn end_with(&mut self, status: &Status) -> Frame<Bytes> {
        let mut trailers = HeaderMap::new();
        conform::write(status, &mut trailers);
        self.finish(status.code());
        Frame::trailers(trailers)
    }

    fn finish(&mut self, code: Code) {
        if let Some(mut visit) = self.visit.take() {
            visit.ended(code);
        }
        (self.body, self.end) = (None, None);
    }

    /// The handler's next frame, with its panics and broken ends turned into statuses.
    fn next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Frame<Bytes>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let entered = self.visit.as_ref().map(|visit| visit.span.enter());
        let polled = catch_unwind(AssertUnwindSafe(|| Pin::new(body).poll_frame(cx)));
        drop(entered);
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(Some(Ok(frame)))) => Poll::Ready(Some(self.pass(frame))),
            Ok(Poll::Ready(Some(Err(_)) | None)) => {
                Poll::Ready(Some(self.end_with(&refusals::fault(&"a body broke off"))))
            }
            Err(_) => Poll::Ready(Some(self.end_with(&refusals::fault(&"a stream panicked")))),
        }
    }

    fn pass(&mut self, frame: Frame<Bytes>) -> Frame<Bytes> {
        match frame.into_trailers() {
            Err(data) => data,
            Ok(mut trailers) => {
                let method = self.visit.as_ref().map_or("", |visit| visit.method().name);
                let code = conform::conform(&mut trailers, method).unwrap_or(Code::Unknown);
                self.finish(code);
                Frame::trailers(trailers)
            }
        }
    }
}

impl End {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Status> {
        let mut over = |sleep: &mut Option<Pin<Box<Sleep>>>| {
            sleep.as_mut().is_some_and(|sleep| sleep.as_mut().poll(cx).is_ready())
        };
        if over(&mut self.deadline) {
            return Poll::Ready(refuse::too_late());
        }
        if over(&mut self.expiry) {
            return Poll::Ready(refuse::bad_token());
        }
        self.closing.as_mut().poll(cx).map(|()| refuse::shutting_down())
    }
}

impl http_body::Body for Reply {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        unread::asked();
        let this = self.get_mut();
        let frame = match this.next(cx) {
            Poll::Pending => match this.end.as_mut().map(|end| end.as_mut().get_mut().poll(cx)) {
                Some(Poll::Ready(status)) => Some(this.end_with(&status)),
                _ => return Poll::Pending,
            },
            Poll::Ready(frame) => frame,
        };
        if frame.as_ref().is_some_and(Frame::is_data) {
            unread::handed_out();
        }
        Poll::Ready(frame.map(Ok))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), |body| body.size_hint())
    }
}
