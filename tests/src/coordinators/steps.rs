//! What leads a placement on.

use super::Coordinator;
use crate::{placing::confirming, request_id};
use contracts::placements::v1 as wire;
use tonic::{Response, Status};
use wire::placement_service_client::PlacementServiceClient;

type Led = Result<wire::Placement, Status>;

fn led(answer: Result<Response<wire::Placement>, Status>) -> Led {
    answer.map(Response::into_inner)
}

impl Coordinator {
    fn client(&self) -> PlacementServiceClient<crate::Client> {
        self.placements.clone()
    }

    pub async fn propose(&self, need: &str, offer: &str) -> Led {
        let ask = wire::ProposePlacementRequest {
            placement_need: need.into(),
            placement_offer: offer.into(),
            waivers: vec![],
            request_id: request_id(),
        };
        led(self.client().propose_placement(ask).await)
    }

    pub async fn placement(&self, name: &str) -> Led {
        led(self.client().get_placement(wire::GetPlacementRequest { name: name.into() }).await)
    }

    pub async fn accept(&self, name: &str, practice_educator: &str) -> Led {
        let ask = wire::AcceptPlacementRequest {
            name: name.into(),
            practice_educator: practice_educator.into(),
            request_id: request_id(),
            ..Default::default()
        };
        led(self.client().accept_placement(ask).await)
    }

    pub async fn confirm(&self, name: &str) -> Led {
        led(self.client().confirm_placement(confirming(name)).await)
    }

    /// On the day that the need said.
    pub async fn start(&self, name: &str) -> Led {
        let ask = wire::StartPlacementRequest {
            name: name.into(),
            start_date: super::START.into(),
            request_id: request_id(),
            ..Default::default()
        };
        led(self.client().start_placement(ask).await)
    }

    pub async fn record(&self, name: &str, days: Vec<wire::PlacementDay>) -> Led {
        let ask = wire::RecordDaysRequest { name: name.into(), days, request_id: request_id() };
        led(self.client().record_days(ask).await)
    }

    pub async fn review(&self, name: &str, review: wire::Review) -> Led {
        let ask =
            wire::RecordReviewRequest { name: name.into(), review: Some(review), request_id: request_id() };
        led(self.client().record_review(ask).await)
    }

    /// The midpoint and the final review, without which nothing is recommended.
    pub async fn review_all(&self, name: &str) -> Led {
        let review = |kind: wire::review::Kind, date: &str| wire::Review {
            kind: kind.into(),
            date: date.into(),
            summary: "As it should be".into(),
            on_track: true,
        };
        self.review(name, review(wire::review::Kind::Midpoint, "2020-03-16")).await?;
        self.review(name, review(wire::review::Kind::Final, "2020-05-26")).await
    }

    pub async fn raise(&self, name: &str, description: &str) -> Led {
        let (description, request_id) = (description.into(), request_id());
        let ask = wire::RaiseConcernRequest { name: name.into(), description, request_id };
        led(self.client().raise_concern(ask).await)
    }

    pub async fn resolve(&self, name: &str, concern: &str) -> Led {
        let ask = wire::ResolveConcernRequest {
            name: name.into(),
            concern_id: concern.into(),
            resolution: "They have talked".into(),
            request_id: request_id(),
        };
        led(self.client().resolve_concern(ask).await)
    }

    pub async fn suspend(&self, name: &str) -> Led {
        let ask = wire::SuspendPlacementRequest {
            name: name.into(),
            reason: "The student is ill".into(),
            request_id: request_id(),
            ..Default::default()
        };
        led(self.client().suspend_placement(ask).await)
    }

    pub async fn resume(&self, name: &str) -> Led {
        let ask = wire::ResumePlacementRequest {
            name: name.into(),
            request_id: request_id(),
            ..Default::default()
        };
        led(self.client().resume_placement(ask).await)
    }

    pub async fn recommend(&self, name: &str, pass: bool) -> Led {
        let ask = wire::RecommendOutcomeRequest {
            name: name.into(),
            pass,
            report: "Ready for practice".into(),
            request_id: request_id(),
            ..Default::default()
        };
        led(self.client().recommend_outcome(ask).await)
    }

    /// With further days it is a referral.
    pub async fn decide(&self, name: &str, further_days: i32) -> Led {
        use wire::decide_outcome_request::Decision;
        let decision = if further_days > 0 { Decision::Refer } else { Decision::Pass };
        let ask = wire::DecideOutcomeRequest {
            name: name.into(),
            decision: decision.into(),
            reason: "The panel has met".into(),
            further_days,
            request_id: request_id(),
            ..Default::default()
        };
        led(self.client().decide_outcome(ask).await)
    }

    pub async fn decline(&self, name: &str) -> Led {
        let ask = wire::DeclinePlacementRequest {
            name: name.into(),
            reason: "The team is short of people".into(),
            request_id: request_id(),
            ..Default::default()
        };
        led(self.client().decline_placement(ask).await)
    }

    pub async fn withdraw(&self, name: &str) -> Led {
        let ask = wire::WithdrawPlacementRequest {
            name: name.into(),
            reason: "The student moves".into(),
            request_id: request_id(),
            ..Default::default()
        };
        led(self.client().withdraw_placement(ask).await)
    }

    pub async fn terminate(&self, name: &str, days_credited: i32) -> Led {
        let ask = wire::TerminatePlacementRequest {
            name: name.into(),
            reason: "The student leaves".into(),
            days_credited,
            request_id: request_id(),
            ..Default::default()
        };
        led(self.client().terminate_placement(ask).await)
    }
}
