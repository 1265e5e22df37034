//! What has to be there before a placement can be, and what leads one on.

use crate::{Coordinator, Stand, coordinators, request_id};
use chrono::{Datelike, Days};
use contracts::placements::v1 as wire;
use tonic::Status;
use vocabulary::Instant;

/// The academic year in which a placement lies that starts a fortnight from now, and that day.
fn soon(now: Instant) -> (String, String) {
    let day = now.date_naive() + Days::new(14);
    let year = if day.month() < 8 { day.year() - 1 } else { day.year() };
    (format!("{year}/{:02}", (year + 1) % 100), day.to_string())
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
        me.durham.educator_of("ada", places).await.expect("they are added");
        let (academic_year, _) = soon(stand.clock.now());
        let offer = wire::PlacementOffer { academic_year, ..coordinators::offer(places) };
        me.durham.offer("north", offer).await.expect("it is published");
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
        let (academic_year, start_date) = soon(stand.clock.now());
        let need = wire::PlacementNeed { academic_year, start_date, ..self.teesside.looking(person) };
        let need = self.teesside.need(&person.to_lowercase(), need).await.expect("a need").name;
        self.teesside.propose(&need, &self.offer).await.expect("a place")
    }

    /// One whom Durham has accepted.
    pub async fn accepted(&self, stand: &Stand, person: &str) -> wire::Placement {
        let name = self.proposed(stand, person).await.name;
        self.durham.accept(&name, &self.educator).await.expect("it is accepted")
    }

    /// Teesside confirms.
    ///
    /// # Errors
    /// It is refused.
    pub async fn confirm(&self, placement: &str) -> Result<wire::Placement, Status> {
        self.teesside.confirm(placement).await
    }

    /// As Teesside sees it now.
    pub async fn seen(&self, placement: &str) -> wire::Placement {
        self.teesside.placement(placement).await.expect("it is there")
    }

    /// Teesside takes it back.
    pub async fn withdraw(&self, placement: &str) -> wire::Placement {
        self.teesside.withdraw(placement).await.expect("it is taken back")
    }

    /// Somebody at Durham says that a concern is dealt with.
    pub async fn resolve(&self, placement: &str, concern: &str) -> wire::Placement {
        self.durham.resolve(placement, concern).await.expect("it is open")
    }
}

/// A request to confirm, never made before.
pub fn confirming(placement: &str) -> wire::ConfirmPlacementRequest {
    wire::ConfirmPlacementRequest { name: placement.into(), request_id: request_id(), ..Default::default() }
}
