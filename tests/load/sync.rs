//! Syncs over gRPC end to end, against the same rows by COPY and a merge in SQL without gRPC.

mod alike;
mod copy;
mod records;
mod server;
mod stream;
mod turnover;

pub use turnover::turnover;

use crate::{settled::settle, table};
use anyhow::Result;
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
    "shared_buffers = 4GB\nmin_wal_size = 7GB\nmax_wal_size = 16GB\ncheckpoint_timeout = 15min\n";

/// Where sizes are compared: it would vacuum the rows of one while the other is measured.
const UNVACUUMED: &str = "autovacuum = off\n";

/// New, unchanged, and one of a hundred changed: 100,000 records each.
pub async fn pairs(rounds: usize) -> Result<()> {
    let cluster = Postgres::start_private_with(true, SIZED);
    settle(&cluster).await?;
    let server = Server::up(&cluster).await?;
    let mut sender = server.sender().await?;
    let mut copy = Copy::prepare(server.owner()?).await?;
    let line = |(what, floor)| table::Line::new(format!("{RECORDS} records, {what}"), floor);
    let mut lines = [("new", 0.7), ("unchanged", 2.0), ("1 % changed", 1.5)].map(line);
    let mut alike = ["new", "unchanged", "1 % changed"].map(|what| line((what, 0.0)));
    let mut logged = Vec::new();
    for round in 0..rounds {
        let prefix = format!("r{round}");
        for ((line, alike), edition) in lines.iter_mut().zip(&mut alike).zip([0, 0, 1 + round]) {
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
            let began = Instant::now();
            copy.send_alike(held, &prefix).await?;
            alike.add(rate(RECORDS, ours), rate(RECORDS, began.elapsed()));
            copy.analyze().await?;
        }
    }
    let title = "Syncs of 100,000 records, PostgreSQL, against COPY and a merge in SQL (records a second)";
    table::print(title, &lines);
    table::print("The same against a merge into tables as ours are", &alike);
    println!(
        "bytes in the write-ahead log for a record when nothing changed: median {:.2} (at most 1)",
        table::median(logged.into_iter())
    );
    Ok(())
}

/// A million records against 100,000: time and memory.
pub async fn growth(rounds: usize) -> Result<()> {
    println!("\nA million records against 100,000, PostgreSQL");
    println!(
        "| round | what | 100,000: s | 1,000,000: s | ratio (at most 11) | memory above idle: MiB (at most 64 more) |"
    );
    println!("|---|---|---|---|---|---|");
    for round in 0..rounds.min(3) {
        // One that is full has to write out pages of the round before, some way into the larger sync.
        let cluster = Postgres::start_private_with(true, &format!("{SIZED}{UNVACUUMED}"));
        settle(&cluster).await?;
        let server = Server::up(&cluster).await?;
        let mut sender = server.sender().await?;
        for what in ["new", "unchanged"] {
            let (little, _) = timed(&server, &mut sender, "small", RECORDS).await?;
            let (much, above) = timed(&server, &mut sender, "large", MANY).await?;
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

/// The same syncs with few and with many rows of other universities beside them.
pub async fn neighbours(rounds: usize) -> Result<()> {
    let cluster = Postgres::start_private_with(true, &format!("{SIZED}{UNVACUUMED}"));
    settle(&cluster).await?;
    let (few, many) = (Server::up(&cluster).await?, Server::up(&cluster).await?);
    let mut senders = [many.sender().await?, few.sender().await?];
    for (server, rows) in [(&few, 400_000), (&many, 4_000_000)] {
        Copy::neighbours(server.owner()?, rows).await?;
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
