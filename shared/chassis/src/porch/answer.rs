//! The answer in the making: the handler runs, with a deadline, and its panics stay its own.

use crate::porch::{conform, refuse, reply::Reply, visit::Visit};
use http::{Request, Response};
use pin_project_lite::pin_project;
use std::{
    convert::Infallible,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Sleep, sleep_until};
use tonic::{Status, body::Body, service::Routes};
use tower::Service;
use vocabulary::Deadline;

type Handler = <Routes as Service<Request<Body>>>::Future;

pin_project! {
    /// What hyper waits for.
    pub(crate) struct Answer {
        #[pin]
        state: State,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State {
        Refused { response: Option<Response<Reply>> },
        Running {
            #[pin]
            handler: Handler,
            deadline: Deadline,
            // Set once the handler has had to wait: most have answered by then.
            #[pin]
            sleep: Option<Sleep>,
            limit: Option<Duration>,
            visit: Option<Visit>,
        },
    }
}

impl Answer {
    /// Nothing runs; the status goes out.
    pub fn refused(status: Status) -> Self {
        Self { state: State::Refused { response: Some(status.into_http()) } }
    }

    /// `limit` is the caller's own deadline for a whole stream, where it gave one.
    pub fn running(handler: Handler, deadline: Deadline, limit: Option<Duration>, visit: Visit) -> Self {
        Self { state: State::Running { handler, deadline, sleep: None, limit, visit: Some(visit) } }
    }
}

impl Future for Answer {
    type Output = Result<Response<Reply>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().state.project() {
            // Polled again after it was ready, which hyper does not do: stay silent.
            StateProjection::Refused { response } => {
                response.take().map_or(Poll::Pending, |r| Poll::Ready(Ok(r)))
            }
            StateProjection::Running { handler, deadline, mut sleep, limit, visit } => {
                let entered = visit.as_ref().map(|visit| visit.span.enter());
                let polled = catch_unwind(AssertUnwindSafe(|| handler.poll(cx)));
                let outcome = match polled {
                    Ok(Poll::Ready(Ok(response))) => Ok(response),
                    Ok(Poll::Pending) => {
                        if sleep.is_none() {
                            sleep.set(Some(sleep_until(deadline.0.into())));
                        }
                        match sleep.as_pin_mut().map(|sleep| sleep.poll(cx)) {
                            Some(Poll::Ready(())) => Err(refuse::too_late()),
                            _ => return Poll::Pending,
                        }
                    }
                    Err(_) => Err(refusals::fault(&"a handler panicked")),
                };
                drop(entered);
                let visit = visit.take();
                Poll::Ready(Ok(match outcome {
                    Ok(response) => finish(response, visit, deadline, limit),
                    Err(status) => only_status(status, visit),
                }))
            }
        }
    }
}

fn only_status(status: Status, visit: Option<Visit>) -> Response<Reply> {
    if let Some(mut visit) = visit {
        visit.ended(status.code());
    }
    status.into_http()
}

/// The handler has answered, with a status alone or with a body to come.
fn finish(
    response: Response<Body>,
    visit: Option<Visit>,
    deadline: &Deadline,
    limit: &Option<Duration>,
) -> Response<Reply> {
    let (mut head, body) = response.into_parts();
    let Some(mut visit) = visit else { return Response::from_parts(head, Reply::default()) };
    if let Some(code) = conform::conform(&mut head.headers, visit.method().name) {
        visit.ended(code);
        return Response::from_parts(head, Reply::default());
    }
    let limit = limit.map(|_| *deadline);
    Response::from_parts(head, Reply::new(body, visit, limit))
}
