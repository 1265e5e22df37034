//! A watcher who does not read.

use crate::town::{Town, cluster};
use contracts::masterclasses::v1 as wire;
use ledger::Plant;
use practicum_tests::{Person, reason, request_id, seat, session};
use std::{collections::BTreeSet, time::Duration};
use tonic::{Code, Streaming, transport::Endpoint};
use vocabulary::Role;

/// So many bookings are far more than what the transport holds for a reader.
const BOOKINGS: usize = 1_200;
/// The service waits 30 seconds to say so, and as long again before it resets the stream.
const LONGER_THAN_ITS_PATIENCE: Duration = Duration::from_secs(33);

type Watch = Streaming<wire::WatchBookingsResponse>;

async fn watch(door: &Person, parent: &str, token: &str) -> Watch {
    let request = wire::WatchBookingsRequest { parent: parent.into(), resume_token: token.into() };
    door.bookings.clone().watch_bookings(request).await.expect("a stream").into_inner()
}

/// Reads until the stream says that all has been told, or until it is cut; answers the last token.
async fn read(stream: &mut Watch, seen: &mut Vec<String>) -> Result<String, (tonic::Status, String)> {
    let mut token = String::new();
    loop {
        let message = match stream.message().await {
            Ok(message) => message.expect("a watch does not end by itself"),
            Err(status) => return Err((status, token)),
        };
        token = message.change.expect("a place").resume_token;
        match message.booking {
            Some(booking) => seen.push(booking.name),
            None if seen.len() >= BOOKINGS => return Ok(token),
            None => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_who_does_not_read_is_cut_and_others_are_told_everything() {
    let _alone = crate::alone().await;
    let town = Town::up(cluster(), 1, Plant::None).await;
    let host = town.scheduler("durham");
    let room = host.host("crowd", session(5_000)).await.expect("a session");
    let address = format!("http://127.0.0.1:{}", town.replicas[0].port);
    let narrow = Endpoint::from_shared(address).expect("an address").initial_stream_window_size(65_535);
    let token = town.token("durham", &[Role::Scheduler], "sleeper");
    let sleeper = Person::new("durham", narrow.connect_lazy(), &token);
    let mut asleep = watch(&sleeper, &room.name, "now").await;
    let mut for_ever = watch(&sleeper, &room.name, "now").await;
    assert!(for_ever.message().await.is_ok());
    let mut awake = watch(&host, &room.name, "now").await;
    assert!(asleep.message().await.is_ok() && awake.message().await.is_ok());
    for batch in 0..BOOKINGS / 100 {
        let seats = (0..100).map(|n| seat("durham", &format!("p{batch}-{n}"))).collect();
        let request = wire::BookSeatsRequest {
            parent: room.name.clone(),
            seats,
            join_waitlist: false,
            request_id: request_id(),
        };
        host.bookings.clone().book_seats(request).await.expect("seats");
    }
    let mut told = Vec::new();
    read(&mut awake, &mut told).await.expect("others are served");
    tokio::time::sleep(LONGER_THAN_ITS_PATIENCE).await;
    let mut late = Vec::new();
    let (cut, resume) = read(&mut asleep, &mut late).await.expect_err("nothing was cut");
    assert_eq!((cut.code(), reason(&cut).as_str()), (Code::Unavailable, "SLOW_READER"));
    assert!(late.len() < BOOKINGS, "all of it was buffered");
    eprintln!("cut after {} of {BOOKINGS} changes", late.len());
    tokio::time::sleep(LONGER_THAN_ITS_PATIENCE).await;
    let reset = read(&mut for_ever, &mut Vec::new()).await.expect_err("an unread stream was kept").0;
    assert_eq!(reset.code(), Code::Cancelled, "{reset:?}");
    let mut again = watch(&sleeper, &room.name, &resume).await;
    read(&mut again, &mut late).await.expect("it is told the rest");
    assert_eq!(late.len(), BOOKINGS, "a change is missing, or was told twice");
    assert_eq!(BTreeSet::from_iter(&late), BTreeSet::from_iter(&told));
}
