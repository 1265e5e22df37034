//! The life of an offer.

use crate::house::*;
use chrono::Duration;
use contracts::placements::v1::{
    GetPlacementOfferRequest, ListPlacementOffersRequest, Location, PlacementOffer,
    PublishPlacementOfferRequest, ReaffirmPlacementOfferRequest, Setting, Stage, UpdatePlacementOfferRequest,
    WithdrawPlacementOfferRequest, hosting_service_client::HostingServiceClient, placement_offer::State,
};
use prost_types::FieldMask;
use vocabulary::Call;

pub fn publishing(name: &str) -> PublishPlacementOfferRequest {
    PublishPlacementOfferRequest { name: name.into(), ..Default::default() }
}

pub fn reaffirming(name: &str) -> ReaffirmPlacementOfferRequest {
    ReaffirmPlacementOfferRequest { name: name.into(), ..Default::default() }
}

pub fn withdrawing(name: &str) -> WithdrawPlacementOfferRequest {
    WithdrawPlacementOfferRequest { name: name.into(), reason: "the team moves".into(), ..Default::default() }
}

pub fn updating(offer: PlacementOffer, paths: &[&str]) -> UpdatePlacementOfferRequest {
    let paths = paths.iter().map(|path| (*path).to_owned()).collect();
    UpdatePlacementOfferRequest {
        placement_offer: Some(offer),
        update_mask: Some(FieldMask { paths }),
        request_id: String::new(),
    }
}

/// An offer as it is now, not as it was remembered a moment ago.
pub async fn get(house: &House, partner: &str, name: &str) -> Result<PlacementOffer, tonic::Status> {
    let min_revision = house.feed().await.last().map(ledger::FeedRow::revision);
    let door = house.door(Call { min_revision, ..call(partner) });
    let ask = GetPlacementOfferRequest { name: name.into() };
    HostingServiceClient::new(door).get_placement_offer(ask).await.map(tonic::Response::into_inner)
}

