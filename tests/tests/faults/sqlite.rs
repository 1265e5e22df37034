//! The embedded store: killed while people book, and opened twice.

use crate::{
    dice::Dice,
    long,
    town::{Replica, free_port},
};
use admission::{DevelopmentKeys, Partners};
use contracts::masterclasses::v1 as wire;
use practicum_tests::{Person, request_id, seat, session};
use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;
use vocabulary::{Clock, Role};

/// Settings for a process on the database in `folder`.
fn settings(folder: &Path, name: &str, port: u16) -> std::path::PathBuf {
    let file = folder.join(format!("{name}.toml"));
    let text = format!(
        "[server]\naddress = \"127.0.0.1:{port}\"\nmax_connections_per_peer = 2000\n\
         [database]\nfile = \"{0}/practicum.db\"\n\
         [identity]\npartners = \"{0}/partners.toml\"\nseal_key = \"{0}/seal.key\"\n",
        folder.display(),
    );
    std::fs::write(&file, text).expect("the folder can be written");
    file
}

/// Books one person after the other until the time is over, each until it is known to be booked.
async fn book(door: Person, n: usize, room: String, end: Instant) -> Vec<(String, String)> {
    let mut booked = Vec::new();
    while Instant::now() < end {
        let person = format!("p{n}-{}", booked.len());
        let request = wire::BookSeatsRequest {
            parent: room.clone(),
            seats: vec![seat("durham", &person)],
            join_waitlist: false,
            request_id: request_id(),
        };
        loop {
            match door.bookings.clone().book_seats(request.clone()).await {
                Ok(made) => {
                    booked.push((made.into_inner().bookings.swap_remove(0).name, person));
                    break;
                }
                Err(status) => {
                    let reason = refusals::reason(&status);
                    let passing =
                        matches!(reason.as_deref(), None | Some("SHUTTING_DOWN" | "STORAGE_UNAVAILABLE"));
                    assert!(passing, "{person}: {status:?}");
                    tokio::time::sleep(Duration::from_millis(30)).await;
                }
            }
        }
    }
    booked
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_there_after_a_kill_and_a_second_process_is_refused() {
    let _alone = crate::alone().await;
    let path = testkit::sqlite_path();
    let folder = path.path().parent().expect("a folder").to_owned();
    Partners::write_defaults(&folder, &[]).expect("the folder can be written");
    let port = free_port();
    let process = Arc::new(Replica::embedded(settings(&folder, "replica", port), port).await);
    let keys = DevelopmentKeys::open(&folder).expect("keys");
    let durham = "durham".parse().expect("a partner");
    let token =
        keys.mint(&durham, &[Role::Scheduler], "s", Duration::from_secs(3_600), Clock::system().now());
    let token = token.expect("a token");
    let host = Person::new("durham", process.channel(), &token);
    let room = host.host("embedded", session(100_000)).await.expect("a session").name;

    let other = free_port();
    let refused = tokio::task::spawn_blocking({
        let file = settings(&folder, "second", other);
        move || Replica::refused(&file)
    });
    let (status, said) = refused.await.expect("it ends");
    assert!(!status.success() && said.contains("in use by another process"), "{status}: {said}");

    let end = Instant::now() + long(10);
    let mut people = JoinSet::new();
    for n in 0..16 {
        let door = Person::new("durham", process.channel(), &token);
        people.spawn(book(door, n, room.clone(), end));
    }
    let mut dice = Dice::new();
    while Instant::now() + Duration::from_secs(1) < end {
        tokio::time::sleep(dice.millis(500, 1_500)).await;
        let dying = process.clone();
        tokio::task::spawn_blocking(move || dying.restart()).await.expect("it starts again");
    }
    let booked: Vec<(String, String)> = people.join_all().await.into_iter().flatten().collect();
    eprintln!("{} bookings, {} kills", booked.len(), process.kills());
    for (name, person) in &booked {
        let kept = host.booking(name).await.unwrap_or_else(|status| panic!("{name} is lost: {status:?}"));
        assert_eq!(kept.attendee.expect("an attendee").person, format!("partners/durham/people/{person}"));
    }
    let taken = host.session(&room).await.expect("the session").seats_taken;
    assert_eq!(usize::try_from(taken).ok(), Some(booked.len()), "a retry booked twice, or a booking is lost");
    assert!(process.kills() > 3);
}
