//! A network that fails on request: a TCP proxy on 127.0.0.1 whose faults are set while it runs.

mod pump;

use pump::{Direction, pump};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::AbortHandle,
};

/// What happens to the bytes. A change of mode applies to open connections too, from their next bytes on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Mode {
    /// They pass.
    #[default]
    Pass,
    /// They pass so much later, either way. Bytes that come together are late together.
    Delay(Duration),
    /// Nothing reaches the server. Nothing is lost either: as on a network that heals, what was held back passes
    /// when the mode changes.
    HoldRequests,
    /// Nothing reaches the client, in the same way.
    HoldReplies,
    /// The connection is reset after so many bytes of a connection have reached the server.
    CutRequestsAfter(u64),
    /// The connection is reset after so many bytes of a connection have reached the client.
    CutRepliesAfter(u64),
    /// With this probability (0 to 1), a reply is lost: the server has had the request, then the connection is
    /// reset. Drawn once for each run of replies that follows a request.
    DropReplies(f64),
    /// The server is told that the client will send no more; replies still pass.
    HalfClose,
    /// So many bytes at a time, with a pause after each, either way.
    Drip { bytes: usize, pause: Duration },
}

/// The proxy. It ends, and cuts its connections, when it is dropped.
pub struct Proxy {
    /// Where clients connect.
    pub address: SocketAddr,
    state: Arc<State>,
    accepting: AbortHandle,
}

pub(crate) struct State {
    mode: watch::Sender<Mode>,
    /// Counts the calls of [`Proxy::cut_all`].
    cuts: watch::Sender<u64>,
    connections: AtomicU64,
    lost: AtomicU64,
    chance: AtomicU64,
}

impl Proxy {
    /// A proxy for `upstream` (`host:port`), in [`Mode::Pass`].
    ///
    /// # Panics
    /// Where no port can be listened on.
    pub async fn start(upstream: impl Into<String>) -> Proxy {
        let listened = async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            Ok((listener.local_addr()?, listener))
        };
        let (address, listener) = crate::or_stop(listened.await);
        let state = Arc::new(State {
            mode: watch::Sender::new(Mode::Pass),
            cuts: watch::Sender::new(0),
            connections: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            chance: AtomicU64::new(0x9e37_79b9_7f4a_7c15),
        });
        let accepting = tokio::spawn(accept(listener, upstream.into(), state.clone())).abort_handle();
        Proxy { address, state, accepting }
    }

    pub fn set(&self, mode: Mode) {
        self.state.mode.send_replace(mode);
    }

    /// Resets every open connection. New ones are accepted.
    pub fn cut_all(&self) {
        self.state.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// Makes [`Mode::DropReplies`] draw another sequence. Without it, every run of a test draws the same.
    pub fn seed(&self, seed: u64) {
        self.state.chance.store(seed, Relaxed);
    }

    /// How many connections have been accepted.
    pub fn connections(&self) -> u64 {
        self.state.connections.load(Relaxed)
    }

    /// How many replies [`Mode::DropReplies`] has lost.
    pub fn replies_lost(&self) -> u64 {
        self.state.lost.load(Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.cut_all();
    }
}

impl State {
    /// A number from 0 to 1: splitmix64.
    fn draw(&self) -> f64 {
        let seed = self.chance.fetch_add(0x9e37_79b9_7f4a_7c15, Relaxed);
        let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

async fn accept(listener: TcpListener, upstream: String, state: Arc<State>) {
    loop {
        let Ok((client, _)) = listener.accept().await else { continue };
        state.connections.fetch_add(1, Relaxed);
        tokio::spawn(carry(client, upstream.clone(), state.clone()));
    }
}

/// Carries one connection until both ways have ended or it is cut.
async fn carry(mut client: TcpStream, upstream: String, state: Arc<State>) {
    let mut cuts = state.cuts.subscribe();
    let Ok(mut server) = TcpStream::connect(upstream).await else { return reset(&client) };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let asked = AtomicU64::new(0);
    let cut = {
        let ((from_client, to_client), (from_server, to_server)) = (client.split(), server.split());
        let requests = pump(from_client, to_server, Direction::Requests, &state, &asked);
        let replies = pump(from_server, to_client, Direction::Replies, &state, &asked);
        tokio::select! {
            ended = async { tokio::try_join!(requests, replies) } => ended.is_err(),
            _ = cuts.changed() => true,
        }
    };
    if cut {
        reset(&client);
        reset(&server);
    }
}

/// Has the socket send RST when it is dropped.
fn reset(socket: &TcpStream) {
    // A socket that the other side has reset already needs none.
    let _ = socket.set_zero_linger();
}
