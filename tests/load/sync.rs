//! Syncs over gRPC end to end, against the same rows by COPY and a merge in SQL without gRPC.

mod copy;
mod records;
mod server;
mod stream;

use crate::{settled::settle, table};
use anyhow::Result;
use contracts::enrolments::v1::{ApplySyncRunRequest, RestoreSyncRunRequest, sync_run};
use copy::Copy;
use records::Holdings;
use server::Server;
use std::time::{Duration, Instant};
use testkit::Postgres;

const RECORDS: usize = 100_000;
const MANY: usize = 1_000_000;

/// As a server of a university's size has it, for both sides: PostgreSQL's own defaults are for a machine with little
/// memory, which it would write out and read again while a million records are applied.
const SIZED: &str =
    "shared_buffers = 1GB\nmin_wal_size = 3GB\nmax_wal_size = 8GB\ncheckpoint_timeout = 15min\n";

/// New, unchanged, and one of a hundred changed: 100,000 records each.
pub async fn pairs(rounds: usize) -> Result<()> {
    let cluster = Postgres::start_private_with(true, SIZED);
    settle(&cluster).await?;
    let server = Server::up(&cluster).await?;
    let mut copy = Copy::prepare(server.database.owner_url.as_ref()).await?;
    let mut sender = server.sender().await?;
    let mut lines = [("new", 0.7), ("unchanged", 2.0), ("1 % changed", 1.5)]
        .map(|(what, floor)| table::Line::new(format!("{RECORDS} records, {what}"), floor));
    let mut logged = Vec::new();
    for round in 0..rounds {
        let prefix = format!("r{round}");
        for (line, edition) in lines.iter_mut().zip([0, 0, 1 + round]) {
            let held = Holdings::new(&prefix, RECORDS, edition);
            let before = copy.wal().await?;
            let began = Instant::now();
            let run = stream::send(&mut sender, held, &prefix).await?;
            let ours = began.elapsed();
            let enrolments = run.enrolments.unwrap_or_default();
            if enrolments.unchanged == i64::try_from(held.enrolments())? {
                logged.push((copy.wal().await? - before) as f64 / RECORDS as f64);
            }
            let began = Instant::now();
            copy.send(held, &prefix).await?;
            line.add(rate(RECORDS, ours), rate(RECORDS, began.elapsed()));
            copy.analyze().await?;
        }
    }
    let title = "Syncs of 100,000 records, PostgreSQL, against COPY and a merge in SQL (records a second)";
    table::print(title, &lines);
    println!(
        "bytes in the write-ahead log for a record when nothing changed: median {:.2} (at most 1)",
        table::median(logged.into_iter())
    );
    Ok(())
}

/// A million records against 100,000: time and memory.
pub async fn growth(rounds: usize) -> Result<()> {
    let cluster = Postgres::start_private_with(true, SIZED);
    settle(&cluster).await?;
    let server = Server::up(&cluster).await?;
    let mut sender = server.sender().await?;
    println!("\nA million records against 100,000, PostgreSQL");
    println!(
        "| round | what | 100,000: s | 1,000,000: s | ratio (at most 11) | memory above idle: MiB (at most 64 more) |"
    );
    println!("|---|---|---|---|---|---|");
    for round in 0..rounds.min(3) {
        let (small, large) = (format!("s{round}"), format!("l{round}"));
        for what in ["new", "unchanged"] {
            let (little, _) = timed(&server, &mut sender, &small, RECORDS).await?;
            let (much, above) = timed(&server, &mut sender, &large, MANY).await?;
            println!("| {round} | {what} | {little:.2} | {much:.2} | {:.1} | {above:.0} |", much / little);
        }
    }
    Ok(())
}

/// Seconds, and mebibytes of the server at most above what it had before.
async fn timed(
    server: &Server,
    sender: &mut stream::Sender,
    prefix: &str,
    records: usize,
) -> Result<(f64, f64)> {
    let (idle, _) = server.memory()?;
    server.forget_peak()?;
    let began = Instant::now();
    stream::send(sender, Holdings::new(prefix, records, 0), prefix).await?;
    let took = began.elapsed().as_secs_f64();
    let (_, peak) = server.memory()?;
    Ok((took, peak.saturating_sub(idle) as f64 / f64::from(1 << 20)))
}

