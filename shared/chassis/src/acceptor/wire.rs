//! A connection's bytes: the preface over again, then what the socket says. A peer that takes nothing
//! of what is written to it is given up.

use crate::acceptor::handshake::PREFACE;
use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};
use tokio_rustls::server::TlsStream;

/// How long a peer may take nothing. The protocol's own ping cannot see to it: the last word that it
/// would close the connection with is waiting to be written as well.
const LONGEST_STALL: Duration = Duration::from_secs(30);

pub(crate) enum Socket {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

pub(crate) struct Wire {
    socket: Socket,
    /// How much of the preface has been said over again.
    replayed: usize,
    /// Runs while the peer takes nothing.
    stall: Option<Pin<Box<Sleep>>>,
}

impl Wire {
    pub fn new(socket: Socket) -> Self {
        Self { socket, replayed: 0, stall: None }
    }

    fn watch<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stall = None;
            return written;
        }
        let stall = self.stall.get_or_insert_with(|| Box::pin(sleep(LONGEST_STALL)));
        stall.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

/// Does the same to either kind of socket.
macro_rules! either {
    ($socket:expr, $pinned:ident => $act:expr) => {
        match $socket {
            Socket::Plain(plain) => {
                let $pinned = Pin::new(plain);
                $act
            }
            Socket::Tls(tls) => {
                let $pinned = Pin::new(tls.as_mut());
                $act
            }
        }
    };
}

impl AsyncRead for Socket {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        either!(self.get_mut(), socket => socket.poll_read(cx, into))
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let rest = &PREFACE[this.replayed..];
        if rest.is_empty() {
            return Pin::new(&mut this.socket).poll_read(cx, into);
        }
        let length = rest.len().min(into.remaining());
        into.put_slice(&rest[..length]);
        this.replayed += length;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = either!(&mut this.socket, socket => socket.poll_write(cx, bytes));
        this.watch(cx, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = either!(&mut this.socket, socket => socket.poll_write_vectored(cx, parts));
        this.watch(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        match &self.socket {
            Socket::Plain(plain) => plain.is_write_vectored(),
            Socket::Tls(tls) => tls.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let flushed = either!(&mut this.socket, socket => socket.poll_flush(cx));
        this.watch(cx, flushed)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let shut = either!(&mut this.socket, socket => socket.poll_shutdown(cx));
        this.watch(cx, shut)
    }
}
