//! TLS, where it is on, and the HTTP/2 preface: whoever has not said both in time is cut.

use crate::acceptor::{Wire, wire::Socket};
use std::{io, time::Duration};
use tokio::{io::AsyncReadExt, net::TcpStream};
use tokio_rustls::TlsAcceptor;

/// What every HTTP/2 client says first (RFC 9113, section 3.4).
pub(crate) const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Both handshakes within `wait`.
pub(crate) async fn shake(socket: TcpStream, tls: Option<TlsAcceptor>, wait: Duration) -> io::Result<Wire> {
    tokio::time::timeout(wait, greet(socket, tls)).await?
}

/// The preface is read here and said again by [`Wire`]: peeking at a plain socket would spin while a
/// part of it is there, and cannot be done under TLS.
async fn greet(socket: TcpStream, tls: Option<TlsAcceptor>) -> io::Result<Wire> {
    let mut socket = match tls {
        None => Socket::Plain(socket),
        Some(tls) => Socket::Tls(Box::new(tls.accept(socket).await?)),
    };
    let (mut said, mut length) = ([0; PREFACE.len()], 0);
    while length < PREFACE.len() {
        let more = socket.read(&mut said[length..]).await?;
        length += more;
        if more == 0 || said[..length] != PREFACE[..length] {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    Ok(Wire::new(socket))
}
