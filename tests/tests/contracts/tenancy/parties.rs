//! Who sees what of placements: a university open offers and its own students' placements, a council its own offers and
//! what it hosts, and a third partner nothing, whatever it asks with.

use crate::{
    dynamic::Home,
    world::{Side, World},
};
use contracts::placements::v1 as wire;
use practicum_tests::{Coordinator, Options, Store, reason, request_id};
use std::collections::BTreeSet;
use tonic::{Code, Status};
use vocabulary::Role;

/// A test of a world on either store.
macro_rules! in_a_world {
    ($(async fn $name:ident($world:ident: &World) $body:block)*) => {
        $(mod $name {
            use super::*;

            async fn seen($world: &World) $body

            async fn on(store: Store) {
                let world = World::up(Home::Placements, Options { store, ..Options::default() }).await;
                seen(&world).await;
                world.stand.down().await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_sqlite() {
                Box::pin(on(Store::Sqlite)).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_postgres() {
                Box::pin(on(Store::Postgres)).await;
            }
        })*
    };
}

async fn offers(who: &Coordinator) -> BTreeSet<String> {
    let ask = wire::ListPlacementOffersRequest { parent: "partners/-".into(), ..Default::default() };
    let page = who.hosting.clone().list_placement_offers(ask).await.unwrap().into_inner();
    page.placement_offers.into_iter().map(|offer| offer.name).collect()
}

async fn placements(who: &Coordinator) -> wire::ListPlacementsResponse {
    let ask = wire::ListPlacementsRequest { page_size: 5, ..Default::default() };
    who.placements.clone().list_placements(ask).await.unwrap().into_inner()
}

async fn offer(who: &Coordinator, name: &str) -> Result<wire::PlacementOffer, Status> {
    let ask = wire::GetPlacementOfferRequest { name: name.into() };
    Ok(who.hosting.clone().get_placement_offer(ask).await?.into_inner())
}

/// Everything that the feed tells up to its first checkpoint, and the checkpoint's token.
async fn told(
    who: &Coordinator,
    ask: wire::WatchPlacementsRequest,
) -> Result<(BTreeSet<String>, String), Status> {
    let mut stream = who.placements.clone().watch_placements(ask).await?.into_inner();
    let mut names = BTreeSet::new();
    while let Some(message) = stream.message().await? {
        match message.placement {
            Some(placement) => names.insert(placement.name),
            None => return Ok((names, message.change.unwrap().resume_token)),
        };
    }
    panic!("a feed has its checkpoint")
}

/// The placements of a side, by the state that they are in.
fn all(side: &Side) -> BTreeSet<String> {
    let placed = &side.placed;
    let all = [
        &placed.proposed,
        &placed.unwanted,
        &placed.withdrawing,
        &placed.accepted,
        &placed.confirmed,
        &placed.running,
        &placed.suspended,
        &placed.served,
        &placed.recommended,
        &placed.ending,
    ];
    all.into_iter().cloned().collect()
}

/// A side's published offers.
fn published(side: &Side) -> BTreeSet<String> {
    let first = format!("partners/{}/placementOffers/first", side.partner);
    [side.placed.offer.clone(), side.placed.going.clone(), first].into()
}

/// What nobody but the parties may learn, asked for in every way in which one placement can be.
async fn asked(who: &Coordinator, name: &str, etag: &str) -> Vec<String> {
    let mut placements = who.placements.clone();
    let (parent, name, etag) = (name.to_owned(), name.to_owned(), etag.to_owned());
    let days = wire::ListDaysRequest { parent: parent.clone(), ..Default::default() };
    let events = wire::ListPlacementEventsRequest { parent, ..Default::default() };
    let withdraw = wire::WithdrawPlacementRequest {
        name: name.clone(),
        etag: etag.clone(),
        reason: "Curiosity".into(),
        request_id: request_id(),
    };
    let accept = wire::AcceptPlacementRequest {
        name: name.clone(),
        etag,
        practice_educator: format!("{}/practiceEducators/nobody", who.parent()),
        request_id: request_id(),
        ..Default::default()
    };
    let said = [
        who.placement(&name).await.err(),
        placements.list_days(days).await.err(),
        placements.list_placement_events(events).await.err(),
        placements.withdraw_placement(withdraw).await.err(),
        placements.accept_placement(accept).await.err(),
        who.raise(&name, "Curiosity").await.err(),
        who.record(
            &name,
            vec![wire::PlacementDay { date: "2020-01-08".into(), kind: 1, note: String::new() }],
        )
        .await
        .err(),
    ];
    said.into_iter().map(|status| words(&status.expect("it is refused"), &name)).collect()
}

/// A refusal, without the name that was asked for.
fn words(status: &Status, name: &str) -> String {
    assert_eq!((status.code(), reason(status).as_str()), (Code::NotFound, "NOT_FOUND"));
    let details = String::from_utf8_lossy(status.details()).replace(name, "…");
    format!("{} {details}", status.message().replace(name, "…"))
}

in_a_world! {
    async fn a_university_sees_open_offers_and_its_own_students_placements(world: &World) {
        for (side, other) in [(&world.own, &world.other), (&world.other, &world.own)] {
            let university = world.stand.coordinator(&side.placed.university).await;
            let open: BTreeSet<_> = published(side).union(&published(other)).cloned().collect();
            assert_eq!(offers(&university).await, open);
            for draft in [&side.placed.draft, &other.placed.draft] {
                assert_eq!(reason(&offer(&university, draft).await.unwrap_err()), "NOT_FOUND");
            }
            let (names, _) = told(&university, wire::WatchPlacementsRequest::default()).await.unwrap();
            assert_eq!(names, all(side), "of the feed");
            assert!(university.placement(&side.placed.running).await.is_ok());
            assert_eq!(reason(&university.placement(&other.placed.running).await.unwrap_err()), "NOT_FOUND");
            let page = placements(&university).await;
            let parent = university.parent();
            assert!(page.placements.iter().all(|placement| placement.university == parent));
        }
    }

    async fn a_council_sees_its_own_offers_and_the_placements_that_it_hosts(world: &World) {
        for (side, other) in [(&world.own, &world.other), (&world.other, &world.own)] {
            let host = world.stand.coordinator(&side.partner).await;
            let own: BTreeSet<_> =
                [side.placed.draft.clone(), side.placed.quiet.clone()].into_iter().chain(published(side)).collect();
            assert_eq!(offers(&host).await, own);
            for foreign in published(other) {
                assert_eq!(reason(&offer(&host, &foreign).await.unwrap_err()), "NOT_FOUND");
            }
            let (names, _) = told(&host, wire::WatchPlacementsRequest::default()).await.unwrap();
            assert_eq!(names, all(side), "of the feed");
            let page = placements(&host).await;
            assert!(page.placements.iter().all(|placement| placement.host == host.parent()));
        }
    }

    async fn another_council_learns_nothing_by_name_etag_page_or_feed(world: &World) {
        let (side, stranger) = (&world.other, world.stand.coordinator(&world.own.partner).await);
        let third = world.stand.coordinator("harbour").await;
        let host = world.stand.coordinator(&side.partner).await;
        // As long as the others, so that answers can be compared byte for byte.
        let nothing = format!("placements/{}", "f".repeat(32));
        for nobody in [&stranger, &third] {
            let absent = asked(nobody, &nothing, "\"123456789\"").await;
            for name in all(side) {
                let etag = host.placement(&name).await.unwrap().etag;
                assert_eq!(asked(nobody, &name, &etag).await, absent, "{name}");
                assert_eq!(asked(nobody, &name, "\"123456789\"").await, absent, "{name}, with a stale etag");
            }
            let page_token = placements(&host).await.next_page_token;
            let ask = wire::ListPlacementsRequest { page_size: 5, page_token, ..Default::default() };
            assert!(host.placements.clone().list_placements(ask.clone()).await.is_ok(), "it is good for its own");
            let no = nobody.placements.clone().list_placements(ask).await.unwrap_err();
            assert_eq!(reason(&no), "PAGE_TOKEN_INVALID");
            let (_, resume_token) = told(&host, wire::WatchPlacementsRequest::default()).await.unwrap();
            let ask = wire::WatchPlacementsRequest { resume_token, ..Default::default() };
            assert_eq!(reason(&told(nobody, ask).await.unwrap_err()), "RESUME_TOKEN_INVALID");
            let filters = [(host.parent(), String::new()), (String::new(), format!("partners/{}", side.placed.university))];
            for (host, university) in filters {
                let ask = wire::WatchPlacementsRequest { host, university, ..Default::default() };
                assert!(told(nobody, ask).await.unwrap().0.is_empty());
            }
        }
        assert!(placements(&third).await.placements.is_empty() && offers(&third).await.is_empty());
    }

    async fn adjustments_are_for_the_university_and_the_host_of_a_confirmed_placement(world: &World) {
        let side = &world.own;
        let shown = async |who: &str, need: &str| {
            let reader = world.stand.placing(who, &[Role::PlacementCoordinator], "reader").await;
            reader.get_need(need).await.map(|need| need.adjustments).map_err(|no| reason(&no))
        };
        let (hidden, ramp) = (Err("NOT_FOUND".to_owned()), Ok("A ramp".to_owned()));
        let placed = &side.placed;
        let by_state = [
            (&placed.proposed, hidden.clone()),
            (&placed.accepted, Ok(String::new())),
            (&placed.confirmed, ramp.clone()),
            (&placed.running, ramp.clone()),
            (&placed.suspended, ramp.clone()),
            (&placed.recommended, ramp.clone()),
        ];
        let university = world.stand.coordinator(&placed.university).await;
        for (name, expected) in by_state {
            let need = university.placement(name).await.unwrap().placement_need;
            assert_eq!(shown(&side.partner, &need).await, expected, "{need}");
            assert_eq!(shown(&placed.university, &need).await, ramp, "{need}");
            for stranger in [&world.other.partner, &world.other.placed.university, &"harbour".to_owned()] {
                assert_eq!(shown(stranger, &need).await, hidden, "{need}");
            }
        }
        assert_eq!(shown(&side.partner, &placed.looking).await, hidden, "nobody has asked the host yet");
        let withdrawn = university.withdraw(&placed.confirmed).await.unwrap().placement_need;
        assert_eq!(shown(&side.partner, &withdrawn).await, hidden, "the host has them no longer");
    }
}
