//! A desk that does as it is told, behind the porch; and callers.

use admission::{AUDIENCE, AccessTable, Class, DevelopmentKeys, Partners, Row, Verifier};
use bytes::{BufMut, Bytes, BytesMut};
use chassis::{Draining, Gate, Running, ServerSettings, Service};
use http::HeaderMap;
use prost::Message;
use prost_types::{FileDescriptorProto, FileDescriptorSet, MethodDescriptorProto, ServiceDescriptorProto};
use std::{
    convert::Infallible,
    pin::Pin,
    sync::{Arc, LazyLock, Mutex},
    task::{Context, Poll},
    time::Duration,
};
use tempfile::TempDir;
use tokio_stream::Stream;
use tonic::{
    Request, Response, Status,
    body::Body,
    codec::EnabledCompressionEncodings,
    server::{Grpc, NamedService},
    service::Routes,
    transport::Channel,
};
use tonic_prost::ProstCodec;
use tower::service_fn;
use vocabulary::{Call, Clock, Role};

pub const DESK: &str = "example.v1.Desk";
pub const DO: &str = "/example.v1.Desk/Do";
pub const FILE: &str = "/example.v1.Desk/File";
pub const WATCH: &str = "/example.v1.Desk/Watch";
/// In the contract and in the table, but the server does not know it.
pub const FORGOTTEN: &str = "/example.v1.Desk/Forgotten";
/// The longest message that the desk reads.
pub const LONGEST: usize = 4_096;

const SCHEDULERS: &[Role] = &[Role::Scheduler];
const ROWS: [Row; 4] = [
    Row::new(DO, Class::Read).councils(SCHEDULERS).deadline(Duration::from_millis(700)),
    Row::new(FILE, Class::Report).councils(&[Role::Auditor]),
    Row::new(WATCH, Class::Stream).councils(SCHEDULERS),
    Row::new(FORGOTTEN, Class::Read).councils(SCHEDULERS),
];

static DESCRIPTORS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let method = |row: &Row| MethodDescriptorProto {
        name: row.method.rsplit('/').next().map(Into::into),
        server_streaming: Some(row.class == Class::Stream),
        ..Default::default()
    };
    let service = ServiceDescriptorProto {
        name: Some("Desk".into()),
        method: ROWS.iter().map(method).collect(),
        ..Default::default()
    };
    let file = FileDescriptorProto {
        name: Some("desk.proto".into()),
        package: Some("example.v1".into()),
        service: vec![service],
        ..Default::default()
    };
    FileDescriptorSet { file: vec![file] }.encode_to_vec()
});

/// Does what the message says.
#[derive(Clone)]
struct Desk;

impl NamedService for Desk {
    const NAME: &'static str = DESK;
}

type Messages = Pin<Box<dyn Stream<Item = Result<String, Status>> + Send>>;

impl tower::Service<http::Request<Body>> for Desk {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let mut grpc = Grpc::new(ProstCodec::<String, String>::new())
            .apply_max_message_size_config(Some(LONGEST), None)
            .apply_compression_config(
                EnabledCompressionEncodings::default(),
                EnabledCompressionEncodings::default(),
            );
        Box::pin(async move {
            Ok(match request.uri().path() {
                DO | FILE => grpc.unary(service_fn(act), request).await,
                WATCH => grpc.server_streaming(service_fn(watch), request).await,
                _ => Status::unimplemented("").into_http(),
            })
        })
    }
}

async fn act(request: Request<String>) -> Result<Response<String>, Status> {
    let call = request.extensions().get::<Call>().unwrap().clone();
    let answer = match &**request.get_ref() {
        "panic" => panic!("as told: Zofia"),
        "wait" => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            String::new()
        }
        "without a reason" => return Err(Status::not_found("no details")),
        "trace" => call.trace_id.unwrap_or_else(|| "none".into()).to_string(),
        "revision" => format!("{:?}", call.min_revision.map(|revision| revision.0)),
        "caller" => format!(
            "{} {} {}",
            call.caller.partner,
            call.method,
            request.metadata().contains_key("authorization")
        ),
        "baggage" => format!("{}", request.metadata().contains_key("baggage")),
        text => text.to_owned(),
    };
    Ok(Response::new(answer))
}

async fn watch(request: Request<String>) -> Result<Response<Messages>, Status> {
    let draining = request.extensions().get::<Draining>().unwrap().clone();
    let first = tokio_stream::once(Ok("first".to_owned()));
    let then: Messages = match &**request.get_ref() {
        "polite" => Box::pin(LastWord(Box::pin(async move { draining.begun().await }))),
        "deaf" => Box::pin(tokio_stream::pending()),
        "panic" => Box::pin(tokio_stream::iter(std::iter::from_fn(|| panic!("as told")))),
        _ => Box::pin(tokio_stream::empty()),
    };
    Ok(Response::new(Box::pin(tokio_stream::StreamExt::chain(first, then))))
}

/// Ends as a good handler does: with a reason, once the drain has begun.
struct LastWord(Pin<Box<dyn Future<Output = ()> + Send>>);

impl Stream for LastWord {
    type Item = Result<String, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let refusal = || {
            refusals::Refusal::new(
                tonic::Code::Unavailable,
                refusals::reasons::SHUTTING_DOWN,
                "resume from 1",
            )
        };
        self.0.as_mut().poll(cx).map(|()| Some(Err(refusal().status())))
    }
}

/// A desk that is open.
pub struct House {
    pub running: Running,
    pub denied: Arc<Mutex<Vec<String>>>,
    keys: DevelopmentKeys,
    _folder: TempDir,
}

