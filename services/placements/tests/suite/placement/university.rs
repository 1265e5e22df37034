//! The universities' enrolments service, as far as placements ask it: it says what a test has it say.

use bytes::{BufMut, Bytes, BytesMut};
use contracts::enrolments::v1::{VerifyEnrolmentRequest, VerifyEnrolmentResponse};
use http_body_util::{BodyExt, Full};
use prost::Message;
use std::{
    collections::HashMap,
    convert::Infallible,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};
use tonic::{Status, body::Body, server::NamedService, transport::server::TcpIncoming};

/// What is answered when somebody asks whether a student is enrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    Yes,
    No,
    /// Enrolled, on no course of no year.
    Contradiction,
    /// Bytes that are no message.
    Garbage,
    /// More of them than an answer can have.
    Flood,
    /// That something broke there.
    Broken,
    /// Nothing, ever.
    Nothing,
    /// That nobody is there.
    Down,
}

pub const LIES: [Says; 4] = [Says::Contradiction, Says::Garbage, Says::Flood, Says::Broken];

/// Stands on a port of its own until it is dropped.
pub struct University {
    pub address: SocketAddr,
    state: Arc<State>,
    task: tokio::task::JoinHandle<()>,
}

struct State {
    says: Mutex<Says>,
    of: Mutex<HashMap<String, Says>>,
    asked: Mutex<Vec<VerifyEnrolmentRequest>>,
}

impl University {
    pub async fn stand() -> Self {
        let (of, asked) = (Mutex::default(), Mutex::default());
        let state = Arc::new(State { says: Mutex::new(Says::Yes), of, asked });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tonic::transport::Server::builder().add_service(Desk(state.clone()));
        let serving = server.serve_with_incoming(TcpIncoming::from(listener));
        let task = tokio::spawn(async move { serving.await.unwrap() });
        Self { address, state, task }
    }

    /// From now on, of everybody.
    pub fn says(&self, says: Says) {
        *self.state.says.lock().unwrap() = says;
    }

    /// From now on, of one student.
    pub fn says_of(&self, student: &str, says: Says) {
        self.state.of.lock().unwrap().insert(student.to_owned(), says);
    }

    /// Who was asked about on which day, so far.
    pub fn asked(&self) -> Vec<VerifyEnrolmentRequest> {
        self.state.asked.lock().unwrap().clone()
    }
}

impl Drop for University {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Clone)]
struct Desk(Arc<State>);

impl NamedService for Desk {
    const NAME: &'static str = "practicum.enrolments.v1.EnrolmentService";
}

impl tower::Service<http::Request<Body>> for Desk {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let desk = self.0.clone();
        Box::pin(async move { Ok(desk.answer(request).await.unwrap_or_else(Status::into_http)) })
    }
}

impl State {
    async fn answer(&self, request: http::Request<Body>) -> Result<http::Response<Body>, Status> {
        if !request.uri().path().ends_with("/VerifyEnrolment") {
            return Err(Status::unimplemented(""));
        }
        let framed = request.into_body().collect().await?.to_bytes();
        let ask = VerifyEnrolmentRequest::decode(&framed[5..]).unwrap();
        let said = self.of.lock().unwrap().get(&ask.person).copied();
        let says = said.unwrap_or(*self.says.lock().unwrap());
        self.asked.lock().unwrap().push(ask);
        let yes = VerifyEnrolmentResponse {
            enrolled: true,
            kind: 1,
            academic_year: "2026/27".into(),
            valid_until: None,
        };
        match says {
            Says::Yes => Ok(framing(&yes.encode_to_vec())),
            Says::No => Ok(framing(&[])),
            Says::Contradiction => {
                Ok(framing(&VerifyEnrolmentResponse { enrolled: true, ..Default::default() }.encode_to_vec()))
            }
            Says::Garbage => Ok(framing(&[0xff; 40])),
            Says::Flood => Ok(framing(&vec![0; 1 << 20])),
            Says::Broken => Err(Status::internal("SELECT * FROM secrets")),
            Says::Nothing => std::future::pending().await,
            Says::Down => Err(Status::unavailable("down for the night")),
        }
    }
}

/// A message as gRPC sends it.
fn framing(message: &[u8]) -> http::Response<Body> {
    let mut framed = BytesMut::new();
    framed.put_u8(0);
    framed.put_u32(u32::try_from(message.len()).unwrap());
    framed.put_slice(message);
    let ok = http::HeaderMap::from_iter([(
        http::HeaderName::from_static("grpc-status"),
        http::HeaderValue::from_static("0"),
    )]);
    let body = Full::<Bytes>::new(framed.freeze()).with_trailers(std::future::ready(Some(Ok(ok))));
    let mut response = http::Response::new(Body::new(body));
    let grpc = http::HeaderValue::from_static("application/grpc");
    response.headers_mut().insert(http::header::CONTENT_TYPE, grpc);
    response
}
