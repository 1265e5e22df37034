//! Bookings a second with the change feed on, against the same with it off.

use crate::{
    bookings::{book, callers, rooms},
    callers::turn,
    table,
};
use anyhow::Result;
use ledger::Plant;
use practicum_tests::{Options, Stand};
use std::sync::Arc;
use testkit::Postgres;

const CALLERS: usize = 64;

async fn stand(cluster: &Postgres, plant: Plant) -> Stand {
    let fresh = cluster.fresh_database().await;
    let urls = (fresh.owner_url.to_string(), fresh.app_url.to_string());
    Stand::up(Options { postgres: Some(urls), plant, ..Options::default() }).await
}

async fn booked(stand: &Stand, round: usize) -> f64 {
    let room = Arc::new(rooms(stand, &format!("feed-{round}"), 1).await.remove(0));
    let people = callers(stand, CALLERS).await;
    turn(CALLERS, move |caller, _| {
        let (people, room) = (people.clone(), room.clone());
        async move { book(&people, caller, &room).await }
    })
    .await
}

pub async fn on_and_off(rounds: usize) -> Result<()> {
    let cluster = Postgres::start_private(true);
    let (on, off) = (stand(&cluster, Plant::None).await, stand(&cluster, Plant::NoFeed).await);
    let mut line = table::Line::new("64 callers, feed on (ours), off (reference)", 0.85);
    for round in 0..rounds {
        let with = booked(&on, round).await;
        line.add(with, booked(&off, round).await);
    }
    table::print("Bookings with the change feed on, against the same with it off, PostgreSQL", &[line]);
    on.down().await;
    off.down().await;
    Ok(())
}
