//! What becomes of no offer.

use super::offers::*;
use crate::house::*;
use contracts::placements::v1::{
    Location, PlacementOffer, PublishPlacementOfferRequest, Setting, Stage, WithdrawPlacementOfferRequest,
};

fn at(postcode: &str, point: Option<(f64, f64)>) -> Option<Location> {
    let (latitude, longitude) = point.unzip();
    Some(Location { postcode: postcode.into(), latitude, longitude })
}

on_both! {
    async fn a_draft_says_what_an_offer_cannot_be_without(house: House) {
        let mut durham = house.hosting("durham");
        let asked = durham.create_placement_offer(drafting("durham", "x", PlacementOffer::default())).await;
        let missing = ["academic_year", "team", "setting", "stages", "places", "location.postcode"];
        assert_eq!(fields(asked), missing.map(|field| format!("placement_offer.{field}")));
        let elsewhere = durham.create_placement_offer(drafting("gateshead", "x", offer())).await;
        assert_eq!(fields(elsewhere), ["parent"]);
        house.draft("durham", "x", offer()).await;
        let again = durham.create_placement_offer(drafting("durham", "x", offer())).await;
        assert_eq!(reason(again), "OFFER_EXISTS");
    }

    async fn a_place_that_nobody_knows_on_the_map_is_asked_for(house: House) {
        let mut durham = house.hosting("durham");
        let asked = async |location| {
            let offer = PlacementOffer { location, ..offer() };
            house.hosting("durham").create_placement_offer(drafting("durham", "x", offer)).await
        };
        let unknown = asked(at("ZZ1", None)).await;
        assert!(unknown.as_ref().unwrap_err().message().contains("this service does not know where"));
        assert_eq!(fields(unknown), ["placement_offer.location.latitude"]);
        assert_eq!(fields(asked(Some(Location { latitude: Some(55.0), ..at("ZZ1", None).unwrap() })).await), ["placement_offer.location.longitude"]);
        let known = asked(at("ZZ1", Some((55.0, -1.0)))).await.unwrap().into_inner();
        assert_eq!(known.location, at("ZZ1", Some((55.0, -1.0))));
        let moved = PlacementOffer { location: at("ZZ2", None), ..known };
        let moved = durham.update_placement_offer(updating(moved, &["location"])).await;
        assert_eq!(fields(moved), ["placement_offer.location.latitude"]);
    }

    async fn the_window_is_in_order_and_whoever_teaches_is_there(house: House) {
        let mut durham = house.hosting("durham");
        house.educator("gateshead", "gail", 1).await;
        let dates = PlacementOffer {
            earliest_start_date: "2027-01-01".into(),
            latest_end_date: "2026-12-31".into(),
            ..offer()
        };
        let asked = durham.create_placement_offer(drafting("durham", "x", dates)).await;
        assert_eq!(fields(asked), ["placement_offer.latest_end_date"]);
        let draft = house.draft("durham", "x", offer()).await;
        for educator in ["partners/durham/practiceEducators/nobody", "partners/gateshead/practiceEducators/gail"] {
            let named = PlacementOffer { practice_educators: vec![educator.into()], ..offer() };
            let asked = durham.create_placement_offer(drafting("durham", "y", named.clone())).await;
            assert_eq!(fields(asked), ["placement_offer.practice_educators"], "{educator}");
            let named = PlacementOffer { name: draft.name.clone(), ..named };
            let asked = durham.update_placement_offer(updating(named, &["practice_educators"])).await;
            assert_eq!(fields(asked), ["placement_offer.practice_educators"], "{educator}");
        }
    }

    async fn what_placements_rely_on_stays_while_places_are_in_use(house: House) {
        let mut durham = house.hosting("durham");
        let open = house.offer("durham", "north", 3).await;
        let given = |open: &PlacementOffer| PlacementOffer {
            etag: String::new(),
            academic_year: "2027/28".into(),
            setting: Setting::Fostering.into(),
            statutory: false,
            stages: vec![Stage::Final.into()],
            places: 1,
            location: at("NE8", None),
            ..open.clone()
        };
        for _ in 0..2 {
            house.hold(&open.name).await.unwrap();
        }
        for path in ["academic_year", "setting", "statutory", "stages", "location"] {
            let asked = durham.update_placement_offer(updating(given(&open), &[path])).await.unwrap_err();
            assert_eq!(refusals::reason(&asked).as_deref(), Some("OFFER_IN_USE"));
            assert!(asked.message().contains(path), "{}", asked.message());
        }
        let few = durham.update_placement_offer(updating(given(&open), &["places"])).await;
        assert_eq!(reason(few), "PLACES_BELOW_USE");
        let now = house.clock.now();
        for _ in 0..2 {
            house.change_offer(&open.name, |offer| { offer.free_held(now); Ok(()) }).await.unwrap();
        }
        let paths = ["academic_year", "setting", "statutory", "stages", "location", "places"];
        let done = durham.update_placement_offer(updating(given(&open), &paths)).await.unwrap().into_inner();
        assert_eq!((done.setting(), done.places, done.academic_year.as_str()), (Setting::Fostering, 1, "2027/28"));
    }

    async fn each_step_is_taken_from_where_it_leads_on(house: House) {
        let mut durham = house.hosting("durham");
        let draft = house.draft("durham", "north", offer()).await;
        let name = draft.name.as_str();
        assert_eq!(reason(durham.reaffirm_placement_offer(reaffirming(name)).await), "OFFER_NOT_OPEN");
        let open = durham.publish_placement_offer(publishing(name)).await.unwrap().into_inner();
        assert_eq!(reason(durham.publish_placement_offer(publishing(name)).await), "OFFER_NOT_DRAFT");
        let stale = WithdrawPlacementOfferRequest { etag: draft.etag.clone(), ..withdrawing(name) };
        assert_eq!(reason(durham.withdraw_placement_offer(stale).await), "STALE_ETAG");
        let stale = PublishPlacementOfferRequest { etag: draft.etag.clone(), ..publishing(name) };
        assert_eq!(reason(durham.publish_placement_offer(stale).await), "STALE_ETAG");
        let asked = durham.update_placement_offer(updating(draft.clone(), &["team"])).await;
        assert_eq!(reason(asked), "STALE_ETAG");
        for path in ["state", "places_held", "stale", "name"] {
            let asked = durham.update_placement_offer(updating(open.clone(), &[path])).await;
            assert_eq!(reason(asked), "IMMUTABLE_FIELD", "{path}");
        }
        let current = WithdrawPlacementOfferRequest { etag: open.etag.clone(), ..withdrawing(name) };
        let gone = durham.withdraw_placement_offer(current).await.unwrap().into_inner();
        assert_eq!(reason(durham.withdraw_placement_offer(withdrawing(name)).await), "OFFER_NOT_OPEN");
        assert_eq!(reason(durham.reaffirm_placement_offer(reaffirming(name)).await), "OFFER_NOT_OPEN");
        assert_eq!(reason(durham.publish_placement_offer(publishing(name)).await), "OFFER_NOT_DRAFT");
        assert_eq!(reason(durham.update_placement_offer(updating(gone, &["team"])).await), "OFFER_NOT_OPEN");
    }
}
