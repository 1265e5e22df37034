//! One connection, from its first byte to its last.

use crate::{Draining, acceptor, acceptor::Place, porch::Porch, serve::unread::Streams};
use hyper::server::conn::http2;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{
    hash::{BuildHasher, RandomState},
    pin::pin,
    sync::Arc,
    time::Duration,
};
use tokio::{net::TcpStream, time::sleep};
use tokio_rustls::TlsAcceptor;

/// Streams of one connection at once. Without a limit one client that resets as it asks starts tens of
/// thousands of handlers.
const STREAMS: u32 = 100;
const PENDING_RESETS: usize = 20;
const ERROR_RESETS: usize = 256;
const HEADER_BYTES: u32 = 16 << 10;
const PING_EVERY: Duration = Duration::from_secs(30);
const PING_WAIT: Duration = Duration::from_secs(10);
/// Connections are asked to end after so many seconds, at the least, so that callers spread anew over
/// replicas and a certificate that was withdrawn does not live on: 8 minutes less a fifth.
const LEAST_AGE: u64 = 384;
/// And this much later at the most, so that not all of them come back at once.
const AGE_SPREAD: u64 = 192;

/// How this server speaks.
pub(crate) struct Speaker {
    porch: Porch,
    http: http2::Builder<Streams>,
    tls: Option<TlsAcceptor>,
    handshake: Duration,
}

impl Speaker {
    pub fn new(porch: Porch, tls: Option<TlsAcceptor>, handshake: Duration) -> Self {
        let mut http = http2::Builder::new(Streams::default());
        http.timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS)
            .max_pending_accept_reset_streams(PENDING_RESETS)
            .max_local_error_reset_streams(ERROR_RESETS)
            .max_header_list_size(HEADER_BYTES)
            .keep_alive_interval(PING_EVERY)
            .keep_alive_timeout(PING_WAIT)
            .auto_date_header(false);
        Self { porch, http, tls, handshake }
    }

    /// Until the peer, its age or the drain ends it. After the last two it takes no new calls and ends
    /// when those under way have.
    pub async fn speak(self: Arc<Self>, socket: TcpStream, place: Place, draining: Draining) {
        let wire = tokio::select! {
            wire = acceptor::shake(socket, self.tls.clone(), self.handshake) => wire,
            () = draining.begun() => return,
        };
        let Ok(wire) = wire else { return };
        let mut connection = pin!(self.http.serve_connection(TokioIo::new(wire), self.porch.clone()));
        let mut leave = pin!(async {
            tokio::select! {
                () = sleep(age()) => {}
                () = draining.begun() => {}
            }
        });
        let mut leaving = false;
        loop {
            tokio::select! {
                biased;
                ended = &mut connection => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "a connection broke off");
                    }
                    break;
                }
                () = &mut leave, if !leaving => {
                    leaving = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
        drop(place);
    }
}

#[allow(clippy::disallowed_methods, reason = "a spread of ages, which decides nothing")]
fn age() -> Duration {
    Duration::from_secs(LEAST_AGE + RandomState::new().hash_one(()) % AGE_SPREAD)
}
