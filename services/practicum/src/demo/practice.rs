//! Placements: what three councils can host, whom two universities send, and one match of final placements.

mod hosts;
mod map;
mod match_run;
mod offers;
mod students;
mod universities;

pub use offers::FIRST;

use super::stage::Stage;
use anyhow::Result;

/// What came of it: lines to read, and the match run that was made.
///
/// # Errors
/// A service refuses.
pub async fn place(stage: &mut Stage) -> Result<(Vec<String>, String)> {
    let mut lines = hosts::host(stage).await?;
    lines.extend(offers::offer(stage).await?);
    lines.push(universities::enrol(stage).await?);
    lines.extend(students::need(stage).await?);
    let (line, run) = match_run::make(stage).await?;
    lines.push(line);
    Ok((lines, run))
}
