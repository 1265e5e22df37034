//! Students who go and come back, records that are refused, and runs undone: what ten times as many take. Whatever passes
//! over everything for each record shows here, and nowhere else.

use super::{
    MANY, RECORDS, SIZED,
    records::Holdings,
    server::Server,
    stream::{self, Sender},
};
use crate::settled::{checkpoint, settle};
use anyhow::Result;
use contracts::enrolments::v1::{
    ApplySyncRunRequest, LearnerRecord, RestoreSyncRunRequest, SyncRecord, SyncRun, sync_open::Mode,
    sync_record::Record, sync_run,
};
use std::time::{Duration, Instant};
use testkit::Postgres;

/// Rows of SQLite, which takes longer.
const SOME: [usize; 2] = [20_000, 200_000];

pub async fn turnover(_: usize) -> Result<()> {
    let cluster = Postgres::start_private_with(true, SIZED);
    settle(&cluster).await?;
    for (server, sizes) in [(Server::up(&cluster).await?, [RECORDS, MANY]), (Server::up_on_a_file()?, SOME)] {
        let mut university = University {
            sender: server.sender().await?,
            registrar: server.registrar().await?,
            took: Vec::new(),
        };
        println!("\nSyncs of people who come and go, {}", server.store());
        println!("| what | {} records: s | {}: s | ratio |", sizes[0], sizes[1]);
        println!("|---|---|---|---|");
        for (set, records) in [("few", sizes[0]), ("many", sizes[1])] {
            checkpoint(&cluster).await?;
            university.year(set, records).await?;
        }
        university.print();
    }
    Ok(())
}

struct University {
    sender: Sender,
    registrar: Sender,
    took: Vec<(&'static str, Duration)>,
}

impl University {
    async fn year(&mut self, set: &str, records: usize) -> Result<()> {
        let all = Holdings::new(set, records, 0);
        let fewer = Holdings { gone: 40, ..all };
        let changed = Holdings { edition: 1, each: 1, ..all };
        self.send("all new", set, Mode::Snapshot, all.all()).await?;
        self.send("one of forty enrolments gone", set, Mode::Snapshot, fewer.all()).await?;
        self.send("the same back", set, Mode::Snapshot, all.all()).await?;
        let run = self.send("every enrolment changed", set, Mode::Snapshot, changed.all()).await?;
        self.undo("that undone", run).await?;
        let run = self.send("one of forty gone, after that", set, Mode::Snapshot, fewer.all()).await?;
        self.undo("that undone", run).await?;
        self.send("one of a hundred refused", set, Mode::Snapshot, misled(all)).await?;
        self.send("one of forty learners dropped by a delta", set, Mode::Delta, leavers(all)).await?;
        Ok(())
    }

    /// Sends records; somebody agrees to what waits.
    async fn send(
        &mut self,
        what: &'static str,
        set: &str,
        mode: Mode,
        records: impl Iterator<Item = SyncRecord> + Send + 'static,
    ) -> Result<SyncRun> {
        let began = Instant::now();
        let run = stream::plan(&mut self.sender, set, mode, records).await?;
        if run.state() == sync_run::State::AwaitingApproval {
            let ask = ApplySyncRunRequest { name: run.name.clone(), ..Default::default() };
            self.registrar.apply_sync_run(ask).await?;
        }
        self.took.push((what, began.elapsed()));
        Ok(run)
    }

    async fn undo(&mut self, what: &'static str, run: SyncRun) -> Result<()> {
        let began = Instant::now();
        let ask = RestoreSyncRunRequest { name: run.name, ..Default::default() };
        self.registrar.restore_sync_run(ask).await?;
        self.took.push((what, began.elapsed()));
        Ok(())
    }

    fn print(&self) {
        let (few, many) = self.took.split_at(self.took.len() / 2);
        for ((what, little), (_, much)) in few.iter().zip(many) {
            let (little, much) = (little.as_secs_f64(), much.as_secs_f64());
            println!("| {what} | {little:.2} | {much:.2} | {:.1} |", much / little);
        }
    }
}

/// Every hundredth enrolment is on a run that nobody has heard of.
fn misled(held: Holdings<'_>) -> impl Iterator<Item = SyncRecord> + Send + 'static {
    held.all().enumerate().map(|(n, mut record)| {
        if let Some(Record::Enrolment(enrolment)) = &mut record.record
            && n.is_multiple_of(100)
        {
            enrolment.course_run_source_id = "nowhere".into();
        }
        record
    })
}

/// Every fortieth learner is no longer there.
fn leavers(held: Holdings<'_>) -> impl Iterator<Item = SyncRecord> + Send + 'static {
    let ids: Vec<String> = (0..held.learners()).step_by(40).map(|n| held.learner_id(n)).collect();
    ids.into_iter().map(|source_id| SyncRecord {
        source_id,
        dropped: true,
        record: Some(Record::Learner(LearnerRecord::default())),
        ..Default::default()
    })
}
