//! A small partnership of made-up people, loaded through the contracts as anybody would load it.

mod cast;
mod marker;
mod practice;
mod programme;
mod seats;
mod stage;
mod university;

use crate::{folder::Folder, serve::Stand};
use anyhow::{Context, Result};
use marker::{Marker, Part};
use stage::Stage;
use vocabulary::Clock;

/// What is there to be tried.
#[derive(Debug, Default)]
pub struct Demo {
    /// What there is, to read.
    pub lines: Vec<String>,
    /// A match run to look at.
    pub run: Option<String>,
}

/// Loads it where it is not there yet, and says in a few lines what there is. A load that was cut short is taken up
/// where it stopped: each request has an id of its own that is the same the next time. A demo that was loaded before
/// there was one of its parts gets that alone.
///
/// # Errors
/// A service refuses, which is a bug, or the marker cannot be written.
pub async fn load(folder: &Folder, stand: &Stand) -> Result<Demo> {
    let mut stage = Stage::new(folder, stand).await?;
    let missing = missing(&mut stage).await?;
    let marker = match Marker::read(folder)? {
        Some(marker) if !marker.done => marker,
        known if missing.is_empty() => {
            let shown = "is there already: ListMasterclasses, ListSessions, ListBookings, ListCourses, \
                         ListEnrolments, ListPlacementOffers and ListPlacementNeeds show it";
            return Ok(Demo { lines: vec![shown.into()], run: known.and_then(|marker| marker.run) });
        }
        known => {
            let now = Clock::system().now();
            let began = known.as_ref().map_or(now, |marker| marker.began);
            let run = known.and_then(|marker| marker.run);
            Marker { began, done: false, parts: missing, placements: Some(now), run }.write(folder)?
        }
    };
    let demo = play(&mut stage, &marker).await.context("the demo")?;
    Marker { done: true, run: demo.run.clone(), ..marker }.write(folder)?;
    Ok(demo)
}

/// The parts that are not there.
async fn missing(stage: &mut Stage) -> Result<Vec<Part>> {
    let there = [
        (Part::Town, stage.has_masterclass(programme::FIRST).await?),
        (Part::University, stage.has_course(university::FIRST).await?),
        (Part::Practice, stage.has_offer(practice::FIRST).await?),
    ];
    Ok(there.into_iter().filter(|(_, there)| !there).map(|(part, _)| part).collect())
}

async fn play(stage: &mut Stage, marker: &Marker) -> Result<Demo> {
    let mut demo = Demo { lines: Vec::new(), run: marker.run.clone() };
    stage.since(marker.began);
    if marker.parts.contains(&Part::Town) {
        demo.lines.extend(programme::plan(stage).await?);
        demo.lines.extend(seats::book(stage).await?);
    }
    if marker.parts.contains(&Part::University) {
        demo.lines.extend(university::teach(stage).await?);
    }
    if marker.parts.contains(&Part::Practice) {
        stage.since(marker.placements.unwrap_or(marker.began));
        let (lines, run) = practice::place(stage).await?;
        demo.lines.extend(lines);
        demo.run = Some(run);
    }
    Ok(demo)
}