pub async fn open() -> House {
    open_with(ServerSettings { handshake_seconds: 1, ..ServerSettings::default() }).await
}

pub async fn open_with(settings: ServerSettings) -> House {
    let folder = tempfile::tempdir().unwrap();
    Partners::write_defaults(folder.path(), &[]).unwrap();
    let partners = Partners::load(&folder.path().join("partners.toml")).unwrap();
    let keys = DevelopmentKeys::open(folder.path()).unwrap();
    let denied = Arc::new(Mutex::new(Vec::new()));
    let told = denied.clone();
    let gate = Gate::new(Arc::new(Verifier::new(partners, AUDIENCE)), Clock::system()).on_denied(
        move |caller, method, reason| {
            told.lock().unwrap().push(format!("{} {method} {reason}", caller.partner))
        },
    );
    let service = Service {
        name: "desk",
        routes: Routes::new(Desk),
        access: AccessTable::new(ROWS).unwrap(),
        grpc_services: vec![DESK],
        descriptors: &DESCRIPTORS,
    };
    let running = chassis::serve(service, &settings, gate).await.unwrap();
    House { running, denied, keys, _folder: folder }
}

impl House {
    pub fn token(&self, partner: &str, role: Role) -> String {
        let life = Duration::from_secs(600);
        self.keys.mint(&partner.parse().unwrap(), &[role], "p-1", life, Clock::system().now()).unwrap()
    }

    pub async fn channel(&self) -> Channel {
        let address = format!("http://{}", self.running.address);
        Channel::from_shared(address).unwrap().connect().await.unwrap()
    }

    /// A request with a token that ends, with its minute of grace, in two seconds.
    pub fn ask_briefly(&self, text: &str) -> Request<String> {
        let issued = Clock::system().now() - Duration::from_secs(62);
        let partner = "durham".parse().unwrap();
        let token = self.keys.mint(&partner, SCHEDULERS, "p-1", Duration::from_secs(4), issued).unwrap();
        let mut request = Request::new(text.to_owned());
        request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        request
    }

    /// A request of Durham's scheduler, who may do everything here.
    pub fn ask(&self, text: &str) -> Request<String> {
        let mut request = Request::new(text.to_owned());
        let token = format!("Bearer {}", self.token("durham", Role::Scheduler));
        request.metadata_mut().insert("authorization", token.parse().unwrap());
        request
    }

    /// Asks on a connection of its own.
    pub async fn call(&self, text: &str) -> Result<String, Status> {
        send(&self.channel().await, DO, self.ask(text)).await
    }
}

pub async fn send(channel: &Channel, path: &'static str, request: Request<String>) -> Result<String, Status> {
    let mut client = tonic::client::Grpc::new(channel.clone());
    client.ready().await.map_err(|error| Status::unknown(error.to_string()))?;
    let codec = ProstCodec::<String, String>::new();
    client.unary(request, path.parse().unwrap(), codec).await.map(Response::into_inner)
}

pub async fn stream(channel: &Channel, request: Request<String>) -> Result<tonic::Streaming<String>, Status> {
    let mut client = tonic::client::Grpc::new(channel.clone());
    client.ready().await.map_err(|error| Status::unknown(error.to_string()))?;
    let codec = ProstCodec::<String, String>::new();
    client.server_streaming(request, WATCH.parse().unwrap(), codec).await.map(Response::into_inner)
}

/// The code and the reason.
pub fn why<T: std::fmt::Debug>(outcome: Result<T, Status>) -> (tonic::Code, String) {
    let status = outcome.unwrap_err();
    (status.code(), refusals::reason(&status).unwrap_or_else(|| format!("no reason: {status:?}")))
}

/// A frame as the library would not make it.
pub fn framed(flag: u8, length: u32, bytes: &[u8]) -> Bytes {
    let mut frame = BytesMut::new();
    frame.put_u8(flag);
    frame.put_u32(length);
    frame.put_slice(bytes);
    frame.freeze()
}

/// What [`House::ask`] sends, as a frame.
pub fn message(text: &str) -> Bytes {
    let bytes = text.to_owned().encode_to_vec();
    framed(0, u32::try_from(bytes.len()).unwrap(), &bytes)
}

/// Sends what no client library would, and reads the code and the reason.
pub async fn raw(house: &House, body: Bytes, headers: &[(&'static str, &str)]) -> (String, String) {
    let socket = tokio::net::TcpStream::connect(house.running.address).await.unwrap();
    let (client, connection) = h2::client::handshake(socket).await.unwrap();
    tokio::spawn(connection);
    let mut request = http::Request::post(format!("http://{}{DO}", house.running.address))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .header("authorization", house.ask("").metadata().get("authorization").unwrap().to_str().unwrap());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (answer, mut sender) =
        client.ready().await.unwrap().send_request(request.body(()).unwrap(), false).unwrap();
    // Fails where the server has answered already, which it may.
    let _ = sender.send_data(body, true);
    let mut response = answer.await.unwrap();
    while let Some(Ok(_)) = response.body_mut().data().await {}
    let trailers = response.body_mut().trailers().await.unwrap_or_default().unwrap_or_default();
    let all: HeaderMap = response
        .headers()
        .clone()
        .into_iter()
        .chain(trailers)
        .map(|(name, value)| (name.unwrap(), value))
        .collect();
    let status = Status::from_header_map(&all).unwrap();
    (all["grpc-status"].to_str().unwrap().to_owned(), refusals::reason(&status).unwrap_or_default())
}
