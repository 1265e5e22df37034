//! Cached GetSession with every layer on, against a bare echo of the same answer.

use crate::{bookings::callers, callers::turn, echo, table};
use anyhow::Result;
use contracts::masterclasses::v1::GetSessionRequest;
use practicum_tests::{Options, Stand, session};
use std::sync::Arc;

/// One alone shows how long a call takes, many how many can be had.
const CALLERS: [usize; 2] = [1, 64];

pub async fn cached(rounds: usize) -> Result<()> {
    let stand = Stand::up(Options::default()).await;
    let host = stand.scheduler("durham").await;
    let room = host.host("read", session(30)).await?;
    let (name, address) = (Arc::new(room.name.clone()), echo::serve(room).await?);
    let people = callers(&stand, 64).await;
    let mut bare = Vec::new();
    for _ in 0..people.len() {
        bare.push(echo::client(&address).await?);
    }
    let bare = Arc::new(bare);
    let before = stand.standing.app.cache.figures();
    let mut lines = CALLERS.map(|n| table::Line::new(format!("{n} callers"), 0.7));
    for round in 0..rounds * CALLERS.len() {
        let at = round % CALLERS.len();
        let level = CALLERS[at];
        let (people, bare) = (people.clone(), bare.clone());
        let (asked, echoed) = (name.clone(), name.clone());
        let ours = turn(level, move |caller, _| {
            let (people, name) = (people.clone(), asked.clone());
            async move {
                people[caller % people.len()].session(&name).await.expect("a session");
            }
        })
        .await;
        let theirs = turn(level, move |caller, _| {
            let (bare, name) = (bare.clone(), echoed.clone());
            async move {
                let request = GetSessionRequest { name: name.to_string() };
                bare[caller % bare.len()].clone().get_session(request).await.expect("an echo");
            }
        })
        .await;
        lines[at].add(ours, theirs);
    }
    let after = stand.standing.app.cache.figures();
    table::print(
        "Cached GetSession with every layer on, against a bare tonic echo of the same answer",
        &lines,
    );
    println!("hits {}, loads from the database {}", after.hits - before.hits, after.loads - before.loads);
    stand.down().await;
    Ok(())
}
