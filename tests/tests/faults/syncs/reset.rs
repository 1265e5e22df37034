//! A stream over HTTP/2 by hand, which ends with RST_STREAM and a code.

use super::{lab::Cut, talk::request};
use bytes::{BufMut, Bytes, BytesMut};
use contracts::enrolments::v1::{SyncEnrolmentsRequest, sync_enrolments_request::Message};
use h2::{Reason, RecvStream, SendStream};
use prost::Message as _;
use std::net::SocketAddr;
use tokio::net::TcpStream;

const METHOD: &str = "/practicum.enrolments.v1.EnrolmentSyncService/SyncEnrolments";
/// All that HTTP/2 names.
const CODES: [Reason; 14] = [
    Reason::CANCEL,
    Reason::NO_ERROR,
    Reason::INTERNAL_ERROR,
    Reason::PROTOCOL_ERROR,
    Reason::REFUSED_STREAM,
    Reason::FLOW_CONTROL_ERROR,
    Reason::STREAM_CLOSED,
    Reason::SETTINGS_TIMEOUT,
    Reason::FRAME_SIZE_ERROR,
    Reason::COMPRESSION_ERROR,
    Reason::CONNECT_ERROR,
    Reason::ENHANCE_YOUR_CALM,
    Reason::INADEQUATE_SECURITY,
    Reason::HTTP_1_1_REQUIRED,
];

/// A message as gRPC frames it.
fn frame(message: &SyncEnrolmentsRequest) -> Bytes {
    let mut bytes = BytesMut::new();
    bytes.put_u8(0);
    bytes.put_u32(u32::try_from(message.encoded_len()).expect("a small message"));
    message.encode(&mut bytes).expect("it has room");
    bytes.freeze()
}

/// What the server says, counted by message.
struct Answers {
    body: RecvStream,
    rest: BytesMut,
    messages: i64,
}

impl Answers {
    /// Waits until so many have come.
    async fn wait(&mut self, messages: i64) {
        while self.messages < messages {
            let data = self.body.data().await.expect("it goes on").expect("it is not broken");
            self.body.flow_control().release_capacity(data.len()).expect("no more than came");
            self.rest.extend_from_slice(&data);
            while let Some(&[a, b, c, d]) = self.rest.get(1..5).and_then(|len| <&[u8; 4]>::try_from(len).ok())
            {
                let whole = 5 + usize::try_from(u32::from_be_bytes([a, b, c, d])).expect("a small message");
                if self.rest.len() < whole {
                    break;
                }
                let _ = self.rest.split_to(whole);
                self.messages += 1;
            }
        }
    }
}

fn say(body: &mut SendStream<Bytes>, bytes: Bytes) {
    body.send_data(bytes, false).expect("the stream is open");
}

/// Sends what the cut has, half a batch more where the answers are not awaited, and resets the stream. Says of how many
/// batches it heard.
pub async fn send(address: SocketAddr, token: &str, cut: &Cut) -> i64 {
    let socket = TcpStream::connect(address).await.expect("it listens");
    let (client, connection) = h2::client::handshake(socket).await.expect("HTTP/2");
    let driven = tokio::spawn(connection);
    let asked = http::Request::post(format!("http://{address}{METHOD}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .header("authorization", format!("Bearer {token}"))
        .body(())
        .expect("a request");
    let mut client = client.ready().await.expect("it is ready");
    let (answer, mut body) = client.send_request(asked, false).expect("it may ask");
    say(&mut body, frame(&request(Message::Open(cut.open.clone()))));
    let answer = answer.await.expect("an answer").into_body();
    let mut answers = Answers { body: answer, rest: BytesMut::new(), messages: 0 };
    answers.wait(1).await;
    let mut heard = 0;
    for batch in &cut.batches {
        say(&mut body, frame(&request(Message::Batch(batch.clone()))));
        if cut.heard {
            heard += 1;
            answers.wait(1 + heard).await;
        }
    }
    if !cut.heard
        && let Some(last) = cut.batches.last()
    {
        let mut half = frame(&request(Message::Batch(last.clone())));
        say(&mut body, half.split_to(half.len() / 2));
    }
    // Frames are sent in order, but a reset drops what waits: let it go first.
    tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    body.send_reset(CODES[cut.n % CODES.len()]);
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    driven.abort();
    heard
}
