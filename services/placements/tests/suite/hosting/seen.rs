//! Who sees which offer: its host every one, a university the open ones and those on which it has a placement, another
//! host none.

use super::offers::*;
use crate::house::*;
use contracts::placements::v1::{ListPlacementOffersRequest, PlacementOffer, Setting, Stage};

fn all() -> ListPlacementOffersRequest {
    ListPlacementOffersRequest { parent: "partners/-".into(), ..Default::default() }
}

/// The ids that a list answers, over all of its pages.
async fn list(house: &House, partner: &str, ask: ListPlacementOffersRequest) -> Vec<String> {
    let (mut ids, mut page_token) = (vec![], String::new());
    loop {
        let ask = ListPlacementOffersRequest { page_size: 2, page_token, ..ask.clone() };
        let page = house.hosting(partner).list_placement_offers(ask).await.unwrap().into_inner();
        ids.extend(
            page.placement_offers.iter().filter_map(|it| it.name.rsplit('/').next()).map(str::to_owned),
        );
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return ids;
        }
    }
}

on_both! {
    async fn an_offer_is_the_hosts_then_every_universitys_and_never_another_councils(house: House) {
        let draft = house.draft("durham", "north", offer()).await.name;
        let absent = "partners/durham/placementOffers/nothing";
        let unseen = async |partners: &[&str]| {
            for partner in partners {
                let told = get(&house, partner, &draft).await.unwrap_err();
                let nothing = get(&house, partner, absent).await.unwrap_err();
                let said = |status: &tonic::Status| status.message().replace("north", "x").replace("nothing", "x");
                assert_eq!((told.code(), said(&told)), (nothing.code(), said(&nothing)), "{partner}");
                assert_eq!(list(&house, partner, all()).await, [""; 0], "{partner}");
            }
        };
        unseen(&["gateshead", "shelter", "teesside", "northumbria"]).await;
        house.hosting("durham").publish_placement_offer(publishing(&draft)).await.unwrap();
        unseen(&["gateshead", "shelter"]).await;
        for partner in ["durham", "teesside", "northumbria"] {
            assert_eq!(get(&house, partner, &draft).await.unwrap().name, draft, "{partner}");
            assert_eq!(list(&house, partner, all()).await, ["north"], "{partner}");
        }
        house.placed(&draft, "teesside").await;
        house.hosting("durham").withdraw_placement_offer(withdrawing(&draft)).await.unwrap();
        unseen(&["gateshead", "shelter", "northumbria"]).await;
        for partner in ["durham", "teesside"] {
            assert_eq!(get(&house, partner, &draft).await.unwrap().withdraw_reason, "the team moves", "{partner}");
        }
        assert_eq!(list(&house, "teesside", all()).await, [""; 0], "a list has what can be proposed for");
    }

    async fn nobody_changes_another_hosts_offer_or_learns_that_it_is_there(house: House) {
        let open = house.offer("durham", "north", 1).await;
        let mut other = house.hosting("gateshead");
        for name in [open.name.as_str(), "partners/durham/placementOffers/nothing"] {
            let ask = contracts::placements::v1::PublishPlacementOfferRequest { etag: open.etag.clone(), ..publishing(name) };
            assert_eq!(reason(other.publish_placement_offer(ask).await), "NOT_FOUND");
            assert_eq!(reason(other.reaffirm_placement_offer(reaffirming(name)).await), "NOT_FOUND");
            assert_eq!(reason(other.withdraw_placement_offer(withdrawing(name)).await), "NOT_FOUND");
            let given = PlacementOffer { name: name.into(), team: "Ours".into(), ..Default::default() };
            assert_eq!(reason(other.update_placement_offer(updating(given, &["team"])).await), "NOT_FOUND");
        }
        assert_eq!(get(&house, "durham", &open.name).await.unwrap(), open);
    }

    async fn the_feed_names_an_offer_to_its_host_and_once_published_to_the_universities(house: House) {
        let open = house.offer("durham", "north", 1).await;
        house.hosting("durham").withdraw_placement_offer(withdrawing(&open.name)).await.unwrap();
        let told: Vec<String> = house.feed().await.into_iter().map(|row| row.viewers).collect();
        let everyone = " durham teesside northumbria ";
        assert_eq!(told, [" durham ", everyone, everyone]);
    }

    async fn a_list_is_narrowed_and_goes_on_where_it_ended(house: House) {
        let made = [
            ("durham", "a", "2026/27", Setting::Adults, vec![Stage::First]),
            ("durham", "b", "2026/27", Setting::Fostering, vec![Stage::Final]),
            ("durham", "c", "2027/28", Setting::Adults, vec![Stage::First, Stage::Final]),
            ("gateshead", "d", "2026/27", Setting::Adults, vec![Stage::Final]),
            ("gateshead", "e", "2026/27", Setting::Adults, vec![Stage::Final]),
        ];
        for (host, id, year, setting, stages) in made {
            let stages = stages.into_iter().map(Into::into).collect();
            let given = PlacementOffer { academic_year: year.into(), setting: setting.into(), stages, places: 1, ..offer() };
            let name = house.draft(host, id, given).await.name;
            if id != "e" {
                house.hosting(host).publish_placement_offer(publishing(&name)).await.unwrap();
            }
        }
        house.hold("partners/durham/placementOffers/a").await.unwrap();
        let asked = async |partner: &str, ask| list(&house, partner, ask).await.concat();
        let of = |parent: &str| ListPlacementOffersRequest { parent: parent.into(), ..all() };
        assert_eq!(asked("teesside", all()).await, "abcd");
        assert_eq!(asked("durham", all()).await, "abc");
        assert_eq!(asked("gateshead", all()).await, "de");
        assert_eq!(asked("gateshead", of("partners/gateshead")).await, "de");
        assert_eq!(asked("gateshead", of("partners/durham")).await, "");
        assert_eq!(asked("teesside", of("partners/gateshead")).await, "d");
        let year = ListPlacementOffersRequest { academic_year: "2026/27".into(), ..all() };
        assert_eq!(asked("teesside", year).await, "abd");
        let first = ListPlacementOffersRequest { stage: Stage::First.into(), ..all() };
        assert_eq!(asked("teesside", first).await, "ac");
        let last = ListPlacementOffersRequest { stage: Stage::Final.into(), ..all() };
        assert_eq!(asked("teesside", last).await, "bcd");
        let adults = ListPlacementOffersRequest { setting: Setting::Adults.into(), ..all() };
        assert_eq!(asked("teesside", adults).await, "acd");
        let free = ListPlacementOffersRequest { available: true, ..all() };
        assert_eq!(asked("teesside", free.clone()).await, "bcd");
        assert_eq!(asked("gateshead", free).await, "d", "a draft has nothing to give");
    }

    async fn a_page_token_is_good_for_whoever_got_it_and_for_what_they_asked(house: House) {
        for id in ["a", "b", "c"] {
            house.offer("durham", id, 1).await;
        }
        let first = ListPlacementOffersRequest { page_size: 1, ..all() };
        let page = house.hosting("teesside").list_placement_offers(first.clone()).await.unwrap().into_inner();
        let next = ListPlacementOffersRequest { page_token: page.next_page_token, ..first };
        house.hosting("teesside").list_placement_offers(next.clone()).await.unwrap();
        let other = ListPlacementOffersRequest { available: true, ..next.clone() };
        assert_eq!(reason(house.hosting("teesside").list_placement_offers(other).await), "PAGE_TOKEN_INVALID");
        for partner in ["durham", "northumbria", "gateshead"] {
            let asked = house.hosting(partner).list_placement_offers(next.clone()).await;
            assert_eq!(reason(asked), "PAGE_TOKEN_INVALID", "{partner}");
        }
    }
}
