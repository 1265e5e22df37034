//! `practicum enrolments`: a university's own records, sent as the contract wants them, and the runs that came of it.

mod bar;
mod batches;
mod canvas;
mod cells;
mod dates;
mod lines;
mod notes;
mod oneroster;
pub mod options;
mod package;
mod rejects;
mod row;
mod rows;
mod runs;
mod send;
mod source;
mod summary;
mod table;
#[cfg(test)]
mod tests;

use crate::{failure, failure::Usage, say::say};
use anyhow::{Result, anyhow};
use contracts::enrolments::v1::{SyncOpen, SyncRun, sync_open::Mode, sync_run::State};
use options::{Enrolments, Sync};
use runs::Desk;
use send::Sending;
use source::{Ask, Source};
use std::{process::ExitCode, sync::Arc};
use tonic::Status;
use tonic_types::StatusExt;
use vocabulary::{Clock, Role};

const WAITS: u8 = 2;
const REFUSED: u8 = 3;
/// Rejects that are shown without being asked for.
const SHOWN: usize = 10;

/// Does what is asked and tells how it ended: 0 where it is in force (or planned, in a dry run), 2 where it waits for
/// a person, 3 where the service refuses, 1 where anything else failed, a command line that cannot be meant included.
pub async fn enrolments(command: Enrolments) -> ExitCode {
    let done = |()| ExitCode::SUCCESS;
    let ended = match command {
        Enrolments::Sync(options) => sync(*options).await,
        Enrolments::Runs(options) => runs::list(options).await.map(done),
        Enrolments::Show(options) => runs::show(options).await.map(done),
        Enrolments::Approve(one) => runs::approve(one).await.map(done),
        Enrolments::Discard(one) => runs::discard(one).await.map(done),
        Enrolments::Restore(one) => runs::restore(one).await.map(done),
    };
    ended.unwrap_or_else(|error| match failure::report(&error) {
        ExitCode::SUCCESS => ExitCode::SUCCESS,
        _ if refused(&error) => ExitCode::from(REFUSED),
        _ => ExitCode::FAILURE,
    })
}

/// Whether the service says no for a reason of its own.
fn refused(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Status>().is_some_and(|status| status.get_details_error_info().is_some())
}

async fn sync(options: Sync) -> Result<ExitCode> {
    let now = Clock::system().now();
    let ask = Ask {
        snapshot: (options.snapshot || options.delta).then_some(options.snapshot),
        years: options.academic_year.clone(),
        kind: options.course_kind.into(),
        today: dates::date(&now.format("%Y-%m-%d").to_string())
            .ok_or_else(|| anyhow!("the clock is out of range"))?,
    };
    let (path, format) = (options.path.clone(), options.format);
    let source = tokio::task::spawn_blocking(move || Source::open(&path, format, ask)).await??;
    let source = Arc::new(source);
    let open = open(&options, &source, &now.format("%Y%m%dt%H%M%S%3f").to_string())?;
    eprintln!("{} of data set {} as {}", about(&source), options.data_set, open.name);
    let name = open.name.clone();
    let sending =
        Sending::new(options.at.target(&options.partner, Role::EnrolmentSync), source.clone(), open);
    let sent = tokio::select! {
        sent = sending.send() => sent,
        stopped = chassis::stop_signal() => stopped.map_err(Into::into).and(Err(anyhow!("stopped"))),
    };
    let (run, notes) = sent.inspect_err(|error| {
        if !refused(error) && !error.is::<Usage>() {
            let run = name.rsplit('/').next().unwrap_or_default();
            eprintln!("what was stored of it is kept: the same command with --run {run} goes on with it");
        }
    })?;
    for note in notes.lines() {
        eprintln!("note: {note}");
    }
    say(summary::run(&run))?;
    tell_rejects(&options, source, &run).await?;
    let status = status(&run, options.dry_run);
    if status == ExitCode::from(WAITS) {
        say(format!("\nto apply it: practicum enrolments approve {}", run.name))?;
    }
    Ok(status)
}

fn open(options: &Sync, source: &Source, time: &str) -> Result<SyncOpen> {
    let data_set: String = options
        .data_set
        .to_ascii_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let data_set = data_set.trim_matches('-');
    let run = options.run.clone().unwrap_or_else(|| {
        format!("{}-{time}", data_set.get(..40).unwrap_or(data_set)).trim_start_matches('-').to_owned()
    });
    if options.data_set.trim().is_empty() {
        return Err(Usage("--data-set: expected a name such as sits-2026".into()).into());
    }
    let mut limits = options.limits;
    // Whoever mends rows is not held up by those that are still wrong: in a delta they drop nothing.
    if source.package().is_sheet() {
        limits.max_reject_percent = limits.max_reject_percent.or(Some(100.0));
    }
    let mode = if source.is_snapshot() { Mode::Snapshot } else { Mode::Delta };
    Ok(SyncOpen {
        name: format!("partners/{}/syncRuns/{run}", options.partner),
        data_set: options.data_set.clone(),
        mode: mode.into(),
        academic_years: if source.is_snapshot() || !options.academic_year.is_empty() {
            source.years().to_vec()
        } else {
            vec![]
        },
        limits: Some(limits.into()),
        dry_run: options.dry_run,
    })
}

fn about(source: &Source) -> String {
    if source.is_snapshot() {
        format!("a snapshot of {}", source.years().join(", "))
    } else {
        "a delta".to_owned()
    }
}

/// Tells what was refused, and writes the sheet where one is wanted.
async fn tell_rejects(options: &Sync, source: Arc<Source>, run: &SyncRun) -> Result<()> {
    if summary::rejected(run) == 0 && options.rejects.is_none() {
        return Ok(());
    }
    let mut desk = Desk::open(&options.at, &options.partner, Role::EnrolmentSync).await?;
    let most = if options.rejects.is_some() { usize::MAX } else { SHOWN };
    let rejects = desk.rejects(&run.name, most).await?;
    let read = source.clone();
    let rejects = tokio::task::spawn_blocking(move || rejects::explain(&read, rejects)).await??;
    if !rejects.is_empty() {
        say(format!("\n{}", summary::rejects(&rejects[..rejects.len().min(SHOWN)])))?;
    }
    let Some(path) = options.rejects.clone() else {
        return say("to have every row that was refused, to mend and send again: --rejects FILE.csv");
    };
    if !rejects.is_empty() {
        let format = clap::ValueEnum::to_possible_value(&options.format);
        let format = format.map(|format| format.get_name().to_owned()).unwrap_or_default();
        let (partner, data_set) = (&options.partner, &options.data_set);
        say(format!(
            "{} reasons in {}: mend it, then: practicum enrolments sync --partner {partner} --data-set {data_set} --format {format} {}",
            rejects.len(),
            path.display(),
            path.display()
        ))?;
    }
    tokio::task::spawn_blocking(move || rejects::write(&path, &source, rejects)).await?
}

fn status(run: &SyncRun, dry_run: bool) -> ExitCode {
    match run.state() {
        State::Applied | State::Restored => ExitCode::SUCCESS,
        State::Planned if dry_run => ExitCode::SUCCESS,
        State::Planned | State::AwaitingApproval => ExitCode::from(WAITS),
        State::Discarded => ExitCode::from(REFUSED),
        State::Unspecified | State::Receiving | State::Failed => ExitCode::FAILURE,
    }
}
