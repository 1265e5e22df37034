//! One stream of a sync, as a task of the server's: a client that goes away stops no transaction, and nothing that it
//! has sent counts until its finish message is believed.
//!
//! One message is read ahead of the one that is being stored, and no more: a client that sends faster than the tables
//! take it is held up by the transport.

use crate::{
    Enrolments,
    actions::{Accepted, OpenSync, Receiving, SyncProgress},
    domain::{Refusal, sync::Record},
    error::Error,
    rpc::{parse, reply::sync as reply, status::status},
};
use chassis::Draining;
use contracts::enrolments::v1::{
    SyncBatchAccepted, SyncEnrolmentsRequest, SyncEnrolmentsResponse, SyncOpened,
    sync_enrolments_request::Message, sync_enrolments_response::Message as Told,
};
use futures_util::Stream;
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};
use tracing::Instrument;
use vocabulary::Call;

/// Answers that wait for the reader at most, beside what the transport holds.
const AHEAD: usize = 16;
/// How long a client may say nothing, or take nothing.
const PATIENCE: Duration = Duration::from_secs(120);
const TICK: Duration = Duration::from_secs(1);

/// What a client says, checked.
enum Asked {
    Open(Box<OpenSync>),
    Batch(i64, Vec<Record>),
    Finish(i64),
}

type Answers = mpsc::Sender<Result<SyncEnrolmentsResponse, Status>>;

/// Why a conversation is over before its end.
enum Over {
    /// The client is told.
    Refused(Box<Status>),
    /// There is nobody to tell.
    Gone,
}

impl From<Status> for Over {
    fn from(status: Status) -> Self {
        Over::Refused(Box::new(status))
    }
}

impl From<Error> for Over {
    fn from(error: Error) -> Self {
        status(error).into()
    }
}

/// Begins to listen. What it says ends when the client does, or when it has been told how the run ended.
pub fn begin(
    app: Enrolments,
    call: Call,
    asked: Streaming<SyncEnrolmentsRequest>,
    draining: Draining,
) -> impl Stream<Item = Result<SyncEnrolmentsResponse, Status>> + Send {
    let (answers, taken) = mpsc::channel(AHEAD);
    let (ahead, next) = mpsc::channel(1);
    tokio::spawn(read_ahead(asked, ahead).in_current_span());
    let talk = async move {
        let mut talk = Conversation { app, call, next, answers, draining };
        if let Err(Over::Refused(status)) = talk.hold().await {
            // Nobody may be there to hear it.
            let _ = talk.answers.send_timeout(Err(*status), PATIENCE).await;
        }
    };
    tokio::spawn(talk.in_current_span());
    ReceiverStream::new(taken)
}

/// Reads and checks messages until the client ends, says something that is wrong, or nobody listens any more: what a
/// client leaves open would hold up a process that is to go.
async fn read_ahead(mut asked: Streaming<SyncEnrolmentsRequest>, ahead: mpsc::Sender<Result<Asked, Status>>) {
    loop {
        let heard = tokio::select! {
            () = ahead.closed() => return,
            heard = asked.message() => heard,
        };
        let asked = match heard {
            Ok(Some(message)) => checked(message),
            Ok(None) => return,
            Err(status) => Err(status),
        };
        let last = asked.is_err();
        if ahead.send(asked).await.is_err() || last {
            return;
        }
    }
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
fn checked(message: SyncEnrolmentsRequest) -> Result<Asked, Status> {
    parse::sync_message(&message)?;
    match message.message {
        Some(Message::Open(open)) => Ok(Asked::Open(Box::new(parse::open_sync(open)?))),
        Some(Message::Batch(batch)) => {
            Ok(Asked::Batch(batch.sequence, batch.records.into_iter().map(parse::sync_record).collect()))
        }
        Some(Message::Finish(finish)) => Ok(Asked::Finish(finish.record_count)),
        None => Err(status(Refusal::OpenExpected.into())),
    }
}

struct Conversation {
    app: Enrolments,
    call: Call,
    next: mpsc::Receiver<Result<Asked, Status>>,
    answers: Answers,
    draining: Draining,
}

impl Conversation {
    async fn hold(&mut self) -> Result<(), Over> {
        let Some(Asked::Open(open)) = self.listen().await? else {
            return Err(Error::from(Refusal::OpenExpected).into());
        };
        let mut receiving = self.app.sync_enrolments(&self.call, *open).await?;
        let opened =
            SyncOpened { name: receiving.name().to_string(), next_sequence: receiving.next_sequence() };
        self.say(Told::Opened(opened)).await?;
        loop {
            let heard = tokio::select! {
                biased;
                heard = self.listen() => heard?,
                stored = receiving.stored(), if receiving.is_storing() => {
                    self.tell(stored?).await?;
                    continue;
                }
            };
            match heard {
                // However a stream ends: without its finish message it has changed nothing. What came is kept for its next.
                None => return self.tell(receiving.all_stored().await?).await,
                Some(Asked::Open(_)) => return Err(Error::from(Refusal::OpenExpected).into()),
                Some(Asked::Batch(sequence, records)) => {
                    let before = receiving.take(sequence, records).await?;
                    self.tell(before).await?;
                }
                Some(Asked::Finish(counted)) => {
                    self.tell(receiving.all_stored().await?).await?;
                    return self.finish(receiving, counted).await;
                }
            }
        }
    }

    /// What the client says next; `None` where its stream has ended.
    async fn listen(&mut self) -> Result<Option<Asked>, Over> {
        let heard = tokio::select! {
            // What has come already is dealt with first, unless the process is going away.
            biased;
            () = self.draining.begun() => return Err(Error::ShuttingDown.into()),
            heard = tokio::time::timeout(PATIENCE, self.next.recv()) => heard,
        };
        match heard {
            Err(_) => Err(Error::DeadlineExceeded.into()),
            Ok(None) => Ok(None),
            Ok(Some(heard)) => Ok(Some(heard?)),
        }
    }

    /// Which batches are stored.
    async fn tell(&self, stored: impl IntoIterator<Item = Accepted>) -> Result<(), Over> {
        for Accepted { sequence, records } in stored {
            self.say(Told::Accepted(SyncBatchAccepted { sequence, records_stored: records })).await?;
        }
        Ok(())
    }

    async fn say(&self, message: Told) -> Result<(), Over> {
        let message = SyncEnrolmentsResponse { message: Some(message) };
        self.answers.send_timeout(Ok(message), PATIENCE).await.map_err(|_| Over::Gone)
    }

    /// The run is planned, and applied, in a task of its own: nobody need stay to hear of it.
    async fn finish(&self, mut receiving: Receiving, counted: i64) -> Result<(), Over> {
        receiving.finish(counted).await?;
        let (app, name, records) = (self.app.clone(), receiving.name().clone(), receiving.records());
        let clear = receiving.clear();
        // What it compared records with is not needed any more.
        drop(receiving);
        let progress = Arc::new(SyncProgress::default());
        let seen = progress.clone();
        let work = async move { app.conclude(&name, clear, &seen).await };
        let mut work = tokio::spawn(work.in_current_span());
        loop {
            tokio::select! {
                biased;
                done = &mut work => {
                    let run = done.map_err(|_| refusals::fault(&"a plan panicked"))??;
                    return self.say(Told::Finished(reply::sync_run(&run))).await;
                }
                () = self.draining.begun() => return Err(Error::ShuttingDown.into()),
                () = tokio::time::sleep(TICK) => self.say(Told::Progress(reply::progress(&progress, records))).await?,
            }
        }
    }
}
