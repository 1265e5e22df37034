//! Somebody who answers where a university's enrolments service should: never, late, or with what no such service says.

use bytes::{BufMut, Bytes, BytesMut};
use contracts::{
    common::v1::{Change, ChangeKind, Person},
    enrolments::v1::{
        Enrolment, ListEnrolmentsResponse, VerifyEnrolmentResponse, WatchEnrolmentsResponse, enrolment::State,
    },
};
use h2::{Reason, SendStream, server::SendResponse};
use http::{HeaderMap, HeaderValue, Request, Response};
use prost::Message;
use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::{AbortHandle, JoinSet},
    time::sleep,
};
use tonic::Code;

/// Longer than anybody waits.
const TOO_LATE: Duration = Duration::from_secs(11);

/// One way not to answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Lie {
    /// Takes connections, and says nothing.
    Mute,
    /// Takes questions, and answers none.
    Silent,
    /// Says yes when nobody waits any more.
    Late,
    /// Bytes that are no HTTP/2.
    Noise,
    /// A frame that claims to be larger than any may be.
    Oversize,
    /// Headers that go on for ever.
    EndlessHeaders,
    Reset(Reason),
    /// An answer of HTTP that is none of gRPC's.
    Page(u16),
    /// A message of a hundred megabytes.
    Huge,
    /// A message that comes a byte at a time, for ever.
    Drip,
    /// Less than it promised.
    Short,
    /// Bytes that are no message.
    Scrambled,
    /// Trailers of a megabyte.
    LongTrailers,
    /// An end without a word on how it went.
    NoStatus,
    Refuses(Code),
    /// Well, and without a message.
    Nothing,
    /// Yes, and of no course.
    Contradiction,
    /// No, and of which course.
    Denial,
    /// A feed and a list of others' people, and places that are nowhere.
    Falsehoods,
    /// A feed that has only this place to go on from.
    Token(usize),
    /// Changes, as fast as they are taken.
    Flood,
    /// A feed that has forgotten, and a list without an end.
    EndlessList,
    /// A feed that ends as feeds do.
    Ends,
}

/// What was asked since the last lie began.
#[derive(Clone, Default)]
pub struct Asked {
    pub connections: Arc<AtomicUsize>,
    pub verified: Arc<AtomicUsize>,
    pub watched: Arc<AtomicUsize>,
    pub listed: Arc<AtomicUsize>,
}

/// It lies until it is dropped.
pub struct Liar {
    lie: Arc<Mutex<(Lie, Asked, Vec<AbortHandle>)>>,
    listening: AbortHandle,
}

impl Liar {
    pub async fn at(address: SocketAddr, lie: Lie) -> Self {
        let mut bound = TcpListener::bind(address).await;
        for _ in 0..100 {
            if bound.is_ok() {
                break;
            }
            sleep(Duration::from_millis(50)).await;
            bound = TcpListener::bind(address).await;
        }
        let (bound, lie) =
            (bound.expect("the port is free"), Arc::new(Mutex::new((lie, Asked::default(), vec![]))));
        let listening = tokio::spawn(listen(bound, lie.clone())).abort_handle();
        Self { lie, listening }
    }

    /// Ends every conversation, and begins another lie.
    pub fn tell(&self, lie: Lie) -> Asked {
        let asked = Asked::default();
        let (_, _, talks) = std::mem::replace(&mut *self.lie.lock().unwrap(), (lie, asked.clone(), vec![]));
        talks.iter().for_each(AbortHandle::abort);
        asked
    }
}

impl Drop for Liar {
    fn drop(&mut self) {
        self.listening.abort();
        self.tell(Lie::Mute);
    }
}

async fn listen(bound: TcpListener, lie: Arc<Mutex<(Lie, Asked, Vec<AbortHandle>)>>) {
    while let Ok((socket, _)) = bound.accept().await {
        let mut now = lie.lock().unwrap();
        let (told, asked) = (now.0, now.1.clone());
        asked.connections.fetch_add(1, Relaxed);
        // How a conversation ends is the other's business.
        let talk = tokio::spawn(async move { drop(talk(socket, told, asked).await) });
        now.2.push(talk.abort_handle());
    }
}

