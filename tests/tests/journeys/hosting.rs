//! What a council says that it can host, who teaches there, and who sees it.

use contracts::placements::v1 as wire;
use practicum_tests::{Coordinator, coordinators::offer, on_both_stores, reason, request_id};

/// The offers of everybody that somebody sees.
async fn seen(who: &Coordinator) -> Vec<String> {
    let ask = wire::ListPlacementOffersRequest { parent: "partners/-".into(), ..Default::default() };
    let page = who.hosting.clone().list_placement_offers(ask).await.unwrap().into_inner();
    page.placement_offers.into_iter().map(|offer| offer.name).collect()
}

async fn got(who: &Coordinator, name: &str) -> Result<wire::PlacementOffer, tonic::Status> {
    let ask = wire::GetPlacementOfferRequest { name: name.into() };
    Ok(who.hosting.clone().get_placement_offer(ask).await?.into_inner())
}

on_both_stores! {
    async fn a_council_says_whether_it_means_to_host_and_everybody_may_know(stand: &Stand) {
        let (durham, teesside) = (stand.coordinator("durham").await, stand.coordinator("teesside").await);
        let interest = wire::HostingInterest {
            name: "partners/durham/hostingInterests/2026-27".into(),
            interest: wire::hosting_interest::Interest::Open.into(),
            places_expected: 12,
            ..Default::default()
        };
        let ask =
            wire::SetHostingInterestRequest { hosting_interest: Some(interest), request_id: request_id() };
        let said = durham.hosting.clone().set_hosting_interest(ask).await.unwrap().into_inner();
        let ask = wire::ListHostingInterestsRequest { parent: "partners/-".into(), ..Default::default() };
        let all = teesside.hosting.clone().list_hosting_interests(ask).await.unwrap().into_inner();
        assert_eq!(all.hosting_interests, [said]);
    }

    async fn an_educator_is_kept_by_their_council_and_seen_by_no_other(stand: &Stand) {
        let (durham, gateshead) = (stand.coordinator("durham").await, stand.coordinator("gateshead").await);
        let ada = durham.educator_of("ada", 2).await.unwrap();
        let mut more = ada.clone();
        more.max_learners = 3;
        let ask = wire::UpdatePracticeEducatorRequest {
            practice_educator: Some(more),
            update_mask: practicum_tests::officials::mask(&["max_learners"]),
            request_id: request_id(),
        };
        let more = durham.hosting.clone().update_practice_educator(ask).await.unwrap().into_inner();
        let ask = wire::GetPracticeEducatorRequest { name: ada.name.clone() };
        assert_eq!(durham.hosting.clone().get_practice_educator(ask.clone()).await.unwrap().into_inner(), more);
        let hidden = gateshead.hosting.clone().get_practice_educator(ask).await.unwrap_err();
        assert_eq!(reason(&hidden), "NOT_FOUND");
        let ask = wire::ListPracticeEducatorsRequest { parent: durham.parent(), ..Default::default() };
        let page = durham.hosting.clone().list_practice_educators(ask).await.unwrap().into_inner();
        assert_eq!(page.practice_educators, [more]);
    }

    async fn an_offer_is_drafted_published_reaffirmed_and_taken_back(stand: &Stand) {
        let (durham, gateshead) = (stand.coordinator("durham").await, stand.coordinator("gateshead").await);
        let teesside = stand.coordinator("teesside").await;
        let drafted = durham.draft("north", offer(2)).await.unwrap();
        assert!(seen(&teesside).await.is_empty(), "a draft is its host's");
        assert_eq!(reason(&got(&teesside, &drafted.name).await.unwrap_err()), "NOT_FOUND");
        let ask = wire::PublishPlacementOfferRequest {
            name: drafted.name.clone(),
            etag: drafted.etag.clone(),
            request_id: request_id(),
        };
        let open = durham.hosting.clone().publish_placement_offer(ask).await.unwrap().into_inner();
        assert_eq!(got(&teesside, &open.name).await.unwrap(), open);
        assert_eq!((seen(&teesside).await, seen(&durham).await.len()), (vec![open.name.clone()], 1));
        assert!(seen(&gateshead).await.is_empty(), "another council sees nothing");
        assert_eq!(reason(&got(&gateshead, &open.name).await.unwrap_err()), "NOT_FOUND");
        let more = wire::PlacementOffer { name: open.name.clone(), places: 3, ..Default::default() };
        let ask = wire::UpdatePlacementOfferRequest {
            placement_offer: Some(more),
            update_mask: practicum_tests::officials::mask(&["places"]),
            request_id: request_id(),
        };
        assert_eq!(durham.hosting.clone().update_placement_offer(ask).await.unwrap().into_inner().places, 3);
        let ask = wire::ReaffirmPlacementOfferRequest { name: open.name.clone(), request_id: request_id() };
        assert_eq!(durham.hosting.clone().reaffirm_placement_offer(ask).await.unwrap().into_inner().places, 3);
        let ask = wire::WithdrawPlacementOfferRequest {
            name: open.name.clone(),
            reason: "the team moves".into(),
            request_id: request_id(),
            ..Default::default()
        };
        let gone = durham.hosting.clone().withdraw_placement_offer(ask).await.unwrap().into_inner();
        assert_eq!(gone.state(), wire::placement_offer::State::Withdrawn);
        assert!(seen(&teesside).await.is_empty());
    }
}
