//! `practicum match`: students and places are matched, and a coordinator reads what came of it.

mod desk;
pub mod options;
mod report;
#[cfg(test)]
mod tests;

use crate::{failure, say::say};
use anyhow::Result;
use desk::Desk;
use options::Match;
use std::process::ExitCode;
use tonic::Status;
use tonic_types::StatusExt;

const PASSED_OVER: u8 = 2;
const REFUSED: u8 = 3;

/// Does what is asked and tells how it ended: 0 where the run is made, shown or applied, 2 where it is applied and a
/// match of it was passed over, 3 where the service refuses, 1 where anything else failed, a command line that cannot
/// be meant included.
pub async fn matching(options: Match) -> ExitCode {
    run(options).await.unwrap_or_else(|error| match failure::report(&error) {
        ExitCode::SUCCESS => ExitCode::SUCCESS,
        _ if refused(&error) => ExitCode::from(REFUSED),
        _ => ExitCode::FAILURE,
    })
}

/// Whether the service says no for a reason of its own.
fn refused(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Status>().is_some_and(|status| status.get_details_error_info().is_some())
}

async fn run(options: Match) -> Result<ExitCode> {
    let mut desk = Desk::open(&options).await?;
    let run = match &options.run {
        Some(name) => desk.run(name).await?,
        None => desk.make(&options).await?,
    };
    let matches = desk.matches(&run.name).await?;
    let teams = desk.teams(&run).await?;
    say(report::run(&run))?;
    let parts = [report::placed(&matches, &teams), report::left_out(&matches), report::shares(&run)];
    for part in parts.into_iter().flatten() {
        say(format!("\n{part}"))?;
    }
    if !options.apply {
        if run.apply_time.is_none() && run.matched > 0 {
            say(format!("\nto propose them to their hosts: practicum match --run {} --apply", run.name))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let applied = desk.apply(&run.name).await?;
    say(format!("\n{}", report::applied(&applied)))?;
    Ok(if applied.skipped.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(PASSED_OVER) })
}
