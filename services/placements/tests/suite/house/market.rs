//! Who looks, who offers, and who brings them together.

pub use super::{fields, reason as no};

use super::{Door, Others, call};
use contracts::{
    common::v1 as common,
    placements::v1::{
        self as wire, CreatePlacementNeedRequest, GetPlacementNeedRequest, MatchPlacementsRequest,
        PlacementNeed, matching_service_client::MatchingServiceClient,
    },
};
use ledger::Unit;
use placements::{
    domain::{
        Educator, EducatorTerms, Location, Offer, OfferName, OfferTerms, Person, Point, Qualification,
        Setting, Stage, Weekdays,
    },
    store,
};
use vocabulary::{Personal, Role, Scope};

/// The suite's house, as those see it who look for places.
pub struct House(super::House);

pub type Client = MatchingServiceClient<Door>;

impl std::ops::Deref for House {
    type Target = super::House;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl House {
    /// One on each database.
    pub async fn both() -> [Self; 2] {
        [Self::on_sqlite().await, Self::on_postgres().await]
    }

    pub async fn on_sqlite() -> Self {
        Self(super::House::on_sqlite().await)
    }

    pub async fn on_postgres() -> Self {
        Self(super::House::on_postgres().await)
    }

    pub async fn on_sqlite_beside(others: Others<'_>) -> Self {
        Self(super::House::on_sqlite_beside(others).await)
    }

    pub async fn on_postgres_beside(others: Others<'_>) -> Self {
        Self(super::House::on_postgres_beside(others).await)
    }

    pub async fn reopened(self) -> Self {
        Self(self.0.reopened().await)
    }

    /// The door, for a partner's person with a role.
    pub fn as_role(&self, partner: &str, role: Role) -> Client {
        let kind = call(partner).caller.kind;
        let call = testkit::call(testkit::caller(partner, kind, &[role], "somebody"), "suite");
        MatchingServiceClient::new(self.door(call))
    }

    pub fn coordinator(&self, partner: &str) -> Client {
        self.as_role(partner, Role::PlacementCoordinator)
    }

    /// Who matches for the partnership.
    pub fn matcher(&self) -> Client {
        self.as_role("durham", Role::PartnershipCoordinator)
    }

    pub async fn need(&self, university: &str, id: &str) -> PlacementNeed {
        self.need_with(university, id, |_| {}).await
    }

    pub async fn need_with(
        &self,
        university: &str,
        id: &str,
        more: impl Fn(&mut PlacementNeed),
    ) -> PlacementNeed {
        let mut need = a_need(university, id);
        more(&mut need);
        self.coordinator(university)
            .create_placement_need(creating(university, id, need))
            .await
            .unwrap()
            .into_inner()
    }

    /// An open offer of one statutory place with adults in the middle of Durham, for final placements.
    pub async fn offer(&self, host: &str, id: &str, more: impl Fn(&mut OfferTerms)) -> OfferName {
        let name: OfferName = format!("partners/{host}/placementOffers/{id}").parse().unwrap();
        let mut terms = OfferTerms {
            academic_year: YEAR.parse().unwrap(),
            team: "Adults North".into(),
            setting: Setting::Adults,
            statutory: true,
            stages: vec![Stage::Final],
            places: 1,
            earliest_start_date: None,
            latest_end_date: None,
            weekdays: Weekdays::MONDAY_TO_FRIDAY,
            location: Location { postcode: "DH1".into(), point: Point { latitude: 54.77, longitude: -1.57 } },
            driver_required: false,
            practice_educators: vec![],
        };
        more(&mut terms);
        let now = self.app.ledger.clock.now();
        let mut offer = Offer::drafted(name.clone(), terms, now);
        offer.publish("2026-01-01".parse().unwrap(), now).unwrap();
        let unit = self.unit().await;
        store::offers::add(unit.tx(), &offer).await.unwrap();
        self.app.ledger.commit(unit, vec![]).await.unwrap();
        name
    }

    /// Who may take on `max_learners` learners.
    pub async fn educator(
        &self,
        host: &str,
        id: &str,
        qualification: Qualification,
        until: Option<&str>,
        max_learners: u32,
    ) {
        let person = Person {
            person: format!("partners/{host}/people/{id}").parse().unwrap(),
            display_name: Personal::new(id.to_owned()),
            email: Personal::default(),
            social_work_england_number: Personal::default(),
        };
        let current_until = until.map(|day| day.parse().unwrap());
        let terms = EducatorTerms { qualification, current_until, max_learners, team: String::new() };
        let name = format!("partners/{host}/practiceEducators/{id}").parse().unwrap();
        let educator = Educator::made(name, person, terms, self.app.ledger.clock.now());
        let unit = self.unit().await;
        store::educators::add(unit.tx(), &educator).await.unwrap();
        self.app.ledger.commit(unit, vec![]).await.unwrap();
    }

    /// Past the service.
    pub async fn run(&self, sql: &str) -> u64 {
        let unit = self.unit().await;
        let touched = unit.tx().run(sql, vec![]).await.unwrap();
        self.app.ledger.commit(unit, vec![]).await.unwrap();
        touched
    }

    /// A count, past the service.
    pub async fn count(&self, sql: &str) -> i64 {
        let unit = self.unit().await;
        let row = unit.tx().one(sql, vec![]).await.unwrap().unwrap();
        row.try_get::<i64>("", "n").unwrap()
    }

    async fn unit(&self) -> Unit {
        self.app.ledger.begin(&Scope::Service, None).await.unwrap()
    }

    pub async fn match_all(&self) -> wire::MatchRun {
        self.matcher().match_placements(matching(None)).await.unwrap().into_inner()
    }

    /// Matches, and proposes what was found.
    pub async fn propose_all(&self) -> wire::MatchRun {
        let run = self.match_all().await;
        let request = wire::ApplyMatchRunRequest { name: run.name.clone(), request_id: String::new() };
        self.matcher().apply_match_run(request).await.unwrap();
        run
    }
}

pub const YEAR: &str = "2026/27";

pub fn matching(request_id: Option<&str>) -> MatchPlacementsRequest {
    MatchPlacementsRequest {
        academic_year: YEAR.into(),
        stage: wire::Stage::Final.into(),
        request_id: request_id.unwrap_or_default().into(),
    }
}

/// Of a student who drives, lives in the middle of Durham, and was in early help first.
pub fn a_need(university: &str, id: &str) -> PlacementNeed {
    PlacementNeed {
        student: Some(common::Person {
            person: format!("partners/{university}/people/{id}"),
            display_name: "Ann Smith".into(),
            email: "ann@example.org".into(),
            ..common::Person::default()
        }),
        stage: wire::Stage::Final.into(),
        academic_year: YEAR.into(),
        start_date: "2026-09-21".into(),
        home: Some(wire::Location { postcode: "DH1".into(), latitude: None, longitude: None }),
        drives: true,
        preferred_settings: vec![wire::Setting::Adults.into()],
        earlier_placements: vec![wire::EarlierPlacement {
            stage: wire::Stage::First.into(),
            setting: wire::Setting::EarlyHelp.into(),
            statutory: false,
            host: "partners/gateshead".into(),
        }],
        ..PlacementNeed::default()
    }
}

pub fn creating(university: &str, id: &str, need: PlacementNeed) -> CreatePlacementNeedRequest {
    CreatePlacementNeedRequest {
        parent: format!("partners/{university}"),
        placement_need: Some(need),
        placement_need_id: id.into(),
        request_id: String::new(),
    }
}

pub fn getting(need: &PlacementNeed) -> GetPlacementNeedRequest {
    GetPlacementNeedRequest { name: need.name.clone() }
}