/// Students who go and come back, and runs undone: what a million records take against 100,000. Whatever is looked up by
/// passing over everything shows here.
pub async fn turnover(_: usize) -> Result<()> {
    let cluster = Postgres::start_private_with(true, SIZED);
    settle(&cluster).await?;
    let server = Server::up(&cluster).await?;
    let mut sender = server.sender().await?;
    let registrar = server.registrar().await?;
    println!("\nSyncs of people who come and go, PostgreSQL");
    println!("| what | 100,000: s | 1,000,000: s | ratio |");
    println!("|---|---|---|---|");
    let mut took = Vec::new();
    for (prefix, records) in [("s", RECORDS), ("l", MANY)] {
        let all = Holdings::new(prefix, records, 0);
        let fewer = Holdings { gone: 40, ..all };
        let changed = Holdings { edition: 1, each: 1, ..all };
        for (what, held, undone) in [
            ("all new", all, false),
            ("one of forty enrolments gone", fewer, false),
            ("the same back", all, false),
            ("the end of every enrolment changed", changed, true),
            ("one of forty gone", fewer, true),
        ] {
            let began = Instant::now();
            let run = stream::plan(&mut sender, held, prefix).await?;
            if run.state() == sync_run::State::AwaitingApproval {
                let ask = ApplySyncRunRequest { name: run.name.clone(), ..Default::default() };
                registrar.clone().apply_sync_run(ask).await?;
            }
            took.push((what.to_owned(), began.elapsed()));
            if undone {
                let began = Instant::now();
                let ask = RestoreSyncRunRequest { name: run.name, ..Default::default() };
                registrar.clone().restore_sync_run(ask).await?;
                took.push((format!("{what}: undone"), began.elapsed()));
            }
        }
    }
    let (few, many) = took.split_at(took.len() / 2);
    for ((what, little), (_, much)) in few.iter().zip(many) {
        let (little, much) = (little.as_secs_f64(), much.as_secs_f64());
        println!("| {what} | {little:.2} | {much:.2} | {:.1} |", much / little);
    }
    Ok(())
}

/// The same syncs with few and with many rows of other universities beside them.
pub async fn neighbours(rounds: usize) -> Result<()> {
    // It would vacuum one side's rows while the other is measured.
    let cluster = Postgres::start_private_with(true, &format!("{SIZED}autovacuum = off\n"));
    settle(&cluster).await?;
    let (few, many) = (Server::up(&cluster).await?, Server::up(&cluster).await?);
    let mut senders = [many.sender().await?, few.sender().await?];
    for (server, rows) in [(&few, 400_000), (&many, 4_000_000)] {
        Copy::neighbours(server.database.owner_url.as_ref(), rows).await?;
    }
    let mut lines = ["new", "unchanged", "1 % changed"]
        .map(|what| table::Line::new(format!("{what}: beside 4,000,000 rows, against beside 400,000"), 0.95));
    for round in 0..rounds {
        let prefix = format!("r{round}");
        for (line, edition) in lines.iter_mut().zip([0, 0, 1 + round]) {
            let held = Holdings::new(&prefix, RECORDS, edition);
            // In turns the first: whoever follows a first sync has the rest of its writing beside it.
            let mut took = [Duration::ZERO; 2];
            for side in [round % 2, 1 - round % 2] {
                let began = Instant::now();
                stream::send(&mut senders[side], held, &prefix).await?;
                took[side] = began.elapsed();
            }
            line.add(rate(RECORDS, took[0]), rate(RECORDS, took[1]));
        }
    }
    table::print("Syncs of 100,000 records beside other universities' rows (records a second)", &lines);
    Ok(())
}

fn rate(records: usize, took: std::time::Duration) -> f64 {
    records as f64 / took.as_secs_f64()
}
