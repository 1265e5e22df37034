//! A small partnership of made-up people, loaded through the contracts as anybody would load it.

mod cast;
mod marker;
mod programme;
mod seats;
mod stage;

use crate::{folder::Folder, serve::Stand};
use anyhow::{Context, Result};
use marker::Marker;
use stage::Stage;
use vocabulary::Clock;

/// Loads it where it is not there yet, and says in a few lines what there is. A load that was cut short is taken up
/// where it stopped: each request has an id of its own that is the same the next time.
///
/// # Errors
/// A service refuses, which is a bug, or the marker cannot be written.
pub async fn load(folder: &Folder, stand: &Stand) -> Result<Vec<String>> {
    let mut stage = Stage::new(folder, stand).await?;
    let there = stage.has_masterclass(programme::FIRST).await?;
    let marker = match Marker::read(folder)? {
        Some(marker) if !marker.done => marker,
        _ if there => {
            return Ok(vec![
                "is there already: ListMasterclasses, ListSessions and ListBookings show it".into(),
            ]);
        }
        _ => Marker::begin(folder, Clock::system().now())?,
    };
    stage.since(marker.began);
    let lines = play(&mut stage).await.context("the demo")?;
    marker.end(folder)?;
    Ok(lines)
}

async fn play(stage: &mut Stage) -> Result<Vec<String>> {
    let planned = programme::plan(stage).await?;
    let booked = seats::book(stage).await?;
    Ok([planned, booked].concat())
}
