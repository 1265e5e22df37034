//! What every call passes before a service sees it, in one layer: panics, trace, metrics, overload,
//! deadline, token, access table, metadata of ours, conformance of what leaves.
//!
//! One layer by hand rather than nine from a shelf: each layer of boxed futures costs an echo several
//! per cent, and here the order, which matters, can be read in [`Porch::admit`].

mod answer;
mod conform;
mod deadline;
mod load;
mod methods;
mod refuse;
mod reply;
mod trace;
mod visit;

pub(crate) use load::Load;
pub(crate) use methods::Methods;

use crate::{Draining, Gate, telemetry::Instruments};
use admission::Denied;
use answer::Answer;
use http::{HeaderMap, Request, header::AUTHORIZATION};
use hyper::body::Incoming;
use methods::Method;
use reply::Reply;
use std::{convert::Infallible, sync::Arc, time::Duration};
use tonic::{Code, Status, body::Body, service::Routes};
use tower::Service as _;
use visit::Visit;
use vocabulary::{Call, Caller, Deadline, Revision};

/// The metadata that says how fresh an answer must be.
const MIN_REVISION: &str = "practicum-min-revision";

/// What all calls share.
pub(crate) struct Shared {
    pub methods: Methods,
    pub gate: Gate,
    pub load: Load,
    /// Told to handlers of streams.
    pub draining: Draining,
    /// Ends the streams that are still there.
    pub closing: Draining,
    pub instruments: Option<&'static Instruments>,
}

/// The porch of one server.
#[derive(Clone)]
pub(crate) struct Porch {
    shared: Arc<Shared>,
    routes: Routes,
}

/// An admitted call, on its way to the handler.
struct Admitted {
    visit: Visit,
    deadline: Deadline,
    /// The caller's own deadline, where it gave one.
    limit: Option<Duration>,
}

impl Porch {
    pub fn new(shared: Arc<Shared>, routes: Routes) -> Self {
        Self { shared, routes: routes.prepare() }
    }

    fn admit<B>(&self, request: &mut Request<B>) -> Result<Admitted, Status> {
        let remote = trace::take(request.headers_mut());
        let Some(at) = self.shared.methods.find(request.uri().path()) else {
            return Err(self.unknown(request.headers()));
        };
        let method = self.shared.methods.get(at);
        let began = Deadline::after(Duration::ZERO).0;
        let share =
            self.shared.load.enter(method.class, method.streams_out).map_err(|_| self.shed(method))?;
        let mut visit = Visit::new(self.shared.clone(), at, share, began);
        match self.examine(request, method, &mut visit, remote) {
            Ok((deadline, limit)) => Ok(Admitted { visit, deadline, limit }),
            Err(status) => {
                visit.ended(status.code());
                Err(status)
            }
        }
    }

    fn examine<B>(
        &self,
        request: &mut Request<B>,
        method: &Method,
        visit: &mut Visit,
        remote: Option<opentelemetry::trace::SpanContext>,
    ) -> Result<(Deadline, Option<Duration>), Status> {
        let limit = deadline::read(request.headers()).map_err(|_| refuse::malformed_deadline())?;
        if limit.is_some_and(|limit| limit.is_zero()) {
            return Err(refuse::too_late());
        }
        let deadline = Deadline(visit.began() + limit.unwrap_or(method.default_deadline));
        if let Some(row) = &method.row {
            let (caller, good_for) = self.identify(request.headers_mut())?;
            visit.good_for = Some(good_for);
            visit.span = span(method, &caller);
            let trace_id = trace::join(&visit.span, remote);
            self.shared
                .load
                .attribute(visit.share(), method.class, &caller.partner)
                .map_err(|_| refuse::overloaded())?;
            row.permit(&caller).map_err(|denied| self.turn_away(&caller, method.name, denied))?;
            let min_revision = min_revision(request.headers())?;
            request.extensions_mut().insert(Call {
                caller,
                method: method.name,
                deadline,
                min_revision,
                trace_id,
            });
        }
        if method.streams {
            request.extensions_mut().insert(self.shared.draining.branch());
        }
        Ok((deadline, limit))
    }

