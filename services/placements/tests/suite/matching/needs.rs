//! A need from creation to withdrawal.

use super::house::{House, a_need, creating, getting, no};
use contracts::{
    common::v1 as common,
    placements::v1::{
        self as wire, ListPlacementNeedsRequest, PlacementNeed, UpdatePlacementNeedRequest,
        WithdrawPlacementNeedRequest, placement_need::State,
    },
};
use vocabulary::Role;

pub fn updating(need: PlacementNeed, paths: &[&str]) -> UpdatePlacementNeedRequest {
    let paths = paths.iter().map(|path| (*path).to_owned()).collect();
    let update_mask = Some(prost_types::FieldMask { paths });
    UpdatePlacementNeedRequest { placement_need: Some(need), update_mask, request_id: String::new() }
}

fn withdrawing(need: &PlacementNeed, etag: &str) -> WithdrawPlacementNeedRequest {
    let (name, etag, reason) = (need.name.clone(), etag.into(), "left the course".into());
    WithdrawPlacementNeedRequest { name, etag, reason, request_id: String::new() }
}

fn listing(university: &str) -> ListPlacementNeedsRequest {
    ListPlacementNeedsRequest {
        parent: format!("partners/{university}"),
        page_size: 2,
        ..ListPlacementNeedsRequest::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_need_is_found_on_the_map_changed_while_it_is_open_and_taken_back() {
    for house in House::both().await {
        let mut teesside = house.coordinator("teesside");
        let made = house
            .need_with("teesside", "n1", |need| {
                need.excluded_partners = vec!["partners/sunderland".into(), "partners/durham".into()];
            })
            .await;
        assert_eq!((made.state(), made.weekdays.len()), (State::Open, 5));
        assert_eq!(made.home.as_ref().unwrap().latitude, Some(54.77));
        assert_eq!(made.excluded_partners, ["partners/durham", "partners/sunderland"]);
        let read = teesside.get_placement_need(getting(&made)).await.unwrap().into_inner();
        assert_eq!(read, made);
        let mut edit = PlacementNeed { max_travel_minutes: 60, ..made.clone() };
        edit.home = Some(wire::Location { postcode: "NE8 1AA".into(), latitude: None, longitude: None });
        let updated =
            teesside.update_placement_need(updating(edit.clone(), &["home", "max_travel_minutes"])).await;
        let updated = updated.unwrap().into_inner();
        assert_eq!((updated.max_travel_minutes, updated.home.unwrap().latitude), (60, Some(54.95)));
        assert_eq!(
            (updated.excluded_partners, updated.student),
            (made.excluded_partners.clone(), made.student.clone())
        );
        assert_eq!(no(teesside.update_placement_need(updating(edit, &["drives"])).await), "STALE_ETAG");
        assert_eq!(no(teesside.withdraw_placement_need(withdrawing(&made, &made.etag)).await), "STALE_ETAG");
        let gone =
            teesside.withdraw_placement_need(withdrawing(&made, &updated.etag)).await.unwrap().into_inner();
        assert_eq!(gone.state(), State::Withdrawn);
        let again = PlacementNeed { etag: String::new(), ..made.clone() };
        assert_eq!(no(teesside.update_placement_need(updating(again, &["drives"])).await), "NEED_NOT_OPEN");
        assert_eq!(no(teesside.withdraw_placement_need(withdrawing(&made, "")).await), "NEED_NOT_OPEN");
        let kept = "SELECT count(*) AS n FROM placement_needs WHERE withdraw_reason = 'left the course'";
        assert_eq!(house.count(kept).await, 1, "why is kept");
        house.need_with("teesside", "n2", |need| need.student = made.student.clone()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_student_is_kept_once_and_seen_the_same_in_every_need() {
    for house in House::both().await {
        let mut teesside = house.coordinator("teesside");
        let last = house.need("teesside", "n1").await;
        let student = last.student.clone().unwrap();
        let first = house
            .need_with("teesside", "n2", |need| {
                need.student = Some(common::Person { email: String::new(), ..student.clone() });
                need.stage = wire::Stage::First.into();
            })
            .await;
        assert_eq!(first.student.as_ref(), Some(&student), "what is empty says nothing");
        let named = common::Person { display_name: "Ann Jones".into(), ..common::Person::default() };
        let edit = PlacementNeed { student: Some(named), ..first.clone() };
        let first = teesside
            .update_placement_need(updating(edit, &["student.display_name"]))
            .await
            .unwrap()
            .into_inner();
        let other = teesside.get_placement_need(getting(&last)).await.unwrap().into_inner();
        assert_eq!(
            (&other.student, &first.student.as_ref().unwrap().email),
            (&first.student, &student.email)
        );
        assert_ne!(other.etag, last.etag, "it shows the student too");
        assert_eq!(house.count("SELECT count(*) AS n FROM students").await, 1);
        let told =
            "SELECT count(*) AS n FROM feed WHERE collection = 'placementNeeds' AND viewers = ' teesside '";
        assert_eq!(house.count(told).await, 4);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_partner_finds_no_need_whatever_it_asks() {
    for house in House::both().await {
        let made = house.need("teesside", "n1").await;
        for partner in ["northumbria", "durham"] {
            let mut other = house.coordinator(partner);
            assert_eq!(no(other.get_placement_need(getting(&made)).await), "NOT_FOUND", "{partner}");
            assert_eq!(
                no(other.update_placement_need(updating(made.clone(), &["drives"])).await),
                "NOT_FOUND"
            );
            assert_eq!(no(other.withdraw_placement_need(withdrawing(&made, "")).await), "NOT_FOUND");
            assert_eq!(no(other.list_placement_needs(listing("teesside")).await), "NOT_FOUND");
        }
        let own = house.coordinator("northumbria").list_placement_needs(listing("northumbria")).await;
        assert!(own.unwrap().into_inner().placement_needs.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_goes_page_by_page_and_narrows_and_a_token_is_for_its_question_alone() {
    for house in House::both().await {
        for id in ["n1", "n2", "n3", "n4", "n5"] {
            house.need("teesside", id).await;
        }
        house.need("northumbria", "n1").await;
        let mut teesside = house.coordinator("teesside");
        let mut seen = Vec::new();
        let mut ask = listing("teesside");
        loop {
            let page = teesside.list_placement_needs(ask.clone()).await.unwrap().into_inner();
            seen.extend(page.placement_needs.into_iter().map(|need| need.name));
            if page.next_page_token.is_empty() {
                break;
            }
            ask.page_token = page.next_page_token;
        }
        let all: Vec<_> = (1..=5).map(|n| format!("partners/teesside/placementNeeds/n{n}")).collect();
        assert_eq!(seen, all);
        ask.stage = wire::Stage::First.into();
        assert_eq!(no(teesside.list_placement_needs(ask.clone()).await), "PAGE_TOKEN_INVALID");
        ask.page_token.clear();
        let none = teesside.list_placement_needs(ask).await.unwrap().into_inner();
        assert!(none.placement_needs.is_empty());
        let open = ListPlacementNeedsRequest {
            academic_year: "2026/27".into(),
            state: State::Open.into(),
            page_size: 100,
            ..listing("teesside")
        };
        let open = teesside.list_placement_needs(open).await.unwrap().into_inner().placement_needs;
        assert_eq!(open.len(), 5);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_hears_the_first_answer_and_another_request_of_that_id_does_not() {
    let id = "0198a7a0-0000-7000-8000-000000000001".to_owned();
    for house in House::both().await {
        let mut teesside = house.as_role("teesside", Role::PlacementCoordinator);
        let mut ask = creating("teesside", "", a_need("teesside", "s1"));
        ask.request_id.clone_from(&id);
        let first = teesside.create_placement_need(ask.clone()).await.unwrap().into_inner();
        let again = teesside.create_placement_need(ask.clone()).await.unwrap().into_inner();
        assert_eq!(first, again);
        assert_eq!(house.count("SELECT count(*) AS n FROM placement_needs").await, 1);
        ask.placement_need.as_mut().unwrap().drives = false;
        assert_eq!(no(teesside.create_placement_need(ask).await), "REQUEST_ID_REUSED");
    }
}
