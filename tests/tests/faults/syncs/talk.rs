//! A client of the stream, message by message.

use contracts::enrolments::v1::{
    SyncBatch, SyncEnrolmentsRequest, SyncEnrolmentsResponse, SyncFinish, SyncOpen, SyncRecord, SyncRun,
    enrolment_sync_service_client::EnrolmentSyncServiceClient, sync_enrolments_request::Message,
    sync_enrolments_response::Message as Answer,
};
use practicum_tests::{Client, people::Bearer};
use prost::Message as _;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Status, Streaming, service::interceptor::InterceptedService, transport::Channel};

pub type Sender = EnrolmentSyncServiceClient<Client>;

/// Whoever has this token, over this connection.
pub fn sender(channel: Channel, token: &str) -> Sender {
    let bearer = Bearer(format!("Bearer {token}").parse().expect("a token is ASCII"));
    EnrolmentSyncServiceClient::new(InterceptedService::new(channel, bearer))
}

pub fn request(message: Message) -> SyncEnrolmentsRequest {
    SyncEnrolmentsRequest { message: Some(message) }
}

pub fn batch(sequence: i64, records: &[SyncRecord]) -> SyncBatch {
    SyncBatch { sequence, records: records.to_vec() }
}

/// One stream. Dropping it is a client that goes away.
pub struct Talk {
    to: mpsc::Sender<SyncEnrolmentsRequest>,
    pub answers: Streaming<SyncEnrolmentsResponse>,
}

impl Talk {
    /// Opens a run; says which batch comes next.
    pub async fn open(sender: &Sender, open: &SyncOpen) -> Result<(Self, i64), Status> {
        Self::open_as(sender, open, |_| {}).await
    }

    /// As [`Talk::open`], with a request that `how` has changed.
    pub async fn open_as(
        sender: &Sender,
        open: &SyncOpen,
        how: impl FnOnce(&mut Request<ReceiverStream<SyncEnrolmentsRequest>>),
    ) -> Result<(Self, i64), Status> {
        let (to, from) = mpsc::channel(256);
        to.send(request(Message::Open(open.clone()))).await.expect("it has room");
        let mut asked = Request::new(ReceiverStream::new(from));
        how(&mut asked);
        let answers = sender.clone().sync_enrolments(asked).await?.into_inner();
        let mut talk = Self { to, answers };
        match talk.hear().await? {
            Some(Answer::Opened(opened)) => Ok((talk, opened.next_sequence)),
            other => panic!("not opened, but {other:?}"),
        }
    }

    /// Whether there was still anybody to say it to.
    pub async fn say(&self, message: Message) -> bool {
        self.to.send(request(message)).await.is_ok()
    }

    pub async fn hear(&mut self) -> Result<Option<Answer>, Status> {
        Ok(self.answers.message().await?.and_then(|answer| answer.message))
    }

    /// Hears that a batch is stored.
    pub async fn accepted(&mut self) -> Result<i64, Status> {
        match self.hear().await? {
            Some(Answer::Accepted(accepted)) => Ok(accepted.sequence),
            // A connection that breaks may look like this.
            None => Err(Status::unavailable("the stream ended")),
            other => panic!("not accepted, but {other:?}"),
        }
    }

    pub async fn store(&mut self, batch: SyncBatch) -> Result<i64, Status> {
        self.say(Message::Batch(batch)).await;
        self.accepted().await
    }

    /// Ends the client's half of the stream, and hears the rest.
    pub async fn half_close(self) -> Result<i64, Status> {
        let Self { to, mut answers } = self;
        drop(to);
        let mut heard = 0;
        while let Some(answer) = answers.message().await? {
            heard += i64::from(matches!(answer.message, Some(Answer::Accepted(_))));
        }
        Ok(heard)
    }

    /// Says that so many records were sent, and hears what became of the run.
    pub async fn finish(mut self, record_count: i64) -> Result<SyncRun, Status> {
        self.say(Message::Finish(SyncFinish { record_count })).await;
        loop {
            match self.hear().await? {
                Some(Answer::Finished(run)) => return Ok(run),
                Some(Answer::Progress(_)) => {}
                other => panic!("not finished, but {other:?}"),
            }
        }
    }
}

/// Sends everything in batches of so many, and finishes.
pub async fn send(
    sender: &Sender,
    open: &SyncOpen,
    records: &[SyncRecord],
    each: usize,
) -> Result<SyncRun, Status> {
    let (mut talk, next) = Talk::open(sender, open).await?;
    assert_eq!(next, 0, "a fresh run");
    for (sequence, part) in (0..).zip(records.chunks(each)) {
        talk.store(batch(sequence, part)).await?;
    }
    talk.finish(i64::try_from(records.len()).expect("a small number")).await
}

/// As [`send`], in batches of at most a hundred that are each smaller than the largest message.
pub async fn send_parts(sender: &Sender, open: &SyncOpen, records: &[SyncRecord]) -> Result<SyncRun, Status> {
    const LARGEST: usize = 1 << 20;
    let (mut talk, _) = Talk::open(sender, open).await?;
    let (mut sequence, mut rest) = (0, records);
    while !rest.is_empty() {
        let mut bytes = 1_000;
        let fits = rest.iter().take(100).take_while(|record| {
            bytes += record.encoded_len() + 8;
            bytes < LARGEST
        });
        let (part, after) = rest.split_at(fits.count().max(1));
        talk.store(batch(sequence, part)).await?;
        (sequence, rest) = (sequence + 1, after);
    }
    talk.finish(i64::try_from(records.len()).expect("a small number")).await
}
