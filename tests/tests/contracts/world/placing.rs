//! What a host and a university have at placements: a side is the two of them.

use super::Side;
use crate::dynamic::Home;
use contracts::placements::v1 as wire;
use practicum_tests::{Coordinator, Stand, coordinators::offer, request_id};
use vocabulary::Role;

/// What is a university's to do, or to look at; everything else the side's host does.
const UNIVERSITYS: &[&str] = &[
    "CreatePlacementNeed",
    "GetPlacementNeed",
    "ListPlacementNeeds",
    "UpdatePlacementNeed",
    "WithdrawPlacementNeed",
    "CheckPlacement",
    "ProposePlacement",
    "ConfirmPlacement",
    "DecideOutcome",
    "ListPlacementEvents",
];
/// In which year nothing but match runs happens.
pub const RUN_YEAR: &str = "2020/21";

#[derive(Default)]
pub struct Placed {
    pub university: String,
    token: String,
    /// Of 2019/20.
    pub interest: String,
    pub educator: String,
    /// Open, with places.
    pub offer: String,
    pub draft: String,
    /// Open, and to be withdrawn.
    pub going: String,
    /// One that nobody asks for.
    pub quiet: String,
    pub student: String,
    pub looking: String,
    /// A need to be withdrawn.
    pub leaving: String,
    pub run: String,
    pub proposed: String,
    pub unwanted: String,
    pub accepted: String,
    pub confirmed: String,
    /// In progress, with days, reviews and a concern.
    pub running: String,
    pub suspended: String,
    /// In progress, with all that a recommendation needs.
    pub served: String,
    pub recommended: String,
    pub withdrawing: String,
    pub ending: String,
}

impl Side {
    /// Whoever of the side calls an RPC: the partner, and a token.
    pub fn caller(&self, rpc: &str) -> (&str, &str) {
        if self.home == Home::Placements && UNIVERSITYS.contains(&rpc) {
            (&self.placed.university, &self.placed.token)
        } else {
            (&self.partner, &self.token)
        }
    }

    pub fn token(&self, rpc: &str) -> &str {
        self.caller(rpc).1
    }

    pub async fn placing(stand: &Stand, (host, university): (&str, &str)) -> Self {
        let site = Site {
            stand,
            host: stand.placing(host, Role::ALL, "everybody").await,
            university: stand.placing(university, Role::ALL, "everybody").await,
        };
        let supply = site.supply().await;
        let mut placed = site.placements(&supply).await;
        let need = async |id: &str| site.university.need(id, site.university.looking(id)).await.unwrap().name;
        placed.looking = need(&format!("only-{university}")).await;
        placed.leaving = need("leaving").await;
        placed.run = site.run().await;
        placed.token = stand.token(university, Role::ALL, "everybody");
        placed.student = site.university.person("running");
        placed.university = university.into();
        let own = host.to_owned();
        Self {
            home: Home::Placements,
            token: stand.token(&own, Role::ALL, "everybody"),
            person: site.host.person("everybody"),
            partner: own,
            placed: supply.with(placed),
            ..Self::default()
        }
    }
}

impl Placed {
    /// What a host has, and what came of it.
    fn with(self, placed: Self) -> Self {
        let Self { interest, educator, offer, draft, going, quiet, .. } = self;
        Self { interest, educator, offer, draft, going, quiet, ..placed }
    }
}

struct Site<'a> {
    stand: &'a Stand,
    host: Coordinator,
    university: Coordinator,
}

