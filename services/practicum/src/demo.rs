//! A small partnership of made-up people, loaded through the contracts as anybody would load it.

mod cast;
mod marker;
mod programme;
mod seats;
mod stage;
mod university;

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
    let town = stage.has_masterclass(programme::FIRST).await?;
    let university = stage.has_course(university::FIRST).await?;
    let (marker, all) = match Marker::read(folder)? {
        Some(marker) if !marker.done => (marker, true),
        _ if town && university => {
            let shown =
                "ListMasterclasses, ListSessions, ListBookings, ListCourses and ListEnrolments show it";
            return Ok(vec![format!("is there already: {shown}")]);
        }
        // One that was loaded before there were enrolments lacks those alone.
        known => {
            let began = known.map_or_else(|| Clock::system().now(), |marker| marker.began);
            (Marker::begin(folder, began)?, !town)
        }
    };
    stage.since(marker.began);
    let lines = play(&mut stage, all).await.context("the demo")?;
    marker.end(folder)?;
    Ok(lines)
}

async fn play(stage: &mut Stage, all: bool) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    if all {
        lines.extend(programme::plan(stage).await?);
        lines.extend(seats::book(stage).await?);
    }
    lines.extend(university::teach(stage).await?);
    Ok(lines)
}
