//! ApplyMatchRun: matches become proposals, once, whatever happened in between.

use super::{
    house::{House, no},
    needs::updating,
};
use contracts::placements::v1::{
    ApplyMatchRunRequest, GetMatchRunRequest, MatchRun, PlacementNeed, SkippedMatch,
    WithdrawPlacementNeedRequest,
};

fn applying(run: &MatchRun, request_id: &str) -> ApplyMatchRunRequest {
    ApplyMatchRunRequest { name: run.name.clone(), request_id: request_id.into() }
}

fn skipped(need: &str, reason: &str) -> SkippedMatch {
    SkippedMatch { placement_need: format!("partners/teesside/placementNeeds/{need}"), reason: reason.into() }
}

/// Three places of one offer, and a student for each.
async fn matched(house: &House) -> MatchRun {
    house.offer("durham", "adults", |terms| terms.places = 3).await;
    for id in ["n1", "n2", "n3"] {
        house.need("teesside", id).await;
    }
    let run = house.match_all().await;
    assert_eq!(run.matched, 3);
    run
}

#[tokio::test(flavor = "multi_thread")]
async fn every_match_is_proposed_once_and_a_retry_hears_the_first_answer() {
    let id = "0198a7a0-0000-7000-8000-000000000003";
    for house in House::both().await {
        let run = matched(&house).await;
        let mut matcher = house.matcher();
        let first = matcher.apply_match_run(applying(&run, id)).await.unwrap().into_inner();
        assert_eq!((first.proposed, first.skipped.len()), (3, 0));
        let again = matcher.apply_match_run(applying(&run, id)).await.unwrap().into_inner();
        assert_eq!(first, again);
        assert_eq!(no(matcher.apply_match_run(applying(&run, "")).await), "MATCH_RUN_ALREADY_APPLIED");
        let held = "SELECT places_held AS n FROM placement_offers";
        let proposed = "SELECT count(*) AS n FROM placements WHERE state = 'proposed'";
        assert_eq!((house.count(held).await, house.count(proposed).await), (3, 3));
        let seen = matcher.get_match_run(GetMatchRunRequest { name: run.name }).await.unwrap().into_inner();
        assert!(seen.apply_time.is_some());
        let absent = ApplyMatchRunRequest { name: "matchRuns/none".into(), request_id: String::new() };
        assert_eq!(no(matcher.apply_match_run(absent).await), "NOT_FOUND");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_match_whose_need_has_changed_since_is_passed_over_and_reported() {
    for house in House::both().await {
        let run = matched(&house).await;
        let mut teesside = house.coordinator("teesside");
        let name = |id: &str| format!("partners/teesside/placementNeeds/{id}");
        let edit = PlacementNeed { name: name("n1"), drives: true, ..PlacementNeed::default() };
        teesside.update_placement_need(updating(edit, &["drives"])).await.unwrap();
        let withdraw = WithdrawPlacementNeedRequest { name: name("n3"), ..Default::default() };
        teesside.withdraw_placement_need(withdraw).await.unwrap();
        let applied = house.matcher().apply_match_run(applying(&run, "")).await.unwrap().into_inner();
        assert_eq!(applied.proposed, 1);
        assert_eq!(applied.skipped, [skipped("n1", "STALE_ETAG"), skipped("n3", "NEED_NOT_OPEN")]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_match_whose_offer_has_changed_since_is_passed_over() {
    for house in House::both().await {
        let run = matched(&house).await;
        house.run("UPDATE placement_offers SET revision = revision + 1000").await;
        let applied = house.matcher().apply_match_run(applying(&run, "")).await.unwrap().into_inner();
        assert_eq!(applied.proposed, 0);
        assert_eq!(applied.skipped, ["n1", "n2", "n3"].map(|need| skipped(need, "STALE_ETAG")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_rules_refuse_by_then_is_passed_over_with_their_reason() {
    for house in House::both().await {
        let run = matched(&house).await;
        // Behind the service's back, so that no revision tells.
        house.run("UPDATE placement_offers SET academic_year = '2027/28'").await;
        let applied = house.matcher().apply_match_run(applying(&run, "")).await.unwrap().into_inner();
        assert_eq!(applied.skipped, ["n1", "n2", "n3"].map(|need| skipped(need, "RULE_BREACHED")));
        assert_eq!(house.count("SELECT places_held AS n FROM placement_offers").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_broke_off_goes_on_where_it_was_left() {
    for house in House::both().await {
        let run = matched(&house).await;
        let first = "UPDATE matches SET applied = 'PROPOSED' WHERE ordinal = 1";
        let second = "UPDATE matches SET applied = 'NO_FREE_PLACE' WHERE ordinal = 2";
        assert_eq!((house.run(first).await, house.run(second).await), (1, 1), "as another process left it");
        let applied = house.matcher().apply_match_run(applying(&run, "")).await.unwrap().into_inner();
        assert_eq!((applied.proposed, applied.skipped), (2, vec![skipped("n2", "NO_FREE_PLACE")]));
        assert_eq!(house.count("SELECT count(*) AS n FROM placements").await, 1, "the third alone");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_apply_a_run_at_once_propose_each_match_once() {
    for house in House::both().await {
        let run = matched(&house).await;
        let (mut one, mut other) = (house.matcher(), house.matcher());
        let (a, b) =
            tokio::join!(one.apply_match_run(applying(&run, "")), other.apply_match_run(applying(&run, "")));
        let (done, refused) = if a.is_ok() { (a, b) } else { (b, a) };
        assert_eq!(done.unwrap().into_inner().proposed, 3);
        assert_eq!(no(refused), "MATCH_RUN_ALREADY_APPLIED");
        assert_eq!(house.count("SELECT count(*) AS n FROM placements").await, 3);
    }
}
