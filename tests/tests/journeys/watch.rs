//! Watching bookings: replay, then live, and on from where one left off.

use contracts::{
    common::v1::ChangeKind,
    masterclasses::v1::{self as wire, booking::State},
};
use practicum_tests::{Options, Person, Stand, Store, on_both_stores, reason, session};
use tonic::{Status, Streaming};

const ALL: &str = "masterclasses/-/sessions/-";

async fn watch(
    who: &Person,
    parent: &str,
    token: &str,
) -> Result<Streaming<wire::WatchBookingsResponse>, Status> {
    let request = wire::WatchBookingsRequest { parent: parent.into(), resume_token: token.into() };
    Ok(who.bookings.clone().watch_bookings(request).await?.into_inner())
}

/// What a stream says up to the first checkpoint after so many changes: kinds, bookings' names and states; and its
/// last token. A checkpoint may come before a change that has just been made.
async fn told(
    stream: &mut Streaming<wire::WatchBookingsResponse>,
    least: usize,
) -> (Vec<(ChangeKind, String, State)>, String) {
    let mut seen = Vec::new();
    loop {
        let message = stream.message().await.unwrap().expect("the stream goes on");
        let change = message.change.unwrap();
        let Some(booking) = message.booking else {
            assert_eq!(change.kind(), ChangeKind::Checkpoint);
            if seen.len() >= least {
                return (seen, change.resume_token);
            }
            continue;
        };
        assert_eq!(booking.access_needs, "");
        seen.push((change.kind(), booking.name.clone(), booking.state()));
    }
}

on_both_stores! {
    async fn a_watcher_is_told_what_was_then_what_is_and_goes_on_where_it_left_off(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        let room = durham.host("trauma", session(1)).await.unwrap().name;
        let first = durham.book(&room, "p1", false).await.unwrap().name;
        let mut stream = watch(&durham, &room, "").await.unwrap();
        let (seen, _) = told(&mut stream, 1).await;
        assert_eq!(seen, [(ChangeKind::Created, first.clone(), State::Confirmed)]);
        let second = durham.book(&room, "p2", true).await.unwrap().name;
        let (seen, left_off) = told(&mut stream, 1).await;
        assert_eq!(seen, [(ChangeKind::Created, second.clone(), State::Waitlisted)]);
        drop(stream);
        durham.cancel(&first).await.unwrap();
        let (seen, last) = told(&mut watch(&durham, &room, &left_off).await.unwrap(), 2).await;
        let expected = [
            (ChangeKind::Updated, first.clone(), State::Cancelled),
            (ChangeKind::Updated, second.clone(), State::Confirmed),
        ];
        assert_eq!(seen, expected, "one transaction's changes, in order, once");
        let (nothing, _) = told(&mut watch(&durham, &room, &last).await.unwrap(), 0).await;
        assert!(nothing.is_empty());
        let (nothing, _) = told(&mut watch(&durham, ALL, "now").await.unwrap(), 0).await;
        assert!(nothing.is_empty(), "from now on there is nothing yet");
    }

    async fn a_watcher_sees_what_its_partner_booked_or_hosts_and_nothing_else(stand: &Stand) {
        let (durham, gateshead) = (stand.scheduler("durham").await, stand.scheduler("gateshead").await);
        let sunderland = stand.scheduler("sunderland").await;
        let room = durham.host("trauma", session(5)).await.unwrap().name;
        let ours = durham.book(&room, "p1", false).await.unwrap().name;
        let theirs = gateshead.book(&room, "g1", false).await.unwrap().name;
        let created = |name: &String| (ChangeKind::Created, name.clone(), State::Confirmed);
        let (host, _) = told(&mut watch(&durham, ALL, "").await.unwrap(), 2).await;
        assert_eq!(host, [created(&ours), created(&theirs)]);
        let (booker, token) = told(&mut watch(&gateshead, ALL, "").await.unwrap(), 1).await;
        assert_eq!(booker, [created(&theirs)]);
        let (nobody, _) = told(&mut watch(&sunderland, ALL, "").await.unwrap(), 0).await;
        assert!(nobody.is_empty());
        for (who, parent) in [(&sunderland, ALL), (&gateshead, room.as_str())] {
            let mut stream = watch(who, parent, &token).await;
            let refused = match &mut stream {
                Ok(stream) => stream.message().await.unwrap_err(),
                Err(refused) => refused.clone(),
            };
            assert_eq!(reason(&refused), "RESUME_TOKEN_INVALID", "another's token, and one for another question");
        }
    }

    async fn many_live_changes_arrive_in_order_without_a_gap(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        let room = durham.host("trauma", session(200)).await.unwrap().name;
        let mut stream = watch(&durham, &room, "now").await.unwrap();
        told(&mut stream, 0).await;
        let writers = (0..4).map(|w| {
            let (durham, room) = (durham.clone(), room.clone());
            tokio::spawn(async move {
                for n in 0..40 {
                    durham.book(&room, &format!("p{w}-{n}"), false).await.unwrap();
                }
            })
        });
        let writers: Vec<_> = writers.collect();
        let mut names = Vec::new();
        while names.len() < 160 {
            names.extend(told(&mut stream, 0).await.0.into_iter().map(|(_, name, _)| name));
        }
        for writer in writers {
            writer.await.unwrap();
        }
        let list = wire::ListBookingsRequest { parent: room, page_size: 1_000, ..Default::default() };
        let made = durham.bookings.clone().list_bookings(list).await.unwrap().into_inner().bookings;
        assert_eq!(names, made.into_iter().map(|booking| booking.name).collect::<Vec<_>>());
    }
}

/// The replica that wrote them still has the changes in memory: another one has to look, and they are gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_from_before_what_is_kept_has_to_start_anew() {
    let stand = Stand::up(Options { store: Store::Postgres, ..Options::default() }).await;
    let durham = stand.scheduler("durham").await;
    let room = durham.host("trauma", session(5)).await.unwrap().name;
    durham.book(&room, "p1", false).await.unwrap();
    let (_, old) = told(&mut watch(&durham, ALL, "").await.unwrap(), 1).await;
    durham.book(&room, "p2", false).await.unwrap();
    let beside = Some(stand.replica());
    let other = Stand::up(Options { store: Store::Postgres, beside, ..Options::default() }).await;
    let there = other.scheduler("durham").await;
    let (kept, _) = told(&mut watch(&there, ALL, &old).await.unwrap(), 1).await;
    assert_eq!(kept.len(), 1, "while it is kept, another replica goes on from there too");
    other.clock.advance(chrono::Duration::seconds(1));
    other.standing.app.ledger.forget(ledger::Keep { feed_days: 0, answer_days: 7 }).await.unwrap();
    let gone = watch(&there, ALL, &old).await.unwrap().message().await.unwrap_err();
    assert_eq!(reason(&gone), "RESYNC_REQUIRED");
    let (rest, _) = told(&mut watch(&there, ALL, "").await.unwrap(), 0).await;
    assert!(rest.is_empty(), "whoever starts anew is told what is kept");
    other.down().await;
    stand.down().await;
}
