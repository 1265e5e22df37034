//! What has to be there before a placement can be, and what leads one on.

use crate::{Coordinator, Stand, request_id};
use chrono::{Datelike, Days};
use contracts::{common::v1 as common, placements::v1 as wire};
use tonic::{Request, Status};
use vocabulary::Instant;

/// Adds somebody of the host's who may take any placement.
pub async fn educator(host: &Coordinator, id: &str, max_learners: i32) -> String {
    let practice_educator = wire::PracticeEducator {
        person: Some(common::Person {
            person: format!("{}/people/{id}", host.parent()),
            display_name: format!("Educator {id}"),
            ..Default::default()
        }),
        qualification: wire::practice_educator::Qualification::Stage2.into(),
        current_until: "2199-08-31".into(),
        max_learners,
        ..Default::default()
    };
    let ask = wire::CreatePracticeEducatorRequest {
        parent: host.parent(),
        practice_educator: Some(practice_educator),
        practice_educator_id: id.into(),
        request_id: request_id(),
    };
    host.hosting.clone().create_practice_educator(ask).await.expect("they are added").into_inner().name
}

fn durham() -> wire::Location {
    wire::Location { postcode: "DH1".into(), latitude: Some(54.77), longitude: Some(-1.57) }
}

/// The academic year in which a placement lies that starts a fortnight from now, and that day.
fn soon(now: Instant) -> (String, String) {
    let day = now.date_naive() + Days::new(14);
    let year = if day.month() < 8 { day.year() - 1 } else { day.year() };
    (format!("{year}/{:02}", (year + 1) % 100), day.to_string())
}

/// Publishes so many places for final placements.
pub async fn offer(stand: &Stand, host: &Coordinator, id: &str, places: i32) -> String {
    let placement_offer = wire::PlacementOffer {
        academic_year: soon(stand.clock.now()).0,
        team: "North".into(),
        setting: wire::Setting::Adults.into(),
        statutory: true,
        stages: vec![wire::Stage::Final.into()],
        places,
        location: Some(durham()),
        ..Default::default()
    };
    let ask = wire::CreatePlacementOfferRequest {
        parent: host.parent(),
        placement_offer: Some(placement_offer),
        placement_offer_id: id.into(),
        request_id: request_id(),
    };
    let name = host.hosting.clone().create_placement_offer(ask).await.expect("a draft").into_inner().name;
    let ask = wire::PublishPlacementOfferRequest {
        name: name.clone(),
        request_id: request_id(),
        ..Default::default()
    };
    host.hosting.clone().publish_placement_offer(ask).await.expect("it is published");
    name
}

/// Says that one of a university's people looks for a final placement.
pub async fn need(stand: &Stand, university: &Coordinator, person: &str) -> String {
    let (academic_year, start_date) = soon(stand.clock.now());
    let placement_need = wire::PlacementNeed {
        student: Some(common::Person {
            person: format!("{}/people/{person}", university.parent()),
            display_name: format!("Student {person}"),
            ..Default::default()
        }),
        stage: wire::Stage::Final.into(),
        academic_year,
        start_date,
        home: Some(durham()),
        drives: true,
        earlier_placements: vec![wire::EarlierPlacement {
            stage: wire::Stage::First.into(),
            setting: wire::Setting::EarlyHelp.into(),
            statutory: false,
            host: "partners/gateshead".into(),
        }],
        ..Default::default()
    };
    let ask = wire::CreatePlacementNeedRequest {
        parent: university.parent(),
        placement_need: Some(placement_need),
        placement_need_id: person.to_lowercase(),
        request_id: request_id(),
    };
    university.matching.clone().create_placement_need(ask).await.expect("a need").into_inner().name
}

/// Durham, which hosts, and Teesside, which sends.
pub struct Parties {
    pub durham: Coordinator,
    pub teesside: Coordinator,
    offer: String,
    educator: String,
}

impl Parties {
    /// With so many places at Durham, and somebody who teaches as many.
    pub async fn of(stand: &Stand, places: i32) -> Self {
        let me = Self::again(stand).await;
        educator(&me.durham, "ada", places).await;
        offer(stand, &me.durham, "north", places).await;
        me
    }

    /// As they were, over new connections.
    pub async fn again(stand: &Stand) -> Self {
        let (durham, teesside) = (stand.coordinator("durham").await, stand.coordinator("teesside").await);
        let offer = "partners/durham/placementOffers/north".into();
        Self { durham, teesside, offer, educator: "partners/durham/practiceEducators/ada".into() }
    }

    /// A student of Teesside's for whom a place is held.
    pub async fn proposed(&self, stand: &Stand, person: &str) -> wire::Placement {
        let ask = wire::ProposePlacementRequest {
            placement_need: need(stand, &self.teesside, person).await,
            placement_offer: self.offer.clone(),
            request_id: request_id(),
            ..Default::default()
        };
        self.teesside.placements.clone().propose_placement(ask).await.expect("a place").into_inner()
    }

    /// One whom Durham has accepted.
    pub async fn accepted(&self, stand: &Stand, person: &str) -> wire::Placement {
        let ask = wire::AcceptPlacementRequest {
            name: self.proposed(stand, person).await.name,
            practice_educator: self.educator.clone(),
            request_id: request_id(),
            ..Default::default()
        };
        self.durham.placements.clone().accept_placement(ask).await.expect("it is accepted").into_inner()
    }

    /// Teesside confirms.
    ///
    /// # Errors
    /// It is refused.
    pub async fn confirm(&self, placement: &str) -> Result<wire::Placement, Status> {
        let ask = Request::new(confirming(placement));
        Ok(self.teesside.placements.clone().confirm_placement(ask).await?.into_inner())
    }

    /// As Teesside sees it now.
    pub async fn seen(&self, placement: &str) -> wire::Placement {
        let ask = wire::GetPlacementRequest { name: placement.into() };
        self.teesside.placements.clone().get_placement(ask).await.expect("it is there").into_inner()
    }

    /// Teesside takes it back.
    pub async fn withdraw(&self, placement: &str) -> wire::Placement {
        let ask = wire::WithdrawPlacementRequest {
            name: placement.into(),
            reason: "another place".into(),
            request_id: request_id(),
            ..Default::default()
        };
        self.teesside.placements.clone().withdraw_placement(ask).await.expect("it is taken back").into_inner()
    }

    /// Somebody at Durham says that a concern is dealt with.
    pub async fn resolve(&self, placement: &str, concern: &str) -> wire::Placement {
        let ask = wire::ResolveConcernRequest {
            name: placement.into(),
            concern_id: concern.into(),
            resolution: "talked it over".into(),
            request_id: request_id(),
        };
        self.durham.placements.clone().resolve_concern(ask).await.expect("it is open").into_inner()
    }
}

/// A request to confirm, never made before.
pub fn confirming(placement: &str) -> wire::ConfirmPlacementRequest {
    wire::ConfirmPlacementRequest { name: placement.into(), request_id: request_id(), ..Default::default() }
}