async fn talk(mut socket: TcpStream, lie: Lie, asked: Asked) -> anyhow::Result<()> {
    // An empty SETTINGS frame.
    let settings: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];
    let mut taken = [0; 4_096];
    match lie {
        Lie::Mute => while socket.read(&mut taken).await? > 0 {},
        Lie::Noise => {
            let _greeting = socket.read(&mut taken).await?;
            socket.write_all(&[0x55; 4_096]).await?;
        }
        Lie::Oversize => {
            socket.write_all(&[settings, &[0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1]].concat()).await?;
            while socket.read(&mut taken).await? > 0 {}
        }
        Lie::EndlessHeaders => {
            let _greeting = socket.read(&mut taken).await?;
            // HEADERS on stream 1 without END_HEADERS: ":status: 200" from the static table; then CONTINUATIONs, each
            // with a literal header "a: a".
            socket.write_all(&[settings, &[0, 0, 1, 1, 0, 0, 0, 0, 1, 0x88]].concat()).await?;
            loop {
                socket.write_all(&[0, 0, 5, 9, 0, 0, 0, 0, 1, 0, 1, b'a', 1, b'a']).await?;
                sleep(Duration::from_millis(5)).await;
            }
        }
        _ => converse(socket, lie, asked).await?,
    }
    Ok(())
}

/// Over HTTP/2.
async fn converse(socket: TcpStream, lie: Lie, asked: Asked) -> anyhow::Result<()> {
    let mut connection = h2::server::handshake(socket).await?;
    let mut answers = JoinSet::new();
    while let Some(request) = connection.accept().await {
        let (request, respond) = request?;
        let count = match request.uri().path().rsplit('/').next() {
            Some("VerifyEnrolment") => &asked.verified,
            Some("WatchEnrolments") => &asked.watched,
            _ => &asked.listed,
        };
        count.fetch_add(1, Relaxed);
        answers.spawn(async move { drop(answer(request, respond, lie).await) });
    }
    Ok(())
}

async fn answer(
    request: Request<h2::RecvStream>,
    mut respond: SendResponse<Bytes>,
    lie: Lie,
) -> anyhow::Result<()> {
    match lie {
        Lie::Silent => sleep(Duration::MAX).await,
        Lie::Reset(reason) => respond.send_reset(reason),
        Lie::Page(status) => {
            let page = Response::builder().status(status).header("content-type", "text/html");
            let mut body =
                respond.send_response(page.header("location", "http://[::1]:1/").body(())?, false)?;
            body.send_data(Bytes::from_static(b"<h1>yes</h1>"), true)?;
        }
        Lie::Late => {
            sleep(TOO_LATE).await;
            well(&mut respond, &[frame(&yes())])?;
        }
        Lie::LongTrailers => {
            let mut body = opened(&mut respond)?;
            body.send_data(frame(&yes()), false)?;
            let mut trailers = status(Code::Ok);
            for n in 0..1_000 {
                let name = http::HeaderName::try_from(format!("x-{n}"))?;
                trailers.insert(name, HeaderValue::try_from("x".repeat(1_000))?);
            }
            body.send_trailers(trailers)?;
        }
        Lie::Huge | Lie::Drip | Lie::Flood => pour(&mut respond, lie).await?,
        Lie::NoStatus => opened(&mut respond)?.send_data(frame(&yes()), true)?,
        Lie::Refuses(code) => {
            opened(&mut respond)?.send_trailers(status(code))?;
        }
        _ => match request.uri().path().rsplit('/').next() {
            Some("VerifyEnrolment") => well(&mut respond, &verified(lie))?,
            Some("WatchEnrolments") if lie == Lie::EndlessList => {
                let forgotten =
                    refusals::Refusal::new(Code::OutOfRange, "RESYNC_REQUIRED", "forgotten").status();
                let mut trailers = HeaderMap::new();
                forgotten.add_header(&mut trailers)?;
                opened(&mut respond)?.send_trailers(trailers)?;
            }
            Some("WatchEnrolments") => well(&mut respond, &feed(lie))?,
            _ => {
                let next_page_token = "next".to_owned();
                let enrolments = falsehoods();
                well(&mut respond, &[frame(&ListEnrolmentsResponse { enrolments, next_page_token })])?;
            }
        },
    }
    Ok(())
}

/// Messages without an end.
async fn pour(respond: &mut SendResponse<Bytes>, lie: Lie) -> anyhow::Result<()> {
    let mut body = opened(respond)?;
    match lie {
        Lie::Huge => body.send_data(Bytes::from_static(&[0, 0x06, 0, 0, 0]), false)?,
        Lie::Drip => body.send_data(Bytes::from_static(&[0, 0, 0, 0x10, 0]), false)?,
        _ => {}
    }
    for n in 0_u64.. {
        let (some, pause) = match lie {
            Lie::Huge => (Bytes::from(vec![10; 16_384]), 0),
            Lie::Drip => (Bytes::from_static(&[10]), 20),
            _ => (frame(&told(falsehoods().into_iter().next(), &format!("place-{n}"))), 0),
        };
        body.reserve_capacity(some.len());
        while body.capacity() < some.len() {
            match std::future::poll_fn(|context| body.poll_capacity(context)).await {
                Some(capacity) => drop(capacity?),
                None => return Ok(()),
            }
        }
        body.send_data(some, false)?;
        sleep(Duration::from_millis(pause)).await;
    }
    Ok(())
}

