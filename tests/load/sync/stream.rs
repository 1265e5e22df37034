//! The client of a sync: everything is sent as fast as the server takes it.

use super::records::{Holdings, YEAR};
use anyhow::{Context, Result, bail, ensure};
use contracts::enrolments::v1::{
    SyncBatch, SyncEnrolmentsRequest, SyncFinish, SyncLimits, SyncOpen, SyncRecord, SyncRun,
    enrolment_sync_service_client::EnrolmentSyncServiceClient, sync_enrolments_request::Message,
    sync_enrolments_response::Message as Answer, sync_open::Mode, sync_run,
};
use practicum_tests::Client;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

/// Records in a batch.
const BATCH: usize = 5_000;
/// Batches that are sent and not acknowledged, at most.
const WINDOW: usize = 4;

pub type Sender = EnrolmentSyncServiceClient<Client>;

/// Sends a snapshot and answers the run, which has been applied.
pub async fn send(client: &mut Sender, held: Holdings<'_>, data_set: &str) -> Result<SyncRun> {
    let run = plan(client, data_set, Mode::Snapshot, held.all()).await?;
    ensure!(run.state() == sync_run::State::Applied, "the run is {:?}: {:?}", run.state(), run.guards);
    Ok(run)
}

/// Sends records and answers the run, which has been applied or waits for somebody.
pub async fn plan(
    client: &mut Sender,
    data_set: &str,
    mode: Mode,
    mut records: impl Iterator<Item = SyncRecord> + Send + 'static,
) -> Result<SyncRun> {
    let (to, from) = mpsc::channel(WINDOW);
    let name = format!("partners/teesside/syncRuns/{}", uuid::Uuid::now_v7().simple());
    let years = if mode == Mode::Snapshot { vec![YEAR.into()] } else { vec![] };
    let open = SyncOpen {
        name,
        data_set: data_set.into(),
        mode: mode.into(),
        academic_years: years,
        limits: Some(SyncLimits::default()),
        dry_run: false,
    };
    let sender = tokio::spawn(async move {
        to.send(request(Message::Open(open))).await?;
        let mut record_count = 0;
        for sequence in 0.. {
            let batch: Vec<_> = records.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                break;
            }
            record_count += i64::try_from(batch.len())?;
            to.send(request(Message::Batch(SyncBatch { sequence, records: batch }))).await?;
        }
        to.send(request(Message::Finish(SyncFinish { record_count }))).await?;
        Ok::<_, anyhow::Error>(())
    });
    let mut answers = client.sync_enrolments(ReceiverStream::new(from)).await?.into_inner();
    while let Some(answer) = answers.message().await? {
        if let Some(Answer::Finished(run)) = answer.message {
            sender.await??;
            return Ok(run);
        }
    }
    sender.await?.context("sending")?;
    bail!("the stream ended without its last message")
}

fn request(message: Message) -> SyncEnrolmentsRequest {
    SyncEnrolmentsRequest { message: Some(message) }
}
