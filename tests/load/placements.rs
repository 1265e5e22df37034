//! Placements over gRPC: a whole match run on both databases, and pages of many placements beside raw SQL.

mod pages;
mod region;

use crate::table::median;
use anyhow::{Result, ensure};
use contracts::placements::v1::{MatchPlacementsRequest, MatchRun, Stage};
pub use pages::pages;
use practicum_tests::{Coordinator, Options, Stand, Store};
use region::Region;
use std::time::{Duration, Instant};
use testkit::Postgres;
use tonic::Request;

/// Students of a run; a tenth as many offers.
const SIZES: [u32; 3] = [200, 2_000, 20_000];
const PATIENCE: Duration = Duration::from_secs(590);

/// MatchPlacements from the request to its answer, when everything that was found is kept. `rounds` at most three: a
/// run of the largest size writes 20,000 matches.
pub async fn matches(rounds: usize) -> Result<()> {
    let cluster = Postgres::start_private(true);
    println!(
        "\nMatchPlacements over gRPC, a tenth as many offers as students, places for three quarters of them"
    );
    println!("| database | students | pairs a student | placed | seconds: median | least | most |");
    println!("|---|---|---|---|---|---|---|");
    for (database, store) in [("SQLite", Store::Sqlite), ("PostgreSQL", Store::Postgres)] {
        for students in SIZES {
            let postgres = match store {
                Store::Sqlite => None,
                Store::Postgres => {
                    let fresh = cluster.fresh_database().await;
                    Some((fresh.owner_url.to_string(), fresh.app_url.to_string()))
                }
            };
            let stand = Stand::up(Options { store, postgres, ..Options::default() }).await;
            Region::of(students).fill(&stand).await?;
            let (mut seconds, mut first): (Vec<f64>, Option<MatchRun>) = (Vec::new(), None);
            for _ in 0..rounds.clamp(1, 3) {
                let began = Instant::now();
                let run = matched(&region::partnership(&stand).await).await?;
                seconds.push(began.elapsed().as_secs_f64());
                let before = first.get_or_insert_with(|| run.clone());
                ensure!(
                    (before.matched, before.total_cost) == (run.matched, run.total_cost),
                    "the same needs and offers were matched otherwise"
                );
            }
            let run = first.expect("a round at least");
            println!(
                "| {database} | {} | {:.1} | {} | {:.2} | {:.2} | {:.2} |",
                run.needs,
                run.eligible_pairs as f64 / run.needs as f64,
                run.matched,
                median(seconds.iter().copied()),
                seconds.iter().copied().fold(f64::INFINITY, f64::min),
                seconds.iter().copied().fold(0.0, f64::max),
            );
            stand.down().await;
        }
    }
    Ok(())
}

async fn matched(who: &Coordinator) -> Result<MatchRun> {
    let ask = MatchPlacementsRequest {
        academic_year: region::YEAR.into(),
        stage: Stage::Final.into(),
        request_id: practicum_tests::request_id(),
    };
    let mut request = Request::new(ask);
    request.set_timeout(PATIENCE);
    Ok(who.matching.clone().match_placements(request).await?.into_inner())
}
