//! A stream at the pace of its reader: a few messages ahead of it and no further.
//!
//! While a reader takes nothing, the server library does not ask the stream for more, so that a stream alone would
//! wait for ever with all that it has read for the reader. Here a task reads ahead, and gives up.

use futures_util::{Stream, StreamExt};
use std::{
    pin::pin,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::sync::mpsc::{self, error::SendTimeoutError};
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;
use tracing::Instrument;

/// Messages that wait for the reader at most, beside what the transport holds.
const AHEAD: usize = 16;
/// How long a message waits for the reader to take the one before.
const PATIENCE: Duration = Duration::from_secs(30);

/// How reading ahead ended; not at all where it panicked.
#[derive(Clone, Copy)]
enum End {
    Told,
    Slow,
}

/// The same messages; where the reader takes none for 30 seconds, those that wait for it, and then UNAVAILABLE
/// `SLOW_READER`. What they were read with is given up at once.
pub fn paced<T: Send + 'static>(
    told: impl Stream<Item = Result<T, Status>> + Send + 'static,
) -> impl Stream<Item = Result<T, Status>> + Send {
    let (reader, taken) = mpsc::channel(AHEAD);
    let ended = Arc::new(OnceLock::new());
    let how = ended.clone();
    let ahead = async move {
        let end = read_ahead(told, &reader).await;
        // It is set once, here, and before the channel closes.
        let _ = how.set(end);
    };
    tokio::spawn(ahead.in_current_span());
    let last = async move {
        match ended.get() {
            Some(End::Told) => None,
            Some(End::Slow) => Some(Err(refusals::usual::slow_reader())),
            None => Some(Err(refusals::fault(&"a stream panicked"))),
        }
    };
    ReceiverStream::new(taken).chain(futures_util::stream::once(last).filter_map(std::future::ready))
}

async fn read_ahead<T>(told: impl Stream<Item = T>, reader: &mpsc::Sender<T>) -> End {
    let mut told = pin!(told);
    loop {
        let next = tokio::select! {
            () = reader.closed() => return End::Told,
            next = told.next() => next,
        };
        let Some(message) = next else { return End::Told };
        match reader.send_timeout(message, PATIENCE).await {
            Ok(()) => {}
            Err(SendTimeoutError::Closed(_)) => return End::Told,
            Err(SendTimeoutError::Timeout(_)) => return End::Slow,
        }
    }
}
