//! A university says who needs a place, and the partnership finds one for as many as can be.

use contracts::placements::v1 as wire;
use practicum_tests::{
    Coordinator, Stand, coordinators::offer, officials::mask, on_both_stores, reason, request_id,
};
use vocabulary::Role;
use wire::rule_result::Verdict;

/// Whoever matches for the partnership.
async fn matcher(stand: &Stand) -> Coordinator {
    stand.placing("durham", &[Role::PartnershipCoordinator], "matcher").await
}

async fn needs(who: &Coordinator, parent: &str) -> Result<Vec<wire::PlacementNeed>, tonic::Status> {
    let ask = wire::ListPlacementNeedsRequest { parent: parent.into(), ..Default::default() };
    Ok(who.matching.clone().list_placement_needs(ask).await?.into_inner().placement_needs)
}

/// The students of a run's matches, each with the place that was found.
async fn matches(who: &Coordinator, run: &str, unmatched: bool) -> Vec<wire::Match> {
    let ask = wire::ListMatchesRequest { parent: run.into(), unmatched, ..Default::default() };
    who.matching.clone().list_matches(ask).await.unwrap().into_inner().matches
}

async fn check(
    who: &Coordinator,
    need: &str,
    offer: &str,
) -> Result<wire::CheckPlacementResponse, tonic::Status> {
    let (placement_need, placement_offer) = (need.into(), offer.into());
    let ask =
        wire::CheckPlacementRequest { placement_need, placement_offer, practice_educator: String::new() };
    Ok(who.matching.clone().check_placement(ask).await?.into_inner())
}

async fn apply(who: &Coordinator, run: &str) -> Result<wire::ApplyMatchRunResponse, tonic::Status> {
    let ask = wire::ApplyMatchRunRequest { name: run.into(), request_id: request_id() };
    Ok(who.matching.clone().apply_match_run(ask).await?.into_inner())
}

