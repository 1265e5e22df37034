//! The stream of a run, reopened until it has come to its end.

use super::{
    bar::Bar,
    batches::{Made, make},
    notes::Notes,
    source::Source,
};
use crate::{
    cli::Target,
    client::{Nobody, bearer_of},
    patience::Patience,
};
use anyhow::{Result, anyhow};
use contracts::enrolments::v1::{
    GetSyncRunRequest, SyncEnrolmentsRequest, SyncEnrolmentsResponse, SyncFinish, SyncOpen, SyncRun,
    enrolment_sync_service_client::EnrolmentSyncServiceClient as Client,
    sync_enrolments_request::Message as Ask, sync_enrolments_response::Message as Answer, sync_run::State,
};
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status, Streaming, transport::Channel};
use tonic_types::StatusExt;

/// Batches sent ahead of what is acknowledged.
const WINDOW: usize = 4;
/// Tries in vain, about five minutes, before it is given up.
const TRIES: u32 = 16;

/// A server that says nothing for so long is taken for one that has gone.
const SILENCE: Duration = Duration::from_secs(300);
/// Why a run cannot be opened again of which everything has been sent.
const NOT_RECEIVING: &str = "RUN_NOT_RECEIVING";

/// The stream ended before the run did.
#[derive(Debug, thiserror::Error)]
#[error("the stream ended early")]
struct Lost;

/// One sending of an export.
pub struct Sending {
    target: Target,
    source: Arc<Source>,
    open: SyncOpen,
    bar: Bar,
    patience: Patience,
    notes: Notes,
    /// Everything was sent once: the run may have come to its end without our hearing of it.
    finished: bool,
}

impl Sending {
    pub fn new(target: Target, source: Arc<Source>, open: SyncOpen) -> Self {
        let bar = Bar::new(source.rows());
        let (patience, notes) = (Patience::default(), Notes::default());
        Self { target, source, open, bar, patience, notes, finished: false }
    }

    /// Sends everything, however often the stream breaks, and answers the run at its end and what was noticed.
    ///
    /// # Errors
    /// Nobody answers, the service refuses, or a file cannot be read.
    pub async fn send(mut self) -> Result<(SyncRun, Notes)> {
        loop {
            let error = match self.stream().await {
                Ok(run) => return Ok((run, self.notes)),
                Err(error) => error,
            };
            if self.finished
                && let Some(run) = self.ended().await
            {
                return Ok((run, self.notes));
            }
            if !self.may_pass(&error) || self.patience.tries() >= TRIES {
                return Err(error);
            }
            let wait = self.patience.next();
            self.bar.say(&format!(
                "lost the stream ({}): opening the run again in {} ms",
                brief(&error),
                wait.as_millis()
            ));
            tokio::time::sleep(wait).await;
        }
    }

    /// One stream, from its opening to its end.
    async fn stream(&mut self) -> Result<SyncRun> {
        // Room for the window, the opening and the finish, so that sending never waits while answers do.
        let (out, requests) = mpsc::channel(WINDOW + 2);
        let ask = |message| SyncEnrolmentsRequest { message: Some(message) };
        out.send(ask(Ask::Open(self.open.clone()))).await?;
        let mut client = Client::new(self.connect().await?);
        let request = bearer_of(&self.target, ReceiverStream::new(requests))?;
        let mut answers = client.sync_enrolments(request).await?.into_inner();
        let next = tokio::time::timeout(SILENCE, opened(&mut answers)).await.map_err(|_| Lost)??;
        self.patience.begin();
        let mut made = make(self.source.clone(), next);
        let (mut unacknowledged, mut finished) = (0, false);
        loop {
            tokio::select! {
                answer = answers.message() => match answer?.and_then(|answer| answer.message) {
                    Some(Answer::Accepted(accepted)) => {
                        unacknowledged -= 1;
                        self.patience.renew();
                        self.bar.stored(accepted.records_stored);
                    }
                    Some(Answer::Progress(progress)) => {
                        self.patience.renew();
                        self.bar.working(&progress);
                    }
                    Some(Answer::Finished(run)) => return Ok(run),
                    Some(Answer::Opened(_)) | None => return Err(Lost.into()),
                },
                () = tokio::time::sleep(SILENCE) => return Err(Lost.into()),
                part = made.recv(), if unacknowledged < WINDOW && !finished => {
                    let message = match part.ok_or_else(|| anyhow!("the files could not be read to their end"))?? {
                        Made::Batch(batch) => {
                            unacknowledged += 1;
                            Ask::Batch(batch)
                        }
                        Made::End(record_count, notes) => {
                            (finished, self.finished, self.notes) = (true, true, notes);
                            Ask::Finish(SyncFinish { record_count })
                        }
                    };
                    // Where nobody takes it, the answers say why.
                    let _ = out.send(ask(message)).await;
                }
            }
        }
    }

    async fn connect(&self) -> Result<Channel> {
        self.target.connect("enrolments").await
    }

    /// The run, where it has come to its end.
    async fn ended(&self) -> Option<SyncRun> {
        let mut client = Client::new(self.connect().await.ok()?);
        let ask = GetSyncRunRequest { name: self.open.name.clone() };
        let run = client.get_sync_run(bearer_of(&self.target, ask).ok()?).await.ok()?.into_inner();
        (!matches!(run.state(), State::Unspecified | State::Receiving)).then_some(run)
    }

    /// Whether the same might go well later: what a service says for a reason of its own is its answer, except that
    /// it is going away, says when to come again, or found a token of ours too old.
    fn may_pass(&self, error: &anyhow::Error) -> bool {
        if !self.patience.has_begun() {
            return false;
        }
        let Some(status) = error.downcast_ref::<Status>() else {
            return error.is::<Lost>() || error.is::<Nobody>();
        };
        let details = status.get_details_error_info();
        // It is being planned, and has not come to its end yet.
        let planning = details.is_some_and(|details| details.reason == NOT_RECEIVING) && self.finished;
        match status.code() {
            Code::Unavailable => true,
            Code::Unauthenticated => self.target.mints(),
            _ if planning => true,
            _ => status.get_details_error_info().is_none() || status.get_details_retry_info().is_some(),
        }
    }
}

/// The first batch that is not stored yet.
async fn opened(answers: &mut Streaming<SyncEnrolmentsResponse>) -> Result<i64> {
    match answers.message().await?.and_then(|answer| answer.message) {
        Some(Answer::Opened(opened)) => Ok(opened.next_sequence),
        _ => Err(Lost.into()),
    }
}

/// A status in its own words, without what the libraries add.
fn brief(error: &anyhow::Error) -> String {
    error.downcast_ref::<Status>().map_or_else(|| format!("{error:#}"), |status| status.message().to_owned())
}