impl Site<'_> {
    async fn supply(&self) -> Placed {
        let host = &self.host;
        let interest = wire::HostingInterest {
            name: format!("{}/hostingInterests/2019-20", host.parent()),
            interest: wire::hosting_interest::Interest::Open.into(),
            places_expected: 40,
            ..Default::default()
        };
        let ask =
            wire::SetHostingInterestRequest { hosting_interest: Some(interest), request_id: request_id() };
        let interest = host.hosting.clone().set_hosting_interest(ask).await.unwrap().into_inner().name;
        let educator = host.educator("everybody").await.unwrap().name;
        let named = wire::PlacementOffer { practice_educators: vec![educator.clone()], ..offer(40) };
        host.educator(&format!("only-{}", host.partner)).await.unwrap();
        Placed {
            interest,
            educator,
            offer: host.offer(&format!("only-{}", host.partner), named).await.unwrap().name,
            draft: host.draft("draft", offer(1)).await.unwrap().name,
            going: host.offer("going", offer(1)).await.unwrap().name,
            quiet: host.draft("quiet", offer(1)).await.unwrap().name,
            ..Placed::default()
        }
    }

    /// One in each state from which something leads on.
    async fn placements(&self, supply: &Placed) -> Placed {
        let served = self.served(supply, "served").await;
        let recommended = self.served(supply, "recommended").await;
        self.host.recommend(&recommended, true).await.unwrap();
        let suspended = self.started(supply, "suspended").await;
        self.host.suspend(&suspended).await.unwrap();
        let running = self.started(supply, "running").await;
        let day = |date: &str| wire::PlacementDay {
            date: date.into(),
            kind: wire::placement_day::Kind::Attended.into(),
            ..Default::default()
        };
        self.host.record(&running, vec![day("2020-01-06"), day("2020-01-07")]).await.unwrap();
        self.university.raise(&running, "Nobody has time for the student").await.unwrap();
        Placed {
            proposed: self.proposed(supply, "proposed").await,
            unwanted: self.proposed(supply, "unwanted").await,
            withdrawing: self.proposed(supply, "withdrawing").await,
            accepted: self.accepted(supply, "accepted").await,
            confirmed: self.confirmed(supply, "confirmed").await,
            ending: self.started(supply, "ending").await,
            running,
            suspended,
            served,
            recommended,
            ..Placed::default()
        }
    }

    async fn proposed(&self, supply: &Placed, student: &str) -> String {
        let need = self.university.need(student, self.university.looking(student)).await.unwrap();
        self.university.propose(&need.name, &supply.offer).await.unwrap().name
    }

    async fn accepted(&self, supply: &Placed, student: &str) -> String {
        let name = self.proposed(supply, student).await;
        self.host.accept(&name, &supply.educator).await.unwrap();
        name
    }

    /// As if the university's enrolments had been asked: the tests of contracts stand without them.
    async fn confirmed(&self, supply: &Placed, student: &str) -> String {
        let name = self.accepted(supply, student).await;
        let id = name.trim_start_matches("placements/");
        let sql = format!("UPDATE placements SET state = 'confirmed' WHERE id = '{id}'");
        self.stand.past_placements(&sql).await;
        name
    }

    async fn started(&self, supply: &Placed, student: &str) -> String {
        let name = self.confirmed(supply, student).await;
        self.host.start(&name).await.unwrap();
        name
    }

    async fn served(&self, supply: &Placed, student: &str) -> String {
        let name = self.started(supply, student).await;
        let id = name.trim_start_matches("placements/");
        let sql = format!("UPDATE placements SET days_attended = days_required WHERE id = '{id}'");
        self.stand.past_placements(&sql).await;
        self.host.review_all(&name).await.unwrap();
        name
    }

    /// A run over a year of its own, in which two students look for two places.
    async fn run(&self) -> String {
        let stages = vec![wire::Stage::First.into()];
        let places = wire::PlacementOffer { academic_year: RUN_YEAR.into(), stages, ..offer(2) };
        self.host.offer("first", places).await.unwrap();
        for student in ["first-one", "first-two"] {
            let need = wire::PlacementNeed {
                stage: wire::Stage::First.into(),
                academic_year: RUN_YEAR.into(),
                start_date: "2021-01-04".into(),
                earlier_placements: vec![],
                ..self.university.looking(student)
            };
            self.university.need(student, need).await.unwrap();
        }
        let ask = wire::MatchPlacementsRequest {
            academic_year: RUN_YEAR.into(),
            stage: wire::Stage::First.into(),
            request_id: request_id(),
        };
        self.host.matching.clone().match_placements(ask).await.unwrap().into_inner().name
    }
}
