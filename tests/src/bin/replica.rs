//! A replica for the fault tests: a service as a process of its own, masterclasses unless it is told to be another,
//! with a known bug built in where a test asks for one. The real binaries cannot be told to have one, by no file,
//! variable or argument.
//!
//! `replica [enrolments|placements] SETTINGS [PLANT]`. It ends when its standard input does, so that it cannot outlive a test that is killed.

use anyhow::{Context, bail};
use ledger::Plant;
use masterclasses::Settings;
use std::path::PathBuf;
use vocabulary::Clock;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1).peekable();
    let other = arguments.next_if(|name| matches!(name.as_str(), "enrolments" | "placements"));
    let usage = "usage: replica [enrolments|placements] SETTINGS [PLANT]";
    let file = PathBuf::from(arguments.next().context(usage)?);
    let plant = arguments.next().map_or(Ok(Plant::None), |name| plant(&name))?;
    std::thread::spawn(|| {
        // What is read does not matter, nor how reading fails: it only ends with the parent.
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(3);
    });
    match (other.as_deref(), plant) {
        (Some("placements"), Plant::None) => return placements::run(Some(file)),
        (Some(_), Plant::None) => return enrolments::run(Some(file)),
        (None, Plant::None) => return masterclasses::run(Some(file)),
        (Some(other), _) => bail!("no plant is known for {other}"),
        (None, _) => {}
    }
    tokio::runtime::Runtime::new()?.block_on(async {
        let mut settings = Settings::load(Some(&file))?;
        settings.database.plant = plant;
        let standing = masterclasses::start(settings, Clock::system()).await?;
        chassis::stop_signal().await?;
        standing.stop().await
    })
}

fn plant(name: &str) -> anyhow::Result<Plant> {
    let all = [
        Plant::None,
        Plant::NoRollback,
        Plant::UnlockedCapacity,
        Plant::Barging,
        Plant::NoAnswers,
        Plant::NoFeed,
        Plant::NaiveFeed,
    ];
    match all.into_iter().find(|plant| format!("{plant:?}") == name) {
        Some(plant) => Ok(plant),
        None => bail!("there is no plant {name:?}"),
    }
}
