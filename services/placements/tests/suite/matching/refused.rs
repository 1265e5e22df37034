//! Every no to a need.

use super::{
    house::{House, a_need, creating, fields, no},
    needs::updating,
};
use contracts::placements::v1::{self as wire, PlacementNeed};

#[tokio::test(flavor = "multi_thread")]
async fn every_field_that_is_missing_or_wrong_is_named() {
    let house = House::on_sqlite().await;
    let mut teesside = house.coordinator("teesside");
    let empty = creating("teesside", "n", PlacementNeed::default());
    let named = fields(teesside.create_placement_need(empty).await);
    for field in ["student.person", "stage", "academic_year", "start_date", "home.postcode"] {
        assert!(named.contains(&format!("placement_need.{field}")), "{field}: {named:?}");
    }
    let mut bad = a_need("teesside", "s1");
    bad.start_date = "2026-02-30".into();
    bad.preferred_settings = vec![0];
    bad.adjustments = "a\u{7}b".into();
    let named = fields(teesside.create_placement_need(creating("northumbria", "n", bad)).await);
    for field in [
        "parent",
        "placement_need.start_date",
        "placement_need.preferred_settings[0]",
        "placement_need.adjustments",
    ] {
        assert!(named.contains(&field.to_owned()), "{field}: {named:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_the_service_and_its_rule_book_know_is_refused_too() {
    for house in House::both().await {
        let mut teesside = house.coordinator("teesside");
        let mut nowhere = a_need("teesside", "s1");
        nowhere.home.as_mut().unwrap().postcode = "ZZ1".into();
        let mut far = a_need("teesside", "s1");
        far.max_travel_minutes = 91;
        for (need, field) in
            [(nowhere, "placement_need.home.latitude"), (far, "placement_need.max_travel_minutes")]
        {
            assert_eq!(
                fields(teesside.create_placement_need(creating("teesside", "n1", need)).await),
                [field]
            );
        }
        let foreign = creating("teesside", "n1", a_need("northumbria", "s1"));
        assert_eq!(no(teesside.create_placement_need(foreign).await), "PERSON_OF_ANOTHER_PARTNER");
        let made = house.need("teesside", "n1").await;
        let taken = creating("teesside", "n1", a_need("teesside", "s2"));
        assert_eq!(no(teesside.create_placement_need(taken).await), "NEED_EXISTS");
        let twice = creating("teesside", "n2", a_need("teesside", "n1"));
        assert_eq!(no(teesside.create_placement_need(twice).await), "NEED_EXISTS");
        let mut first = a_need("teesside", "n1");
        first.stage = wire::Stage::First.into();
        let first =
            teesside.create_placement_need(creating("teesside", "n2", first)).await.unwrap().into_inner();
        let edit = PlacementNeed { stage: wire::Stage::Final.into(), ..first.clone() };
        assert_eq!(no(teesside.update_placement_need(updating(edit, &["stage"])).await), "NEED_EXISTS");
        let far = PlacementNeed { max_travel_minutes: 91, ..first };
        assert_eq!(
            no(teesside.update_placement_need(updating(far, &["max_travel_minutes"])).await),
            "INVALID_FIELDS"
        );
        for path in ["student.person", "state", "placement"] {
            let answer = teesside.update_placement_need(updating(made.clone(), &[path])).await;
            assert_eq!(no(answer), "IMMUTABLE_FIELD", "{path}");
        }
        assert_eq!(no(teesside.update_placement_need(updating(made, &["colour"])).await), "INVALID_FIELDS");
    }
}