on_both_stores! {
    async fn a_need_is_said_changed_listed_and_taken_back_and_shown_to_nobody_else(stand: &Stand) {
        let (teesside, northumbria) = (stand.coordinator("teesside").await, stand.coordinator("northumbria").await);
        let durham = stand.placing("durham", &[Role::PlacementCoordinator], "coordinator").await;
        let made = teesside.need("ann", teesside.looking("ann")).await.unwrap();
        assert_eq!((made.state(), made.adjustments.as_str()), (wire::placement_need::State::Open, ""));
        let read = teesside.get_need(&made.name).await.unwrap();
        assert_eq!(read, wire::PlacementNeed { adjustments: "A ramp".into(), ..made.clone() });
        for stranger in [&northumbria, &durham] {
            assert_eq!(reason(&stranger.get_need(&made.name).await.unwrap_err()), "NOT_FOUND");
        }
        let less = wire::PlacementNeed { max_travel_minutes: 45, ..made.clone() };
        let ask = wire::UpdatePlacementNeedRequest {
            placement_need: Some(less),
            update_mask: mask(&["max_travel_minutes"]),
            request_id: request_id(),
        };
        let less = teesside.matching.clone().update_placement_need(ask).await.unwrap().into_inner();
        assert_eq!(less.max_travel_minutes, 45);
        assert_eq!(needs(&teesside, "partners/teesside").await.unwrap(), [less]);
        assert_eq!(reason(&needs(&northumbria, "partners/teesside").await.unwrap_err()), "NOT_FOUND");
        let again = teesside.need("ann-2", teesside.looking("ann")).await.unwrap_err();
        assert_eq!(reason(&again), "NEED_EXISTS");
        let ask = wire::WithdrawPlacementNeedRequest {
            name: made.name.clone(),
            reason: "A year out".into(),
            request_id: request_id(),
            ..Default::default()
        };
        let gone = teesside.matching.clone().withdraw_placement_need(ask.clone()).await.unwrap().into_inner();
        assert_eq!(gone.state(), wire::placement_need::State::Withdrawn);
        let twice = wire::WithdrawPlacementNeedRequest { request_id: request_id(), ..ask };
        let twice = teesside.matching.clone().withdraw_placement_need(twice).await.unwrap_err();
        assert_eq!(reason(&twice), "NEED_NOT_OPEN");
    }

    async fn a_pair_is_weighed_rule_by_rule_with_figures(stand: &Stand) {
        let (durham, teesside) = (stand.coordinator("durham").await, stand.coordinator("teesside").await);
        let near = durham.offer("near", offer(1)).await.unwrap().name;
        let london = Some(wire::Location { postcode: "EC1A".into(), latitude: Some(51.52), longitude: Some(-0.1) });
        let far = durham.offer("far", wire::PlacementOffer { location: london, ..offer(1) }).await.unwrap().name;
        let ann = teesside.need("ann", teesside.looking("ann")).await.unwrap().name;
        let travels = async |offer: &str| {
            let checked = check(&teesside, &ann, offer).await.unwrap();
            let p9 = checked.rules.iter().find(|rule| rule.rule == "P9").unwrap().clone();
            (checked.eligible, checked.projected_end_date, p9)
        };
        let (eligible, end, p9) = travels(&near).await;
        assert_eq!((eligible, end.as_str(), p9.verdict()), (true, "2020-05-28", Verdict::Met), "{p9:?}");
        let (eligible, _, p9) = travels(&far).await;
        assert_eq!((eligible, p9.verdict()), (false, Verdict::Breached));
        assert!(p9.explanation.contains("90"), "{}", p9.explanation);
        let refused = teesside.propose(&ann, &far).await.unwrap_err();
        assert_eq!(reason(&refused), "RULE_BREACHED");
        // The host has not been asked for the student.
        assert_eq!(reason(&check(&durham, &ann, &near).await.unwrap_err()), "NOT_FOUND");
    }

    async fn a_run_places_whom_it_can_tells_the_others_why_and_is_applied_once(stand: &Stand) {
        let (durham, gateshead) = (stand.coordinator("durham").await, stand.coordinator("gateshead").await);
        let (teesside, northumbria) = (stand.coordinator("teesside").await, stand.coordinator("northumbria").await);
        let matcher = matcher(stand).await;
        for host in [&durham, &gateshead] {
            host.offer("place", offer(1)).await.unwrap();
        }
        for student in ["ann", "ben"] {
            teesside.need(student, teesside.looking(student)).await.unwrap();
        }
        let cat = wire::PlacementNeed {
            excluded_partners: vec![durham.parent(), gateshead.parent()],
            ..northumbria.looking("cat")
        };
        let cat = northumbria.need("cat", cat).await.unwrap().name;
        assert_eq!(reason(&teesside.run().await.unwrap_err()), "ROLE_NOT_ALLOWED");
        let run = matcher.run().await.unwrap();
        assert_eq!((run.needs, run.places, run.eligible_pairs, run.matched), (3, 2, 4, 2));
        let shares: Vec<_> =
            run.shares.iter().map(|share| (share.partner.as_str(), share.needs, share.matched)).collect();
        assert_eq!(shares, [("partners/northumbria", 1, 0), ("partners/teesside", 2, 2)]);
        let get = wire::GetMatchRunRequest { name: run.name.clone() };
        let read = gateshead.matching.clone().get_match_run(get.clone()).await.unwrap().into_inner();
        assert_eq!(read, wire::MatchRun { shares: vec![], ..run.clone() }, "a host has no share");
        let read = teesside.matching.clone().get_match_run(get).await.unwrap().into_inner();
        assert_eq!(read.shares, run.shares[1..], "its own");
        assert_eq!(matches(&matcher, &run.name, false).await.len(), 3);
        assert_eq!(matches(&teesside, &run.name, false).await.len(), 2, "its own students'");
        assert!(matches(&durham, &run.name, false).await.is_empty(), "a host has no students");
        let left = matches(&northumbria, &run.name, true).await;
        assert_eq!((left.len(), &left[0].placement_need, left[0].placement_offer.as_str()), (1, &cat, ""));
        assert_eq!(left[0].rules[0].rule, "P13", "what stood in the way: {:?}", left[0].rules);
        let applied = apply(&matcher, &run.name).await.unwrap();
        assert_eq!((applied.proposed, applied.skipped.len()), (2, 0));
        assert_eq!(reason(&apply(&matcher, &run.name).await.unwrap_err()), "MATCH_RUN_ALREADY_APPLIED");
        for host in [&durham, &gateshead] {
            let ask = wire::ListPlacementsRequest::default();
            let held = host.placements.clone().list_placements(ask).await.unwrap().into_inner().placements;
            let states: Vec<_> = held.iter().map(wire::Placement::state).collect();
            assert_eq!(states, [wire::placement::State::Proposed], "{}", host.partner);
        }
    }
}
