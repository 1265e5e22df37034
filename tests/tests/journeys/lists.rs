//! Lists: in order, page by page, by tokens that are good for their own question and caller only.

use contracts::masterclasses::v1 as wire;
use practicum_tests::{Person, in_seconds, on_both_stores, reason, session};
use tonic::Status;
use vocabulary::Role;

fn starting(after: i64, capacity: i32) -> wire::Session {
    wire::Session {
        start_time: Some(in_seconds(after)),
        end_time: Some(in_seconds(after + 60)),
        ..session(capacity)
    }
}

async fn sessions(
    who: &Person,
    request: wire::ListSessionsRequest,
) -> Result<wire::ListSessionsResponse, Status> {
    Ok(who.masterclasses.clone().list_sessions(request).await?.into_inner())
}

/// The last segments of the names on every page, pages of `size`.
async fn all_pages(who: &Person, size: i32, bookable: bool) -> Vec<Vec<String>> {
    let mut request = wire::ListSessionsRequest {
        parent: "masterclasses/-".into(),
        page_size: size,
        bookable,
        ..Default::default()
    };
    let mut pages = Vec::new();
    loop {
        let page = sessions(who, request.clone()).await.unwrap();
        let last = |session: &wire::Session| session.name.rsplit('/').next().unwrap().to_owned();
        pages.push(page.sessions.iter().map(last).collect());
        if page.next_page_token.is_empty() {
            return pages;
        }
        request.page_token = page.next_page_token;
    }
}

