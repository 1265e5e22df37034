//! The booking desk: one task that takes everything that waits and serves it in one transaction. There is no
//! timer: a batch is whatever came while the last one committed. Somebody alone waits for nothing.

mod batch;
mod floor;
pub(crate) use floor::stamp;

use crate::{
    Masterclasses,
    domain::{Booking, BookingName, SeatAsk, SessionName},
    error::Error,
};
use ledger::{Done, Fault, Key, Write};
use std::{
    collections::HashSet,
    sync::atomic::{AtomicU32, Ordering},
};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tracing::Span;
use vocabulary::{PartnerId, Revision};

/// Asks that wait at most; who comes then is told that the service is overloaded.
const QUEUE: usize = 4_096;
/// Asks that one transaction serves at most: what a statement's JSON stays small with.
const BATCH: usize = 512;
/// What somebody wants of a session's seats.
#[derive(Clone, Debug)]
pub enum Want {
    Book { session: SessionName, seats: Vec<SeatAsk>, join: bool },
    Cancel { booking: BookingName, etag: Option<Revision>, reason: String },
    Answer { booking: BookingName, accept: bool },
}

impl Want {
    fn session(&self) -> &SessionName {
        match self {
            Want::Book { session, .. } => session,
            Want::Cancel { booking, .. } | Want::Answer { booking, .. } => &booking.session,
        }
    }
}

/// What became of it: the bookings asked for, in order.
type Answer = Result<Done<Vec<Booking>>, Error>;

struct Ask {
    write: Write,
    want: Want,
    span: Span,
    reply: oneshot::Sender<Answer>,
}

/// A session in which something has fallen due, to be looked at. Its host's audit log will say so.
struct Settle {
    session: SessionName,
    host: PartnerId,
    reply: oneshot::Sender<Result<(), Error>>,
}

/// One thing that the desk has to do.
enum Task {
    Ask(Box<Ask>),
    Settle(Settle),
}

/// Whether to trust that no other process writes: not for a while after one did.
#[derive(Default)]
pub struct Caution(AtomicU32);

impl Caution {
    /// So many batches are served under locks once another process was seen to write.
    const BATCHES: u32 = 64;

    fn locks(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
    }

    fn raise(&self) {
        self.0.store(Self::BATCHES, Ordering::Relaxed);
    }
}

/// The way to the desk. Cheap to clone.
#[derive(Clone)]
pub struct Desk(mpsc::Sender<Task>);

/// The desk's own end of the queue, until [`run`] takes it.
pub struct Queue(mpsc::Receiver<Task>);

impl Desk {
    pub fn new() -> (Self, Queue) {
        let (sender, receiver) = mpsc::channel(QUEUE);
        (Self(sender), Queue(receiver))
    }

    /// Asks, and waits for the answer. Whoever stops waiting changes nothing: what has been asked is served.
    ///
    /// # Errors
    /// As the ask's action says, and [`Error::ShuttingDown`].
    pub async fn ask(&self, write: Write, want: Want) -> Answer {
        let deadline = write.call.deadline;
        let (reply, answer) = oneshot::channel();
        let ask = Ask { write, want, span: Span::current(), reply };
        let wait = async {
            self.0.send(Task::Ask(Box::new(ask))).await.map_err(|_| Error::ShuttingDown)?;
            answer.await.map_err(|_| self.unanswered())?
        };
        tokio::time::timeout(deadline.left(), wait).await.map_err(|_| Error::DeadlineExceeded)?
    }

    /// Has a session looked at.
    ///
    /// # Errors
    /// Storage fails.
    pub async fn settle(&self, session: SessionName, host: PartnerId) -> Result<(), Error> {
        let (reply, answer) = oneshot::channel();
        self.0.send(Task::Settle(Settle { session, host, reply })).await.map_err(|_| Error::ShuttingDown)?;
        answer.await.map_err(|_| self.unanswered())?
    }

    /// Why an answer never came: the desk is gone, or what it was doing panicked.
    fn unanswered(&self) -> Error {
        if self.0.is_closed() {
            return Error::ShuttingDown;
        }
        Fault::Bug("a batch at the booking desk panicked".into()).into()
    }
}

/// Serves the desk until `stop`; what waits then is still served.
pub async fn run(app: Masterclasses, mut queue: Queue, stop: CancellationToken) {
    let mut held: Vec<Task> = Vec::new();
    loop {
        if held.is_empty() {
            let next = tokio::select! {
                biased;
                task = queue.0.recv() => task,
                () = stop.cancelled() => None,
            };
            match next {
                Some(task) => held.push(task),
                None => return,
            }
        }
        take(&mut queue, &mut held);
        let (now, later) = without_twins(std::mem::take(&mut held));
        held = later;
        // In a task of its own, so that a panic there which is nobody's in particular costs its batch and not the desk.
        let served = tokio::spawn(batch::serve(app.clone(), now));
        if served.await.is_err() {
            tracing::error!(
                "a batch at the booking desk panicked; its callers are told that the service failed"
            );
        }
    }
}

/// Takes all that waits, as far as a statement should go.
fn take(queue: &mut Queue, held: &mut Vec<Task>) {
    while held.len() < BATCH
        && let Ok(task) = queue.0.try_recv()
    {
        held.push(task);
    }
}

/// Two asks with one request id cannot be served together: the second has to see the first's answer.
fn without_twins(tasks: Vec<Task>) -> (Vec<Task>, Vec<Task>) {
    let mut seen = HashSet::new();
    tasks.into_iter().partition(|task| match task {
        Task::Ask(ask) => ask.key().is_none_or(|key| seen.insert(key)),
        Task::Settle(_) => true,
    })
}

impl Ask {
    fn key(&self) -> Option<Key> {
        self.write.request_id.map(|id| Key::new(&self.write.call, id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settle() -> (SessionName, PartnerId) {
        let session = SessionName::from_key("m/s").expect("a session's key");
        (session, "durham".parse().expect("a partner"))
    }

    #[tokio::test]
    async fn a_batch_is_never_larger_than_a_statement_should_be() {
        let (desk, mut queue) = Desk::new();
        for _ in 0..BATCH + 1 {
            let desk = desk.clone();
            tokio::spawn(async move {
                let (session, host) = settle();
                let _ = desk.settle(session, host).await;
            });
        }
        while queue.0.len() <= BATCH {
            tokio::task::yield_now().await;
        }
        let (mut held, mut rest) = (Vec::new(), Vec::new());
        take(&mut queue, &mut held);
        take(&mut queue, &mut rest);
        assert_eq!((held.len(), rest.len()), (BATCH, 1));
    }
}