    /// Who calls, and for how long their token is good. Takes the token out of the headers, so that
    /// nothing further in can show it.
    fn identify(&self, headers: &mut HeaderMap) -> Result<(Caller, Duration), Status> {
        let doubled = headers.get_all(AUTHORIZATION).iter().nth(1).is_some();
        let value = headers.remove(AUTHORIZATION).ok_or_else(refuse::no_token)?;
        let token =
            value.to_str().ok().and_then(bearer).filter(|_| !doubled).ok_or_else(refuse::bad_token)?;
        let now = self.shared.gate.clock.now();
        let verified = self.shared.gate.verifier.verify_until(token, now).map_err(|denied| {
            if let (Some(instruments), Denied::Token(fault)) = (self.shared.instruments, denied) {
                instruments.token(fault);
            }
            refuse::denied(denied)
        })?;
        Ok((verified.caller, (verified.until - now).to_std().unwrap_or_default()))
    }

    fn turn_away(&self, caller: &Caller, method: &'static str, denied: Denied) -> Status {
        if let Some(tell) = &self.shared.gate.on_denied {
            tell(caller, method, denied.reason());
        }
        refuse::denied(denied)
    }

    fn shed(&self, method: &Method) -> Status {
        if let Some(instruments) = self.shared.instruments {
            instruments.call(method.name, Code::Unavailable, Duration::ZERO);
        }
        refuse::overloaded()
    }

    /// Whoever has no good token does not learn which methods there are.
    fn unknown(&self, headers: &HeaderMap) -> Status {
        self.identify(&mut headers.clone()).map_or_else(|status| status, |_| conform::no_such_method())
    }
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

fn min_revision(headers: &HeaderMap) -> Result<Option<Revision>, Status> {
    let mut values = headers.get_all(MIN_REVISION).iter();
    let Some(only) = values.next() else { return Ok(None) };
    let digits = only.to_str().ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
    match (digits.and_then(|text| text.parse().ok()), values.next()) {
        (Some(revision), None) => Ok(Some(Revision(revision))),
        _ => Err(refuse::malformed_revision()),
    }
}

/// Nearly free where nobody keeps spans. All that is known goes in at once: recording later costs more.
fn span(method: &Method, caller: &Caller) -> tracing::Span {
    let (service, rpc) = method.name.split_once('/').unwrap_or((method.name, ""));
    tracing::info_span!(
        "rpc",
        otel.name = method.name,
        otel.kind = "server",
        otel.status_code = tracing::field::Empty,
        rpc.system = "grpc",
        rpc.service = service,
        rpc.method = rpc,
        rpc.grpc.status_code = tracing::field::Empty,
        practicum.partner = caller.partner.as_str(),
    )
}

impl hyper::service::Service<Request<Incoming>> for Porch {
    type Response = http::Response<Reply>;
    type Error = Infallible;
    type Future = Answer;

    fn call(&self, mut request: Request<Incoming>) -> Answer {
        match self.admit(&mut request) {
            Err(status) => Answer::refused(status),
            Ok(Admitted { visit, deadline, limit }) => {
                let handler = self.routes.clone().call(request.map(Body::new));
                Answer::running(handler, deadline, limit, visit)
            }
        }
    }
}

#[cfg(test)]
pub(crate) fn span_of_a_test() -> tracing::Span {
    let row = admission::Row::new("/example.v1.Desk/Do", admission::Class::Read);
    let method = Method {
        name: row.name(),
        class: row.class,
        default_deadline: row.default_deadline,
        streams: false,
        streams_out: false,
        row: Some(row),
    };
    let partner: vocabulary::PartnerId = "durham".parse().unwrap();
    let person = vocabulary::PersonName::new(&partner, "zofia").unwrap();
    let kind = vocabulary::PartnerKind::Council;
    let caller = Caller { partner, kind, person, roles: vocabulary::Roles::default(), on_behalf_of: None };
    let span = span(&method, &caller);
    let mut headers = HeaderMap::new();
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    headers.insert("traceparent", parent.parse().unwrap());
    assert_eq!(trace::join(&span, trace::take(&mut headers)).as_deref(), Some(&parent[3..35]));
    span
}