fn opened(respond: &mut SendResponse<Bytes>) -> anyhow::Result<SendStream<Bytes>> {
    let head = Response::builder().header("content-type", "application/grpc").body(())?;
    Ok(respond.send_response(head, false)?)
}

fn status(code: Code) -> HeaderMap {
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from(i32::from(code)));
    trailers.insert("grpc-message", HeaderValue::from_static("yes%2C confirm it"));
    trailers
}

/// All of these messages, and that all is well.
fn well(respond: &mut SendResponse<Bytes>, messages: &[Bytes]) -> anyhow::Result<()> {
    let mut body = opened(respond)?;
    for message in messages {
        body.send_data(message.clone(), false)?;
    }
    Ok(body.send_trailers(status(Code::Ok))?)
}

/// A message as gRPC frames it.
fn frame(message: &impl Message) -> Bytes {
    let mut bytes = BytesMut::new();
    bytes.put_u8(0);
    bytes.put_u32(u32::try_from(message.encoded_len()).expect("a small message"));
    message.encode(&mut bytes).expect("it has room");
    bytes.freeze()
}

fn yes() -> VerifyEnrolmentResponse {
    VerifyEnrolmentResponse { enrolled: true, kind: 1, academic_year: "2026/27".into(), valid_until: None }
}

fn verified(lie: Lie) -> Vec<Bytes> {
    match lie {
        Lie::Short => vec![frame(&yes()).slice(..8)],
        Lie::Scrambled => vec![Bytes::from_static(&[0, 0, 0, 0, 3, 0xff, 0xff, 0xff])],
        Lie::Contradiction => vec![frame(&VerifyEnrolmentResponse { kind: 0, ..yes() })],
        Lie::Denial => vec![frame(&VerifyEnrolmentResponse { enrolled: false, ..yes() })],
        _ => vec![],
    }
}

fn feed(lie: Lie) -> Vec<Bytes> {
    match lie {
        Lie::Falsehoods => {
            let mut changes: Vec<Bytes> =
                falsehoods().into_iter().map(|one| frame(&told(Some(one), "nowhere"))).collect();
            changes.push(frame(&checkpoint("nowhere")));
            changes
        }
        Lie::Token(length) => vec![frame(&checkpoint(&"x".repeat(length)))],
        Lie::Nothing => vec![frame(&WatchEnrolmentsResponse { change: None, enrolment: None })],
        Lie::Scrambled | Lie::Short => verified(lie),
        _ => vec![],
    }
}

fn told(enrolment: Option<Enrolment>, token: &str) -> WatchEnrolmentsResponse {
    let change =
        Change { resume_token: token.into(), kind: ChangeKind::Updated.into(), ..Default::default() };
    WatchEnrolmentsResponse { change: Some(change), enrolment }
}

fn checkpoint(token: &str) -> WatchEnrolmentsResponse {
    let change =
        Change { resume_token: token.into(), kind: ChangeKind::Checkpoint.into(), ..Default::default() };
    WatchEnrolmentsResponse { change: Some(change), enrolment: None }
}

/// Of dee, who is on a placement, what is not for this university to say, or not so; and of others.
fn falsehoods() -> Vec<Enrolment> {
    let of = |name: &str, person: &str, state: i32| Enrolment {
        name: name.into(),
        learner: Some(Person { person: person.into(), ..Default::default() }),
        state,
        ..Default::default()
    };
    let (own, dee) = ("partners/teesside/enrolments/e1", "partners/teesside/people/dee");
    let withdrawn = State::Withdrawn.into();
    vec![
        of("partners/northumbria/enrolments/e1", dee, withdrawn),
        of(own, "partners/northumbria/people/dee", withdrawn),
        of("partners/teesside/enrolments/", dee, withdrawn),
        of(&format!("partners/teesside/enrolments/{}", "e".repeat(300)), dee, withdrawn),
        of(own, "dee", withdrawn),
        of(own, dee, 99),
        Enrolment { name: own.into(), state: withdrawn, ..Default::default() },
    ]
}
