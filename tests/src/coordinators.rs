//! Callers of placements: whoever coordinates them at a host, at a university or for the partnership.

mod steps;

use crate::{Client, people::Bearer, request_id};
use contracts::{
    common::v1::{Person, audit_service_client::AuditServiceClient},
    placements::v1::{
        self as wire, hosting_service_client::HostingServiceClient,
        matching_service_client::MatchingServiceClient, placement_service_client::PlacementServiceClient,
    },
};
use tonic::{Status, service::interceptor::InterceptedService, transport::Channel};

/// Somebody who calls.
#[derive(Clone)]
pub struct Coordinator {
    pub partner: String,
    pub hosting: HostingServiceClient<Client>,
    pub matching: MatchingServiceClient<Client>,
    pub placements: PlacementServiceClient<Client>,
    pub audit: AuditServiceClient<Client>,
}

/// Whose needs and offers meet, and the Monday on which they begin: so long ago that all days of a placement are past.
pub const YEAR: &str = "2019/20";
pub const START: &str = "2020-01-06";

/// An offer of so many statutory places with adults in Durham, for final placements.
pub fn offer(places: i32) -> wire::PlacementOffer {
    wire::PlacementOffer {
        academic_year: YEAR.into(),
        team: "North".into(),
        setting: wire::Setting::Adults.into(),
        statutory: true,
        stages: vec![wire::Stage::Final.into()],
        places,
        location: durham(),
        ..Default::default()
    }
}

/// The middle of Durham.
pub fn durham() -> Option<wire::Location> {
    Some(wire::Location { postcode: "DH1".into(), latitude: Some(54.77), longitude: Some(-1.57) })
}

impl Coordinator {
    pub fn new(partner: &str, channel: Channel, token: &str) -> Self {
        let bearer = Bearer(format!("Bearer {token}").parse().expect("a token is ASCII"));
        let client = InterceptedService::new(channel, bearer);
        Self {
            partner: partner.into(),
            hosting: HostingServiceClient::new(client.clone()),
            matching: MatchingServiceClient::new(client.clone()),
            placements: PlacementServiceClient::new(client.clone()),
            audit: AuditServiceClient::new(client),
        }
    }

    /// `partners/{partner}`
    pub fn parent(&self) -> String {
        format!("partners/{}", self.partner)
    }

    /// One of the caller's partner's people.
    pub fn person(&self, id: &str) -> String {
        format!("{}/people/{id}", self.parent())
    }

    /// One of the host's people teaches, qualified for ever, as many learners as anybody may have.
    pub async fn educator(&self, person: &str) -> Result<wire::PracticeEducator, Status> {
        self.educator_of(person, 20).await
    }

    /// The same of so many learners.
    pub async fn educator_of(
        &self,
        person: &str,
        max_learners: i32,
    ) -> Result<wire::PracticeEducator, Status> {
        let practice_educator = wire::PracticeEducator {
            person: Some(Person {
                person: self.person(person),
                display_name: "Ada Adeyemi".into(),
                ..Default::default()
            }),
            qualification: wire::practice_educator::Qualification::Stage2.into(),
            current_until: "2199-08-31".into(),
            max_learners,
            ..Default::default()
        };
        let ask = wire::CreatePracticeEducatorRequest {
            parent: self.parent(),
            practice_educator: Some(practice_educator),
            practice_educator_id: person.into(),
            request_id: request_id(),
        };
        Ok(self.hosting.clone().create_practice_educator(ask).await?.into_inner())
    }

    pub async fn draft(&self, id: &str, offer: wire::PlacementOffer) -> Result<wire::PlacementOffer, Status> {
        let ask = wire::CreatePlacementOfferRequest {
            parent: self.parent(),
            placement_offer: Some(offer),
            placement_offer_id: id.into(),
            request_id: request_id(),
        };
        Ok(self.hosting.clone().create_placement_offer(ask).await?.into_inner())
    }

    /// Drafts and publishes.
    pub async fn offer(&self, id: &str, offer: wire::PlacementOffer) -> Result<wire::PlacementOffer, Status> {
        let name = self.draft(id, offer).await?.name;
        let ask = wire::PublishPlacementOfferRequest { name, request_id: request_id(), ..Default::default() };
        Ok(self.hosting.clone().publish_placement_offer(ask).await?.into_inner())
    }

    /// A final placement for one of the university's students, who drives, lives in Durham, was with early help first
    /// and needs a ramp.
    pub fn looking(&self, student: &str) -> wire::PlacementNeed {
        wire::PlacementNeed {
            student: Some(Person {
                person: self.person(student),
                display_name: format!("Student {student}"),
                ..Default::default()
            }),
            stage: wire::Stage::Final.into(),
            academic_year: YEAR.into(),
            start_date: START.into(),
            home: durham(),
            drives: true,
            preferred_settings: vec![wire::Setting::Adults.into()],
            earlier_placements: vec![wire::EarlierPlacement {
                stage: wire::Stage::First.into(),
                setting: wire::Setting::EarlyHelp.into(),
                statutory: true,
                host: "elsewhere".into(),
            }],
            adjustments: "A ramp".into(),
            ..Default::default()
        }
    }

    /// The need is called as the student is.
    pub async fn need(
        &self,
        student: &str,
        need: wire::PlacementNeed,
    ) -> Result<wire::PlacementNeed, Status> {
        let ask = wire::CreatePlacementNeedRequest {
            parent: self.parent(),
            placement_need: Some(need),
            placement_need_id: student.into(),
            request_id: request_id(),
        };
        Ok(self.matching.clone().create_placement_need(ask).await?.into_inner())
    }

    pub async fn get_need(&self, name: &str) -> Result<wire::PlacementNeed, Status> {
        let ask = wire::GetPlacementNeedRequest { name: name.into() };
        Ok(self.matching.clone().get_placement_need(ask).await?.into_inner())
    }

    /// A run over everybody who looks for a final placement.
    pub async fn run(&self) -> Result<wire::MatchRun, Status> {
        let ask = wire::MatchPlacementsRequest {
            academic_year: YEAR.into(),
            stage: wire::Stage::Final.into(),
            request_id: request_id(),
        };
        Ok(self.matching.clone().match_placements(ask).await?.into_inner())
    }
}
