//! Who sees a placement: its host and its university. To everybody else it is what does not exist.

use super::house::*;
use contracts::placements::v1::{
    ListDaysRequest, ListPlacementEventsRequest, ListPlacementsRequest, PlacementEvent,
};

const STRANGERS: [&str; 3] = ["gateshead", "shelter", "northumbria"];

/// The last parts of the needs that a list answers, over all of its pages, together.
async fn list(house: &House, partner: &str, ask: ListPlacementsRequest) -> String {
    let (mut ids, mut page_token) = (String::new(), String::new());
    loop {
        let ask = ListPlacementsRequest { page_size: 2, page_token, ..ask.clone() };
        let page = house.of(partner).list_placements(ask).await.unwrap().into_inner();
        assert!(page.placements.len() <= 2);
        ids.extend(page.placements.iter().filter_map(|it| it.placement_need.rsplit('/').next()));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return ids;
        }
    }
}

/// A refusal with the name that was asked for taken out of it.
fn said(status: &tonic::Status, name: &str) -> (tonic::Code, String, Vec<u8>) {
    let id = name.rsplit('/').next().unwrap();
    let details = String::from_utf8_lossy(status.details()).replace(id, "x");
    (status.code(), status.message().replace(id, "x"), details.into_bytes())
}

on_both! {
    async fn it_is_its_hosts_and_its_universitys_and_does_not_exist_for_others(house: House) {
        let name = house.standing("s1", State::InProgress).await.name;
        let seen = house.get("durham", &name).await.unwrap();
        assert_eq!(house.get("teesside", &name).await.unwrap(), seen);
        // As long as one that is there, so that no length tells them apart.
        let nothing = format!("placements/{}", "0".repeat(name.len() - "placements/".len()));
        let before = house.all().await;
        for partner in STRANGERS {
            let there = house.get(partner, &name).await.unwrap_err();
            let absent = house.get(partner, &nothing).await.unwrap_err();
            assert_eq!(said(&there, &name), said(&absent, &nothing), "{partner}");
            assert_eq!(list(&house, partner, ListPlacementsRequest::default()).await, "", "{partner}");
            let of = |parent: &str| ListDaysRequest { parent: parent.into(), ..Default::default() };
            let there = house.of(partner).list_days(of(&name)).await.unwrap_err();
            let absent = house.of(partner).list_days(of(&nothing)).await.unwrap_err();
            assert_eq!(said(&there, &name), said(&absent, &nothing), "{partner}");
            let of = |parent: &str| ListPlacementEventsRequest { parent: parent.into(), ..Default::default() };
            let there = house.of(partner).list_placement_events(of(&name)).await.unwrap_err();
            let absent = house.of(partner).list_placement_events(of(&nothing)).await.unwrap_err();
            assert_eq!(said(&there, &name), said(&absent, &nothing), "{partner}");
            // Not by a step either, whether they guess the etag or not.
            for (step, ..) in STEPS {
                for etag in ["", seen.etag.as_str()] {
                    let there = house.take_of(step, (&name, etag), partner).await.unwrap_err();
                    let absent = house.take_of(step, (&nothing, etag), partner).await.unwrap_err();
                    assert_eq!(said(&there, &name), said(&absent, &nothing), "{step} by {partner}");
                    assert_eq!(no(Err::<(), _>(there)), "NOT_FOUND");
                }
            }
            let days = recording(&name, vec![day(START, Kind::Absent)]);
            assert_eq!(no(house.of(partner).record_days(days).await), "NOT_FOUND");
            let review = reviewing(&name, Reviewed::Quality, END);
            assert_eq!(no(house.of(partner).record_review(review).await), "NOT_FOUND");
        }
        assert_eq!(house.all().await, before);
    }

    async fn a_list_has_what_the_caller_is_party_to_narrowed_as_asked(house: House) {
        house.offer("gateshead", "adults", |terms| terms.places = 5).await;
        house.teacher("sam", placements::domain::Qualification::Stage2, 5).await;
        let there = "partners/gateshead/placementOffers/adults";
        for (university, need, offer) in
            [("teesside", "a", OFFER), ("northumbria", "b", OFFER), ("teesside", "c", there), ("northumbria", "d", there)]
        {
            house.need(university, need).await;
            let placement_need = format!("partners/{university}/placementNeeds/{need}");
            let ask = contracts::placements::v1::ProposePlacementRequest { placement_need, ..proposing(need, offer) };
            house.of(university).propose_placement(ask).await.unwrap();
        }
        let e = house.proposed("e").await.name;
        house.of("durham").accept_placement(accepting(&e, "sam")).await.unwrap();
        let f = house.proposed("f").await.name;
        house.take("decline", &f, "durham").await.unwrap();
        let all = ListPlacementsRequest::default;
        for (partner, seen) in [("durham", "abef"), ("teesside", "acef"), ("northumbria", "bd"), ("gateshead", "cd")] {
            assert_eq!(list(&house, partner, all()).await, seen, "{partner}");
        }
        let host = |host: &str| ListPlacementsRequest { host: format!("partners/{host}"), ..all() };
        let of = |university: &str| ListPlacementsRequest { university: format!("partners/{university}"), ..all() };
        let student = |name: &str| ListPlacementsRequest { student: name.into(), ..all() };
        let under = |id: &str| {
            let practice_educator = format!("partners/durham/practiceEducators/{id}");
            ListPlacementsRequest { practice_educator, ..all() }
        };
        let states = |states: &[State]| {
            ListPlacementsRequest { states: states.iter().map(|state| (*state).into()).collect(), ..all() }
        };
        for (partner, ask, seen) in [
            ("teesside", host("durham"), "aef"),
            ("teesside", of("teesside"), "acef"),
            ("teesside", of("northumbria"), ""),
            ("durham", of("northumbria"), "b"),
            ("durham", host("gateshead"), ""),
            ("gateshead", host("durham"), ""),
            ("durham", student("partners/teesside/people/e"), "e"),
            ("gateshead", student("partners/teesside/people/e"), ""),
            ("northumbria", student("partners/teesside/people/e"), ""),
            ("durham", under("sam"), "e"),
            ("teesside", under("sam"), "e"),
            ("gateshead", under("sam"), ""),
            ("durham", under("pat"), ""),
            ("durham", states(&[State::Declined, State::Accepted]), "ef"),
            ("durham", states(&[State::Proposed]), "ab"),
            ("teesside", states(&[State::Passed]), ""),
            ("durham", ListPlacementsRequest { states: states(&[State::Declined]).states, ..of("teesside") }, "f"),
        ] {
            let told = format!("{partner} {ask:?}");
            assert_eq!(list(&house, partner, ask).await, seen, "{told}");
        }
        let unknown = ListPlacementsRequest { states: vec![0], ..all() };
        assert_eq!(fields(house.of("durham").list_placements(unknown).await), ["states[0]"]);
    }

    async fn a_page_token_is_good_for_whoever_got_it_and_for_what_they_asked(house: House) {
        for student in ["s1", "s2", "s3"] {
            house.proposed(student).await;
        }
        let first = ListPlacementsRequest { page_size: 1, ..Default::default() };
        let page = house.of("teesside").list_placements(first.clone()).await.unwrap().into_inner();
        let next = ListPlacementsRequest { page_token: page.next_page_token, ..first };
        house.of("teesside").list_placements(next.clone()).await.unwrap();
        for partner in ["durham", "northumbria", "gateshead"] {
            assert_eq!(no(house.of(partner).list_placements(next.clone()).await), "PAGE_TOKEN_INVALID", "{partner}");
        }
        let other = ListPlacementsRequest { host: "partners/durham".into(), ..next.clone() };
        assert_eq!(no(house.of("teesside").list_placements(other).await), "PAGE_TOKEN_INVALID");
        // Nor is it one for another list.
        let name = page.placements[0].name.clone();
        let ask = ListPlacementEventsRequest { parent: name, page_token: next.page_token, page_size: 1 };
        assert_eq!(no(house.of("teesside").list_placement_events(ask).await), "PAGE_TOKEN_INVALID");
    }

    async fn what_happened_is_read_oldest_first_a_page_at_a_time(house: House) {
        let name = house.standing("s1", State::Passed).await.name;
        let whole = house.events(&name).await;
        let ways: Vec<_> = whole.iter().map(|event| (event.from_state(), event.to_state())).collect();
        use State::*;
        let states = [Unspecified, Proposed, Accepted, Confirmed, InProgress, Recommended, Passed];
        assert_eq!(ways, states.windows(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>());
        assert!(whole.windows(2).all(|pair| {
            let at = |event: &PlacementEvent| event.time.as_ref().map(|time| (time.seconds, time.nanos));
            at(&pair[0]) <= at(&pair[1])
        }));
        let (mut read, mut page_token) = (vec![], String::new());
        loop {
            let ask = ListPlacementEventsRequest { parent: name.clone(), page_size: 2, page_token };
            let page = house.of("teesside").list_placement_events(ask).await.unwrap().into_inner();
            read.extend(page.events);
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        assert_eq!(read, whole);
    }
}
