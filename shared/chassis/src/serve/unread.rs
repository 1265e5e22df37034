//! An answer that nobody reads is given up.
//!
//! While a reader takes nothing, hyper asks a body for nothing more, so that the body itself can end nothing. But hyper
//! runs each stream of a connection as a task of ours: where what the body handed out has not been taken for a minute,
//! the task ends, and h2 resets a stream that nobody holds. Its place, what it holds and what waits to be sent go with
//! it; the connection's other streams go on.

use pin_project_lite::pin_project;
use std::{
    cell::Cell,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Sleep, sleep};

/// Twice as long as a paced stream waits: who comes back in between still hears why it was cut.
const LONGEST: Duration = Duration::from_secs(60);

/// What a body has handed out.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Handed {
    frames: u32,
    /// The last one has not been taken, as far as the body knows.
    waits: bool,
}

thread_local! {
    /// Of the stream that is being polled on this thread.
    static HANDED: Cell<Handed> = const { Cell::new(Handed { frames: 0, waits: false }) };
}

/// The body is asked for more: what it handed out before has been taken.
pub(crate) fn asked() {
    HANDED.set(Handed { waits: false, ..HANDED.get() });
}

/// The body hands out data.
pub(crate) fn handed_out() {
    HANDED.set(Handed { frames: HANDED.get().frames.wrapping_add(1), waits: true });
}

/// Runs a connection's streams, each as long as no more than this passes without anything being taken of it.
#[derive(Clone, Copy)]
pub(super) struct Streams(Duration);

impl Default for Streams {
    fn default() -> Self {
        Self(LONGEST)
    }
}

impl<F: Future<Output = ()> + Send + 'static> hyper::rt::Executor<F> for Streams {
    fn execute(&self, stream: F) {
        tokio::spawn(Stream { stream, longest: self.0, handed: Handed::default(), unread: None });
    }
}

pin_project! {
    struct Stream<F> {
        #[pin]
        stream: F,
        longest: Duration,
        handed: Handed,
        // Runs while what was handed out waits: in the good case never.
        unread: Option<Pin<Box<Sleep>>>,
    }
}

impl<F: Future<Output = ()>> Future for Stream<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        let before = std::mem::take(this.handed);
        HANDED.set(before);
        let ended = this.stream.poll(cx).is_ready();
        *this.handed = HANDED.take();
        if *this.handed != before || !this.handed.waits {
            *this.unread = None;
        }
        if ended || !this.handed.waits {
            return if ended { Poll::Ready(()) } else { Poll::Pending };
        }
        this.unread.get_or_insert_with(|| Box::pin(sleep(*this.longest))).as_mut().poll(cx)
    }
}

#[cfg(test)]
mod tests;