on_both! {
    async fn an_offer_is_drafted_published_reaffirmed_and_withdrawn(house: House) {
        let mut durham = house.hosting("durham");
        let draft = house.draft("durham", "north", offer()).await;
        assert_eq!((draft.state(), draft.reaffirm_time, draft.stale), (State::Draft, None, false));
        assert_eq!(draft.stages, [i32::from(Stage::First), Stage::Final.into()]);
        assert_eq!(draft.weekdays, [1, 2, 3, 4, 5]);
        let location = draft.location.clone().unwrap();
        assert_eq!((location.postcode.as_str(), location.latitude, location.longitude), ("DH1 5UL", Some(54.77), Some(-1.57)));
        assert_eq!(get(&house, "durham", &draft.name).await.unwrap(), draft);

        let open = durham.publish_placement_offer(publishing(&draft.name)).await.unwrap().into_inner();
        assert_eq!((open.state(), open.reaffirm_time), (State::Open, open.update_time));
        house.clock.advance(Duration::days(3));
        let said = durham.reaffirm_placement_offer(reaffirming(&draft.name)).await.unwrap().into_inner();
        assert!(said.reaffirm_time.unwrap().seconds - open.reaffirm_time.unwrap().seconds >= 3 * 86_400);

        for _ in 0..2 {
            house.hold(&draft.name).await.unwrap();
        }
        let now = house.clock.now();
        house.change_offer(&draft.name, |offer| { offer.take_held(now); Ok(()) }).await.unwrap();
        let wider = PlacementOffer { places: 5, team: "Adults South".into(), ..said };
        let wider = durham.update_placement_offer(updating(PlacementOffer { etag: String::new(), ..wider }, &["places", "team"])).await;
        let wider = wider.unwrap().into_inner();
        assert_eq!((wider.places, wider.places_held, wider.places_taken, wider.team.as_str()), (5, 1, 1, "Adults South"));

        let gone = durham.withdraw_placement_offer(withdrawing(&draft.name)).await.unwrap().into_inner();
        assert_eq!((gone.state(), gone.withdraw_reason.as_str()), (State::Withdrawn, "the team moves"));
        assert_eq!((gone.places, gone.places_held, gone.places_taken), (2, 1, 1), "placements that are stay");
        assert_eq!(get(&house, "durham", &draft.name).await.unwrap(), gone);
    }

    async fn a_draft_can_be_taken_back_before_anybody_saw_it(house: House) {
        let draft = house.draft("durham", "north", offer()).await;
        let gone = house.hosting("durham").withdraw_placement_offer(withdrawing(&draft.name)).await.unwrap().into_inner();
        assert_eq!((gone.state(), gone.places), (State::Withdrawn, 0));
        assert!(house.feed().await.iter().all(|row| row.viewers == " durham "), "no university hears of it");
    }

    async fn an_offer_lapses_after_its_last_day_and_what_is_in_use_stays(house: House) {
        let today = placements::domain::Day::of(house.clock.now(), "Europe/London");
        let last = today.plus(10).unwrap().to_string();
        let ending = PlacementOffer { latest_end_date: last, ..offer() };
        let name = house.draft("durham", "ending", ending.clone()).await.name;
        house.hosting("durham").publish_placement_offer(publishing(&name)).await.unwrap();
        let (draft, endless) = (house.draft("durham", "draft", ending).await, house.offer("durham", "endless", 1).await);
        house.hold(&name).await.unwrap();
        house.clock.advance(Duration::days(9));
        assert_eq!(house.app.sweep().await.unwrap(), 0);
        house.clock.advance(Duration::days(2));
        house.app.sweep().await.unwrap();
        let lapsed = get(&house, "durham", &name).await.unwrap();
        assert_eq!((lapsed.state(), lapsed.places, lapsed.places_held), (State::Lapsed, 2, 1));
        assert_eq!(house.app.sweep().await.unwrap(), 0, "once is enough");
        assert_eq!(get(&house, "durham", &endless.name).await.unwrap().state(), State::Open);
        assert_eq!(get(&house, "durham", &draft.name).await.unwrap().state(), State::Draft);
        let late = house.hosting("durham").publish_placement_offer(publishing(&draft.name)).await;
        assert_eq!(fields(late), ["placement_offer.latest_end_date"]);
        let mut durham = house.hosting("durham");
        assert_eq!(reason(durham.withdraw_placement_offer(withdrawing(&name)).await), "OFFER_NOT_OPEN");
    }

    async fn an_offer_of_which_nobody_has_spoken_for_sixty_days_is_listed_as_stale(house: House) {
        for id in ["a", "b", "c"] {
            house.offer("durham", id, 1).await;
        }
        house.draft("durham", "d", offer()).await;
        let stale = async |partner: &str, only| {
            let ask = ListPlacementOffersRequest { parent: "partners/-".into(), stale: only, ..Default::default() };
            let page = house.hosting(partner).list_placement_offers(ask).await.unwrap().into_inner();
            page.placement_offers.into_iter().map(|it| (it.name.chars().last().unwrap(), it.stale)).collect::<Vec<_>>()
        };
        house.clock.advance(Duration::days(30));
        house.hosting("durham").reaffirm_placement_offer(reaffirming("partners/durham/placementOffers/b")).await.unwrap();
        assert_eq!(stale("durham", true).await, []);
        house.clock.advance(Duration::days(30) + Duration::seconds(1));
        let all = [('a', true), ('b', false), ('c', true), ('d', false)];
        assert_eq!(stale("durham", false).await, all);
        assert_eq!(stale("teesside", false).await, all[..3]);
        for partner in ["durham", "teesside"] {
            assert_eq!(stale(partner, true).await, [('a', true), ('c', true)]);
        }
        assert!(get(&house, "teesside", "partners/durham/placementOffers/a").await.unwrap().stale);
        house.hosting("durham").withdraw_placement_offer(withdrawing("partners/durham/placementOffers/a")).await.unwrap();
        assert_eq!(stale("durham", true).await, [('c', true)], "nobody waits for one that is withdrawn");
    }

    async fn an_update_changes_what_it_names_and_no_more(house: House) {
        let mut durham = house.hosting("durham");
        let pat = house.educator("durham", "pat", 1).await.name;
        let draft = house.draft("durham", "north", offer()).await;
        let given = PlacementOffer {
            setting: Setting::Fostering.into(),
            stages: vec![Stage::First.into()],
            location: Some(Location { postcode: "ZZ1".into(), latitude: Some(55.0), longitude: Some(-1.0) }),
            practice_educators: vec![pat.clone()],
            weekdays: vec![3, 1],
            earliest_start_date: "2026-09-21".into(),
            ..draft.clone()
        };
        let paths = ["setting", "stages", "location", "practice_educators", "weekdays", "earliest_start_date"];
        let done = durham.update_placement_offer(updating(given.clone(), &paths)).await.unwrap().into_inner();
        let expected = PlacementOffer { etag: done.etag.clone(), update_time: done.update_time, weekdays: vec![1, 3], ..given };
        assert_eq!(done, expected);
        let clear = PlacementOffer { name: draft.name.clone(), ..Default::default() };
        let paths = ["earliest_start_date", "practice_educators", "weekdays", "statutory"];
        let done = durham.update_placement_offer(updating(clear, &paths)).await.unwrap().into_inner();
        assert_eq!((done.earliest_start_date.as_str(), done.practice_educators.len(), done.statutory), ("", 0, false));
        assert_eq!((done.weekdays.len(), done.setting()), (5, Setting::Fostering));
        let filled = PlacementOffer { name: draft.name.clone(), team: "South".into(), ..Default::default() };
        let ask = UpdatePlacementOfferRequest { placement_offer: Some(filled), ..Default::default() };
        let done = durham.update_placement_offer(ask).await.unwrap().into_inner();
        assert_eq!((done.team.as_str(), done.places), ("South", 2));
    }

    async fn a_repeat_of_a_write_changes_nothing_and_answers_as_the_first_time(house: House) {
        let mut durham = house.hosting("durham");
        let id = |n: u8| format!("0198a7a0-0000-7000-8000-0000000000{n:02}");
        let ask = contracts::placements::v1::CreatePlacementOfferRequest { request_id: id(1), ..drafting("durham", "", offer()) };
        let first = durham.create_placement_offer(ask.clone()).await.unwrap().into_inner();
        assert_eq!(durham.create_placement_offer(ask).await.unwrap().into_inner(), first);
        let ask = PublishPlacementOfferRequest { request_id: id(2), ..publishing(&first.name) };
        let open = durham.publish_placement_offer(ask.clone()).await.unwrap().into_inner();
        assert_eq!(durham.publish_placement_offer(ask).await.unwrap().into_inner(), open);
        let ask = WithdrawPlacementOfferRequest { request_id: id(3), ..withdrawing(&first.name) };
        let gone = durham.withdraw_placement_offer(ask.clone()).await.unwrap().into_inner();
        assert_eq!(durham.withdraw_placement_offer(ask).await.unwrap().into_inner(), gone);
        assert_eq!(house.feed().await.len(), 3);
        // A clearing of a day and leaving it alone are two requests.
        let other = PlacementOffer { name: first.name, ..Default::default() };
        let clear = UpdatePlacementOfferRequest { request_id: id(4), ..updating(other.clone(), &["latest_end_date"]) };
        let draft = house.draft("durham", "more", offer()).await;
        let renamed = |mut ask: UpdatePlacementOfferRequest, name: &str| {
            ask.placement_offer.as_mut().unwrap().name = name.into();
            ask
        };
        durham.update_placement_offer(renamed(clear, &draft.name)).await.unwrap();
        let none = UpdatePlacementOfferRequest { placement_offer: Some(other), update_mask: None, request_id: id(4) };
        assert_eq!(reason(durham.update_placement_offer(renamed(none, &draft.name)).await), "REQUEST_ID_REUSED");
    }
}
