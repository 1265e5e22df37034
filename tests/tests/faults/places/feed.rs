//! Watchers: parties who hear of their own placements, and somebody who has none.

use super::{
    books::Books,
    region::{HOSTS, Region, STRANGER, universities},
};
use contracts::placements::v1::{WatchPlacementsRequest, WatchPlacementsResponse};
use practicum_tests::Coordinator;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tonic::{Status, Streaming};

/// Universities that listen; the hosts all do.
const LISTENING: usize = 8;

/// What somebody heard, change by change.
pub struct Ear {
    partner: String,
    heard: Vec<String>,
}

/// Listens until told to stop, and then to the end of what there is.
pub async fn listen(region: &Region, stop: &CancellationToken) -> Vec<Ear> {
    let hosts = HOSTS.iter().chain([&STRANGER]).map(ToString::to_string);
    let all = hosts.chain(universities().into_iter().take(LISTENING));
    let ears = all.enumerate().map(|(n, partner)| async move {
        let heard = hear(region, &partner, n, stop).await;
        Ear { partner, heard }
    });
    futures_util::future::join_all(ears).await
}

async fn watch(mut door: Coordinator, token: &str) -> Result<Streaming<WatchPlacementsResponse>, Status> {
    let ask = WatchPlacementsRequest { resume_token: token.into(), ..Default::default() };
    Ok(door.placements.watch_placements(ask).await?.into_inner())
}

/// Whenever the stream breaks, whoever listens goes on at the other replica from the last token.
async fn hear(region: &Region, partner: &str, mut replica: usize, stop: &CancellationToken) -> Vec<String> {
    let (mut token, mut heard) = (String::new(), Vec::new());
    loop {
        // What happened before it is over has been committed by now: the stream that is opened next has it all.
        let over = stop.is_cancelled();
        replica += 1;
        if let Ok(mut stream) = watch(region.another_door(partner, replica), &token).await {
            loop {
                let message = tokio::select! {
                    message = stream.message() => message,
                    () = stop.cancelled(), if !over => break,
                };
                let Ok(Some(message)) = message else { break };
                let change = message.change.expect("a change or a checkpoint");
                match message.placement {
                    Some(placement) => heard.push(format!("{} {:?}", placement.name, change.kind())),
                    None if over => return heard,
                    None => {}
                }
                token = change.resume_token;
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Whatever somebody heard otherwise than it was committed: what is missing, too much, or in another order.
pub async fn judge(books: &Books, ears: &[Ear]) -> Vec<String> {
    let mut wrong = Vec::new();
    for Ear { partner, heard } in ears {
        let sql = format!(
            "SELECT f.resource || CASE f.kind WHEN 'c' THEN ' Created' ELSE ' Updated' END FROM feed f \
             JOIN placements p ON f.resource = 'placements/' || p.id \
             WHERE p.host = '{partner}' OR p.university = '{partner}' ORDER BY f.seq"
        );
        let happened = books.texts(&sql).await;
        let first = heard.iter().zip(&happened).position(|(heard, happened)| heard != happened);
        if heard.len() != happened.len() || first.is_some() {
            wrong.push(format!(
                "heard: {partner} heard {} changes of {}, and otherwise from {first:?} on",
                heard.len(),
                happened.len()
            ));
        }
    }
    wrong
}