on_both_stores! {
    async fn sessions_are_listed_by_start_and_no_page_repeats_or_skips(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        durham.host("trauma", starting(50_000, 1)).await.unwrap();
        // Two that start together are ordered by name; they were not made in that order.
        for (id, start) in [("late", 90_000), ("twin-b", 70_000), ("twin-a", 70_000), ("early", 40_000)] {
            durham.schedule("trauma", id, starting(start, 1)).await.unwrap();
        }
        let order = ["early", "s1", "twin-a", "twin-b", "late"];
        for size in [1, 2, 3, 5, 0] {
            assert_eq!(all_pages(&durham, size, false).await.concat(), order, "pages of {size}");
        }
        assert_eq!(all_pages(&durham, 2, false).await.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
        let window = wire::ListSessionsRequest {
            parent: "masterclasses/trauma".into(),
            start_from: Some(in_seconds(60_000)),
            start_before: Some(in_seconds(80_000)),
            ..Default::default()
        };
        assert_eq!(sessions(&durham, window).await.unwrap().sessions.len(), 2);
    }

    async fn a_page_token_is_good_for_its_own_question_and_caller_only(stand: &Stand) {
        let (durham, gateshead) = (stand.scheduler("durham").await, stand.scheduler("gateshead").await);
        let colleague = stand.caller("durham", &[Role::Scheduler], "colleague").await;
        durham.host("trauma", starting(50_000, 1)).await.unwrap();
        durham.schedule("trauma", "s2", starting(60_000, 1)).await.unwrap();
        let first =
            wire::ListSessionsRequest { parent: "masterclasses/-".into(), page_size: 1, ..Default::default() };
        let token = sessions(&durham, first.clone()).await.unwrap().next_page_token;
        let next = wire::ListSessionsRequest { page_token: token.clone(), ..first.clone() };
        assert_eq!(sessions(&durham, next.clone()).await.unwrap().sessions.len(), 1);
        let bigger = wire::ListSessionsRequest { page_size: 100, ..next.clone() };
        assert_eq!(sessions(&durham, bigger).await.unwrap().sessions.len(), 1, "the size may change");
        for other in [
            wire::ListSessionsRequest { bookable: true, ..next.clone() },
            wire::ListSessionsRequest { parent: "masterclasses/trauma".into(), ..next.clone() },
            wire::ListSessionsRequest { start_from: Some(in_seconds(0)), ..next.clone() },
            wire::ListSessionsRequest { page_token: token[1..].into(), ..next.clone() },
            wire::ListSessionsRequest { page_token: format!("{token}A"), ..next.clone() },
        ] {
            assert_eq!(reason(&sessions(&durham, other).await.unwrap_err()), "PAGE_TOKEN_INVALID");
        }
        for stranger in [&gateshead, &colleague] {
            assert_eq!(reason(&sessions(stranger, next.clone()).await.unwrap_err()), "PAGE_TOKEN_INVALID");
        }
        let elsewhere = wire::ListMasterclassesRequest { page_token: token, ..Default::default() };
        let refused = durham.masterclasses.clone().list_masterclasses(elsewhere).await.unwrap_err();
        assert_eq!(reason(&refused), "PAGE_TOKEN_INVALID");
    }

    async fn bookable_means_that_the_callers_partner_could_book_now(stand: &Stand) {
        let (durham, gateshead) = (stand.scheduler("durham").await, stand.scheduler("gateshead").await);
        durham.host("trauma", starting(50_000, 1)).await.unwrap();
        let fence = wire::SeatFence { partner: "partners/gateshead".into(), seats: 1 };
        let fenced = wire::Session { fences: vec![fence], ..starting(60_000, 1) };
        durham.schedule("trauma", "fenced", fenced).await.unwrap();
        let opens = wire::Session { booking_open_time: Some(in_seconds(9_000)), ..starting(70_000, 1) };
        durham.schedule("trauma", "opens", opens).await.unwrap();
        let full = durham.schedule("trauma", "full", starting(80_000, 1)).await.unwrap().name;
        durham.book(&full, "ann", false).await.unwrap();
        let off = durham.schedule("trauma", "off", starting(90_000, 1)).await.unwrap().name;
        let request = wire::CancelSessionRequest { name: off, ..Default::default() };
        durham.masterclasses.clone().cancel_session(request).await.unwrap();
        assert_eq!(all_pages(&durham, 1, true).await.concat(), ["s1"]);
        assert_eq!(all_pages(&gateshead, 1, true).await.concat(), ["s1", "fenced"]);
        assert_eq!(all_pages(&durham, 2, false).await.concat().len(), 5);
    }

    async fn bookings_are_listed_to_who_booked_and_to_the_host_in_the_order_of_making(stand: &Stand) {
        let (durham, gateshead) = (stand.scheduler("durham").await, stand.scheduler("gateshead").await);
        let sunderland = stand.scheduler("sunderland").await;
        let room = durham.host("trauma", session(9)).await.unwrap().name;
        let mut made = Vec::new();
        for (who, person) in [(&durham, "d1"), (&gateshead, "g1"), (&durham, "d2"), (&gateshead, "g2")] {
            made.push(who.book(&room, person, false).await.unwrap().name);
        }
        gateshead.cancel(&made[1]).await.unwrap();
        let hosts = list(&durham, wire::ListBookingsRequest { parent: room.clone(), ..Default::default() }).await;
        assert_eq!(hosts, made);
        let all = wire::ListBookingsRequest { parent: "masterclasses/-/sessions/-".into(), ..Default::default() };
        assert_eq!(list(&gateshead, all.clone()).await, [made[1].clone(), made[3].clone()]);
        assert!(list(&sunderland, all.clone()).await.is_empty());
        let live = vec![wire::booking::State::Confirmed.into()];
        let theirs = wire::ListBookingsRequest { partner: "partners/gateshead".into(), states: live, ..all.clone() };
        assert_eq!(list(&durham, theirs).await, [made[3].clone()]);
        let person = wire::ListBookingsRequest { person: "partners/durham/people/d2".into(), ..all };
        assert_eq!(list(&durham, person).await, [made[2].clone()]);
    }

    async fn what_is_absent_has_no_empty_page_and_what_is_empty_has_one(stand: &Stand) {
        let (durham, gateshead) = (stand.scheduler("durham").await, stand.scheduler("gateshead").await);
        let attendee = stand.caller("gateshead", &[Role::PracticeEducator], "ann").await;
        let room = durham.host("trauma", session(9)).await.unwrap().name;
        durham.book(&room, "d1", false).await.unwrap();
        let of_class = |parent: &str, bookable| wire::ListSessionsRequest {
            parent: parent.into(),
            bookable,
            start_before: Some(in_seconds(60)),
            ..Default::default()
        };
        for bookable in [false, true] {
            let none = sessions(&gateshead, of_class("masterclasses/trauma", bookable)).await.unwrap();
            assert!(none.sessions.is_empty());
            let absent = sessions(&gateshead, of_class("masterclasses/nothing", bookable)).await.unwrap_err();
            assert_eq!(reason(&absent), "NOT_FOUND");
        }
        for person in ["", "partners/gateshead/people/ann", "partners/gateshead/people/somebody-else"] {
            for who in [&gateshead, &attendee] {
                let of = |parent: &str| wire::ListBookingsRequest {
                    parent: parent.into(),
                    person: person.into(),
                    ..Default::default()
                };
                assert!(list(who, of(&room)).await.is_empty(), "another partner's are not there for them");
                assert!(list(who, of("masterclasses/-/sessions/-")).await.is_empty());
                for absent in ["masterclasses/trauma/sessions/nothing", "masterclasses/nothing/sessions/s1"] {
                    let refused = who.bookings.clone().list_bookings(of(absent)).await.unwrap_err();
                    assert_eq!(reason(&refused), "NOT_FOUND", "{absent} {person}");
                }
            }
        }
    }
}

/// Every page of one row.
async fn list(who: &Person, mut request: wire::ListBookingsRequest) -> Vec<String> {
    let mut names = Vec::new();
    request.page_size = 1;
    loop {
        let page = who.bookings.clone().list_bookings(request.clone()).await.unwrap().into_inner();
        names.extend(page.bookings.into_iter().map(|booking| booking.name));
        if page.next_page_token.is_empty() {
            return names;
        }
        request.page_token = page.next_page_token;
    }
}
