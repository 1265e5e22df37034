//! How fast it is, beside what it is compared with: both on the same server in the same run, in turns of a second or
//! two, so that a machine whose speed drifts drifts for both. Ratios are what is kept; see README.md.
//!
//! `load [SCENARIO …] [--rounds 9]`; without a scenario all of them run.

#![allow(clippy::disallowed_methods, reason = "tests measure time, wait and make ids")]

mod bookings;
mod callers;
mod echo;
mod feed;
mod matching;
mod pages;
mod placements;
mod reads;
mod reference;
mod settled;
mod sqlite;
mod sync;
mod table;

use anyhow::{Result, bail};
use std::{future::Future, pin::Pin};

/// A scenario, and what it is called.
type Scenario = (&'static str, fn(usize) -> Pin<Box<dyn Future<Output = Result<()>>>>);

const SCENARIOS: &[Scenario] = &[
    ("hot", |rounds| Box::pin(bookings::hot(rounds))),
    ("spread", |rounds| Box::pin(bookings::spread(rounds))),
    ("sqlite", |rounds| Box::pin(sqlite::hot(rounds))),
    ("reads", |rounds| Box::pin(reads::cached(rounds))),
    ("pages", |rounds| Box::pin(pages::deep(rounds))),
    ("feed", |rounds| Box::pin(feed::on_and_off(rounds))),
    ("match", |rounds| Box::pin(std::future::ready(matching::against_ortools(rounds)))),
    ("matches", |rounds| Box::pin(placements::matches(rounds))),
    ("placements", |rounds| Box::pin(placements::pages(rounds))),
    ("sync", |rounds| Box::pin(sync::pairs(rounds))),
    ("growth", |rounds| Box::pin(sync::growth(rounds))),
    ("turnover", |rounds| Box::pin(sync::turnover(rounds))),
    ("neighbours", |rounds| Box::pin(sync::neighbours(rounds))),
];

fn main() -> Result<()> {
    let (mut wanted, mut rounds) = (Vec::new(), 9);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--rounds" {
            rounds = arguments.next().unwrap_or_default().parse()?;
        } else if SCENARIOS.iter().any(|(name, _)| *name == argument) {
            wanted.push(argument);
        } else {
            let names: Vec<&str> = SCENARIOS.iter().map(|(name, _)| *name).collect();
            bail!("no scenario {argument}; there are: {}", names.join(", "));
        }
    }
    let runtime = tokio::runtime::Runtime::new()?;
    for (name, run) in SCENARIOS {
        if wanted.is_empty() || wanted.iter().any(|w| w == name) {
            runtime.block_on(run(rounds))?;
        }
    }
    Ok(())
}
