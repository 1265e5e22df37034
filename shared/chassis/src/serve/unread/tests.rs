//! A connection in memory, and less patience than is shipped.

use super::{Streams, asked, handed_out};
use bytes::Bytes;
use h2::{Reason, RecvStream, client::SendRequest};
use http::{Request, Response};
use http_body::{Body, Frame};
use hyper::{server::conn::http2, service::service_fn};
use hyper_util::rt::TokioIo;
use std::{
    convert::Infallible,
    pin::Pin,
    sync::{Arc, atomic::*},
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::sleep;

const PATIENCE: Duration = Duration::from_secs(2);

/// Data without end, and a count of those who are still at it.
struct Endless(Arc<AtomicUsize>);

impl Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        asked();
        handed_out();
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[0; 10_000])))))
    }
}

impl Drop for Endless {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A client of a server that answers without end, and how many answers are under way.
async fn connect() -> (SendRequest<Bytes>, Arc<AtomicUsize>) {
    let (here, there) = tokio::io::duplex(1 << 20);
    let under_way = Arc::new(AtomicUsize::new(0));
    let count = under_way.clone();
    let service = service_fn(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        let body = Endless(count.clone());
        async { Ok::<_, Infallible>(Response::new(body)) }
    });
    tokio::spawn(http2::Builder::new(Streams(PATIENCE)).serve_connection(TokioIo::new(there), service));
    // A window for all that is wide enough for each.
    let mut wide = h2::client::Builder::new();
    let (client, connection) = wide.initial_connection_window_size(1 << 20).handshake(here).await.unwrap();
    tokio::spawn(connection);
    (client, under_way)
}

async fn ask(client: &SendRequest<Bytes>) -> RecvStream {
    let mut client = client.clone().ready().await.unwrap();
    let request = Request::get("http://somewhere/").body(()).unwrap();
    client.send_request(request, true).unwrap().0.await.unwrap().into_body()
}

/// Takes all that is there, and says that it was taken.
async fn read(answer: &mut RecvStream) -> Result<usize, h2::Error> {
    let some = answer.data().await.unwrap()?.len();
    answer.flow_control().release_capacity(some).unwrap();
    Ok(some)
}

#[tokio::test]
async fn an_answer_that_nobody_reads_is_reset_and_gives_back_its_place() {
    let (client, under_way) = connect().await;
    let (mut unread, mut other) = (ask(&client).await, ask(&client).await);
    sleep(PATIENCE * 3 / 4).await;
    assert_eq!(under_way.load(Ordering::Relaxed), 2);
    // The other side is told of a window that has grown by half.
    for _ in 0..4 {
        read(&mut other).await.unwrap();
    }
    sleep(PATIENCE / 2).await;
    assert_eq!(under_way.load(Ordering::Relaxed), 1, "the connection stands, the stream should not");
    let mut taken = 0;
    let cut = loop {
        match unread.data().await.unwrap() {
            Ok(data) => taken += data.len(),
            Err(cut) => break cut,
        }
    };
    assert_eq!(cut.reason(), Some(Reason::CANCEL));
    assert!(taken <= 65_535, "{taken}");
    read(&mut other).await.unwrap();
    read(&mut ask(&client).await).await.unwrap();
}

#[tokio::test]
async fn a_slow_reader_keeps_its_place() {
    let (client, under_way) = connect().await;
    let mut slow = ask(&client).await;
    for _ in 0..6 {
        sleep(PATIENCE / 2).await;
        for _ in 0..4 {
            read(&mut slow).await.unwrap();
        }
    }
    assert_eq!(under_way.load(Ordering::Relaxed), 1);
}
