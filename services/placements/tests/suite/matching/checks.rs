//! CheckPlacement: every rule for one pair, for whoever sees both.

use super::house::{House, no};
use contracts::placements::v1::{
    CheckPlacementRequest, CheckPlacementResponse, PlacementNeed, rule_result::Verdict,
};
use placements::domain::{OfferName, Qualification, rules::Rule};
use tonic::Status;
use vocabulary::Role;

fn checking(need: &PlacementNeed, offer: &OfferName, educator: &str) -> CheckPlacementRequest {
    CheckPlacementRequest {
        placement_need: need.name.clone(),
        placement_offer: offer.to_string(),
        practice_educator: educator.into(),
    }
}

fn verdict(answer: &CheckPlacementResponse, rule: &str) -> (Verdict, String) {
    let found = answer.rules.iter().find(|result| result.rule == rule).unwrap();
    (found.verdict(), found.explanation.clone())
}

async fn check(
    house: &House,
    who: (&str, Role),
    ask: CheckPlacementRequest,
) -> Result<CheckPlacementResponse, Status> {
    house.as_role(who.0, who.1).check_placement(ask).await.map(tonic::Response::into_inner)
}

const TEESSIDE: (&str, Role) = ("teesside", Role::PlacementCoordinator);
const DURHAM: (&str, Role) = ("durham", Role::PlacementCoordinator);

#[tokio::test(flavor = "multi_thread")]
async fn every_rule_is_weighed_with_its_figures_and_nothing_changes() {
    for house in House::both().await {
        let near = house.offer("durham", "near", |_| {}).await;
        let far = house.offer("durham", "far", |terms| terms.location.point.latitude = 56.9).await;
        let need = house.need("teesside", "n1").await;
        let before = house.count("SELECT seq AS n FROM feed_head").await;
        let answer = check(&house, TEESSIDE, checking(&need, &near, "")).await.unwrap();
        assert_eq!((answer.eligible, answer.rules.len()), (true, Rule::COUNT), "{:?}", answer.rules);
        assert_eq!(answer.projected_end_date, "2027-02-10", "100 days from 21 September 2026");
        let answer = check(&house, TEESSIDE, checking(&need, &far, "")).await.unwrap();
        let (travel, words) = verdict(&answer, "P9");
        assert_eq!((answer.eligible, travel), (false, Verdict::Breached));
        assert!(words.contains("minutes by road; the limit is 90"), "{words}");
        assert_eq!(house.count("SELECT seq AS n FROM feed_head").await, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_see_both_finds_neither() {
    for house in House::both().await {
        let offer = house.offer("durham", "north", |_| {}).await;
        let need = house.need("teesside", "n1").await;
        let ask = || checking(&need, &offer, "");
        for stranger in ["northumbria", "gateshead", "durham"] {
            for role in [Role::PlacementCoordinator, Role::PartnershipCoordinator] {
                assert_eq!(no(check(&house, (stranger, role), ask()).await), "NOT_FOUND", "{stranger}");
            }
        }
        assert!(check(&house, ("teesside", Role::PartnershipCoordinator), ask()).await.is_ok());
        house.propose_all().await;
        assert_eq!(no(check(&house, DURHAM, ask()).await), "NOT_FOUND", "proposed, and not accepted yet");
        house.run("UPDATE placements SET state = 'accepted'").await;
        let answer = check(&house, DURHAM, ask()).await.unwrap();
        assert!(
            answer.eligible,
            "the placement has its own place, and answers its own need: {:?}",
            answer.rules
        );
        assert_eq!(verdict(&answer, "W6").1, "the placement has its place");
        let other = house.need("northumbria", "n2").await;
        let offer = house.offer("durham", "hidden", |_| {}).await;
        house.run("UPDATE placement_offers SET state = 'draft' WHERE id = 'durham/hidden'").await;
        let hidden =
            check(&house, ("northumbria", Role::PlacementCoordinator), checking(&other, &offer, "")).await;
        assert_eq!(no(hidden), "NOT_FOUND", "a draft");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_practice_educator_is_weighed_by_name_where_the_caller_knows_of_them() {
    for house in House::both().await {
        house.educator("durham", "two", Qualification::Stage2, Some("2028-07-31"), 1).await;
        house.educator("durham", "one", Qualification::Stage1, Some("2028-07-31"), 1).await;
        house.educator("durham", "hidden", Qualification::Stage2, Some("2028-07-31"), 1).await;
        house.educator("gateshead", "two", Qualification::Stage2, Some("2028-07-31"), 1).await;
        let name = |host: &str, id: &str| format!("partners/{host}/practiceEducators/{id}");
        let offer = house
            .offer("durham", "north", |terms| {
                terms.practice_educators =
                    vec![name("durham", "one").parse().unwrap(), name("durham", "two").parse().unwrap()];
            })
            .await;
        let need = house.need("teesside", "n1").await;
        let eligible = |educator: String| {
            let ask = checking(&need, &offer, &educator);
            let house = &house;
            async move { check(house, TEESSIDE, ask).await.map(|answer| answer.eligible) }
        };
        assert!(eligible(name("durham", "two")).await.unwrap());
        assert!(!eligible(name("durham", "one")).await.unwrap(), "nobody ratifies");
        for unknown in [name("durham", "hidden"), name("gateshead", "two"), name("durham", "nobody")] {
            assert_eq!(no(eligible(unknown).await), "NOT_FOUND");
        }
        house.propose_all().await;
        house.run("UPDATE placements SET state = 'accepted'").await;
        let own = check(&house, DURHAM, checking(&need, &offer, &name("durham", "hidden"))).await;
        assert!(own.is_ok(), "a host names anybody of its own");
    }
}
