//! Bookings a second on PostgreSQL with durable commits.

use crate::{callers::turn, reference::Reference, table};
use anyhow::Result;
use contracts::masterclasses::v1::BookSeatsRequest;
use practicum_tests::{Options, Person, Stand, session};
use std::sync::Arc;
use testkit::Postgres;
use vocabulary::Role;

/// Callers share connections, as many as a load balancer's would be: streams of one connection are limited.
pub async fn callers(stand: &Stand, callers: usize) -> Arc<Vec<Person>> {
    let connections = callers.div_ceil(32);
    let mut people = Vec::new();
    for _ in 0..connections {
        people.push(stand.caller("durham", &[Role::Scheduler], "scheduler").await);
    }
    Arc::new(people)
}

/// Books one seat for somebody who has none yet.
pub async fn book(people: &Arc<Vec<Person>>, caller: usize, session: &str) {
    let me = &people[caller % people.len()];
    let person = uuid::Uuid::now_v7().simple().to_string();
    let request = BookSeatsRequest {
        parent: session.into(),
        seats: vec![practicum_tests::seat("durham", &person)],
        join_waitlist: false,
        request_id: practicum_tests::request_id(),
    };
    me.bookings.clone().book_seats(request).await.expect("a seat");
}

/// One session after another as they fill up.
pub async fn rooms(stand: &Stand, id: &str, n: usize) -> Vec<String> {
    let host = stand.scheduler("durham").await;
    let mut rooms = vec![host.host(id, session(100_000)).await.expect("a session").name];
    for i in 1..n {
        let room = host.schedule(id, &format!("r{i}"), session(100_000)).await.expect("a session");
        rooms.push(room.name);
    }
    rooms
}

pub async fn stand_on(cluster: &Postgres) -> (Stand, Reference) {
    let fresh = cluster.fresh_database().await;
    let reference = Reference::prepare(&fresh.owner_url.to_string()).expect("the reference");
    let urls = (fresh.owner_url.to_string(), fresh.app_url.to_string());
    let options = Options { postgres: Some(urls), ..Options::default() };
    (Stand::up(options).await, reference)
}

pub async fn hot(rounds: usize) -> Result<()> {
    let cluster = Postgres::start_private(true);
    let (stand, reference) = stand_on(&cluster).await;
    let levels = [(1, 0.8), (16, 5.0), (64, 10.0), (256, 20.0)];
    let mut lines: Vec<_> =
        levels.iter().map(|(n, floor)| table::Line::new(format!("{n} callers"), *floor)).collect();
    for round in 0..rounds {
        for ((level, _), line) in levels.iter().zip(&mut lines) {
            let room = Arc::new(rooms(&stand, &format!("hot-{round}-{level}"), 1).await.remove(0));
            let people = callers(&stand, *level).await;
            let ours = turn(*level, move |caller, _| {
                let (people, room) = (people.clone(), room.clone());
                async move { book(&people, caller, &room).await }
            })
            .await;
            line.add(ours, reference.turn(*level, 1).await?);
        }
    }
    table::print(
        "Bookings on one hot session, PostgreSQL, durable commits, against one SQL statement a booking",
        &lines,
    );
    stand.down().await;
    Ok(())
}

pub async fn spread(rounds: usize) -> Result<()> {
    let cluster = Postgres::start_private(true);
    let (stand, reference) = stand_on(&cluster).await;
    let rooms = Arc::new(rooms(&stand, "spread", 1_000).await);
    let people = callers(&stand, 64).await;
    let mut line = table::Line::new("64 callers", 1.5);
    for _ in 0..rounds {
        let (people, rooms) = (people.clone(), rooms.clone());
        let ours = turn(64, move |caller, n| {
            let (people, rooms) = (people.clone(), rooms.clone());
            async move {
                // A stride that visits every room before it comes back.
                let at = usize::try_from(n).unwrap_or(0).wrapping_mul(617).wrapping_add(caller * 389)
                    % rooms.len();
                book(&people, caller, &rooms[at]).await;
            }
        })
        .await;
        line.add(ours, reference.turn(64, 1_000).await?);
    }
    table::print(
        "Bookings on 1,000 sessions, PostgreSQL, durable commits, against one SQL statement a booking",
        &[line],
    );
    stand.down().await;
    Ok(())
}
