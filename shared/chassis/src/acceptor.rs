//! From a listening socket to connections that speak HTTP/2. A socket that says nothing is cut after
//! the handshake time and holds a place only until then: the server library by itself keeps silent
//! sockets for ever, and its shutdown then waits for them.

mod handshake;
mod places;
mod wire;

pub(crate) use handshake::shake;
pub(crate) use places::{Place, Places};
pub(crate) use wire::Wire;

use std::{io, net::SocketAddr, time::Duration};
use tokio::net::{TcpListener, TcpStream};

const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The next socket that there is a place for. When file handles run out it waits, longer each time,
/// rather than spin: what is open may close meanwhile.
pub(crate) async fn next(listener: &TcpListener, places: &Places) -> (TcpStream, Place) {
    let mut pause = FIRST_PAUSE;
    loop {
        match listener.accept().await {
            Ok((socket, peer)) => match seat(socket, peer, places) {
                Some(seated) => return seated,
                // Dropped and so closed: the peer, or the process, has all that it may have.
                None => tracing::debug!("a connection too many"),
            },
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "cannot accept connections");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

fn seat(socket: TcpStream, peer: SocketAddr, places: &Places) -> Option<(TcpStream, Place)> {
    let place = places.take(peer.ip())?;
    // Without it small answers wait for the acknowledgement of the ones before.
    socket.set_nodelay(true).ok()?;
    Some((socket, place))
}

/// The peer went away between asking and being let in; nothing is wrong with the listener.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}
