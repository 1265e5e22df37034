//! The suite's house with universities beside it that answer, and a way to lead a placement wherever it can go.

pub use crate::house::market::{fields, no};

use super::university::University;
use crate::house::{Door, call, market};
use contracts::placements::v1::{self as wire, placement_service_client::PlacementServiceClient};
use placements::domain::{OfferTerms, Qualification};
use tonic::{Response, Status};
use vocabulary::Role;
pub use wire::{Placement, placement::State};

pub type Client = PlacementServiceClient<Door>;

pub struct House {
    market: market::House,
    pub university: University,
}

impl std::ops::Deref for House {
    type Target = market::House;

    fn deref(&self) -> &Self::Target {
        &self.market
    }
}

pub const PAT: &str = "partners/durham/practiceEducators/pat";
pub const OFFER: &str = "partners/durham/placementOffers/adults";
/// When a need of the market's starts, and when its hundred days end.
pub const START: &str = "2026-09-21";
pub const END: &str = "2027-02-10";
pub const DAY: &str = "2027-03-01";

/// What leads a placement on, who may, whereto, and from where: the table of the partnership's rules.
pub const STEPS: &[(&str, &[&str], State, &[State])] = {
    use State::*;
    &[
        ("accept", &["durham"], Accepted, &[Proposed]),
        ("decline", &["durham"], Declined, &[Proposed]),
        ("confirm", &["teesside"], Confirmed, &[Accepted]),
        ("start", &["durham"], InProgress, &[Confirmed]),
        ("suspend", &["durham", "teesside"], Suspended, &[InProgress]),
        ("resume", &["durham", "teesside"], InProgress, &[Suspended]),
        ("recommend", &["durham"], Recommended, &[InProgress]),
        ("pass", &["teesside"], Passed, &[Recommended]),
        ("fail", &["teesside"], Failed, &[Recommended]),
        ("refer", &["teesside"], InProgress, &[Recommended]),
        ("withdraw", &["durham", "teesside"], Withdrawn, &[Proposed, Accepted, Confirmed]),
        ("terminate", &["durham", "teesside"], Terminated, &[InProgress, Suspended]),
    ]
};

impl House {
    pub async fn on_sqlite() -> Self {
        let university = University::stand().await;
        let market = market::House::on_sqlite_beside(&[("enrolments", university.address)]).await;
        Self { market, university }.furnished().await
    }

    pub async fn on_postgres() -> Self {
        let university = University::stand().await;
        let market = market::House::on_postgres_beside(&[("enrolments", university.address)]).await;
        Self { market, university }.furnished().await
    }

    /// After the hundred days of everybody who starts on [`START`]: with fifty places for final placements with adults
    /// at Durham, and Pat, who may teach as many.
    async fn furnished(self) -> Self {
        self.at(DAY);
        self.offer("durham", "adults", |terms| terms.places = 50).await;
        self.teacher("pat", Qualification::Stage2, 50).await;
        self
    }

    pub async fn reopened(self) -> Self {
        let Self { market, university } = self;
        Self { market: market.reopened().await, university }
    }

    pub async fn teacher(&self, id: &str, qualification: Qualification, learners: u32) {
        self.educator("durham", id, qualification, Some("2199-07-31"), learners).await;
    }

    /// A partner's person with a role.
    pub fn someone(&self, partner: &str, role: Role, subject: &str) -> Client {
        let kind = call(partner).caller.kind;
        let call = testkit::call(testkit::caller(partner, kind, &[role], subject), "suite");
        Client::new(self.door(call))
    }

    pub fn of(&self, partner: &str) -> Client {
        Client::new(self.door(call(partner)))
    }

    pub async fn get(&self, partner: &str, name: &str) -> Result<Placement, Status> {
        let ask = wire::GetPlacementRequest { name: name.into() };
        self.of(partner).get_placement(ask).await.map(Response::into_inner)
    }

    /// Another offer of Durham's.
    pub async fn place(&self, id: &str, more: impl Fn(&mut OfferTerms)) -> String {
        self.offer("durham", id, more).await.to_string()
    }

    /// Proposes a need of Teesside's for the offer that everybody takes.
    pub async fn propose(&self, need: &str) -> Result<Placement, Status> {
        self.of("teesside").propose_placement(proposing(need, OFFER)).await.map(Response::into_inner)
    }

    /// A new student of Teesside's, and where they are to go.
    pub async fn proposed(&self, student: &str) -> Placement {
        self.need("teesside", student).await;
        self.propose(student).await.unwrap()
    }

    /// A new student of Teesside's on a placement that stands there; from when it is in progress on its days are served.
    pub async fn standing(&self, student: &str, state: State) -> Placement {
        let mut placement = self.proposed(student).await;
        if state == State::Expired {
            self.clock.advance(chrono::Duration::days(10));
            self.app.expire_holds().await.unwrap();
        }
        for step in way(state) {
            placement = self.take(step, &placement.name, party(step)).await.unwrap();
            if step == "start" {
                self.serve(&placement.name).await;
            }
        }
        let placement = self.get("durham", &placement.name).await.unwrap();
        assert_eq!(placement.state(), state);
        placement
    }

    /// Takes a step, whatever was read before.
    pub async fn take(&self, step: &str, name: &str, partner: &str) -> Result<Placement, Status> {
        self.take_of(step, (name, ""), partner).await
    }

    /// Takes a step with what it needs and no more. Whoever it is at Durham is Pat.
    pub async fn take_of(
        &self,
        step: &str,
        (name, etag): (&str, &str),
        partner: &str,
    ) -> Result<Placement, Status> {
        let mut who = self.someone(partner, Role::PlacementCoordinator, "pat");
        let (name, etag, reason): (String, String, String) = (name.into(), etag.into(), "because".into());
        let request_id = String::new();
        let decide =
            |decision: wire::decide_outcome_request::Decision, further_days| wire::DecideOutcomeRequest {
                name: name.clone(),
                etag: etag.clone(),
                decision: decision.into(),
                reason: reason.clone(),
                further_days,
                request_id: String::new(),
            };
        use wire::decide_outcome_request::Decision;
        let answer = match step {
            "accept" => {
                let ask = wire::AcceptPlacementRequest { etag, ..accepting(&name, "pat") };
                who.accept_placement(ask).await
            }
            "decline" => {
                let ask = wire::DeclinePlacementRequest { name, etag, reason, request_id };
                who.decline_placement(ask).await
            }
            "confirm" => {
                who.confirm_placement(wire::ConfirmPlacementRequest { name, etag, request_id }).await
            }
            "start" => {
                let start_date = START.into();
                who.start_placement(wire::StartPlacementRequest { name, etag, start_date, request_id }).await
            }
            "suspend" => {
                let ask = wire::SuspendPlacementRequest { name, etag, reason, request_id };
                who.suspend_placement(ask).await
            }
            "resume" => {
                let date = String::new();
                who.resume_placement(wire::ResumePlacementRequest { name, etag, date, request_id }).await
            }
            "recommend" => {
                let (pass, report) = (true, "Ready to practise.".into());
                let ask = wire::RecommendOutcomeRequest { name, etag, pass, report, request_id };
                who.recommend_outcome(ask).await
            }
            "pass" => who.decide_outcome(decide(Decision::Pass, 0)).await,
            "fail" => who.decide_outcome(decide(Decision::Fail, 0)).await,
            "refer" => who.decide_outcome(decide(Decision::Refer, 20)).await,
            "withdraw" => {
                let ask = wire::WithdrawPlacementRequest { name, etag, reason, request_id };
                who.withdraw_placement(ask).await
            }
            "terminate" => {
                let ask =
                    wire::TerminatePlacementRequest { name, etag, reason, days_credited: 0, request_id };
                who.terminate_placement(ask).await
            }
            other => panic!("no step {other}"),
        };
        answer.map(Response::into_inner)
    }

    /// All the days of a placement that has started, and the reviews that have to be held.
    pub async fn serve(&self, name: &str) {
        let days = working_days(START, 100).map(|date| day(&date, Kind::Attended)).collect();
        self.of("durham").record_days(recording(name, days)).await.unwrap();
        for (kind, date) in [(Reviewed::Midpoint, "2026-12-01"), (Reviewed::Final, END)] {
            self.of("durham").record_review(reviewing(name, kind, date)).await.unwrap();
        }
    }

    /// What lies in the tables of a placement's life, for "nothing changed" to be seen.
    pub async fn all(&self) -> Vec<i64> {
        let mut sums = vec![];
        for sql in [
            "SELECT count(*) + COALESCE(sum(revision), 0) AS n FROM placements",
            "SELECT count(*) AS n FROM placement_events",
            "SELECT count(*) AS n FROM placement_days",
            "SELECT count(*) AS n FROM feed",
            "SELECT COALESCE(sum(places_held), 0) AS n FROM placement_offers",
            "SELECT COALESCE(sum(places_taken), 0) AS n FROM placement_offers",
            "SELECT COALESCE(sum(learners), 0) AS n FROM practice_educators",
            "SELECT count(*) AS n FROM placement_needs WHERE state = 'open'",
        ] {
            let whole = sql.replacen("SELECT ", "SELECT CAST(", 1).replacen(" AS n", " AS BIGINT) AS n", 1);
            sums.push(self.count(&whole).await);
        }
        sums
    }

    /// Places held and taken of an offer.
    pub async fn places(&self, offer: &str) -> (i64, i64) {
        let of = |column| {
            let key = offer.replace("partners/", "").replace("placementOffers/", "");
            format!("SELECT {column} AS n FROM placement_offers WHERE id = '{key}'")
        };
        (self.count(&of("places_held")).await, self.count(&of("places_taken")).await)
    }

    /// How many Pat teaches.
    pub async fn learners(&self) -> i64 {
        self.count("SELECT learners AS n FROM practice_educators WHERE id = 'durham/pat'").await
    }

    pub async fn events(&self, name: &str) -> Vec<wire::PlacementEvent> {
        let ask = wire::ListPlacementEventsRequest { parent: name.into(), ..Default::default() };
        self.of("durham").list_placement_events(ask).await.unwrap().into_inner().events
    }
}

/// The shortest way through [`STEPS`] from a proposal to a state; time alone leads to the end of a hold.
pub fn way(to: State) -> Vec<&'static str> {
    let mut ways = std::collections::VecDeque::from([(State::Proposed, vec![])]);
    while let Some((at, way)) = ways.pop_front() {
        if at == to || to == State::Expired {
            return way;
        }
        let on = STEPS.iter().filter(|(.., from)| from.contains(&at));
        ways.extend(on.map(|(step, _, to, _)| (*to, way.iter().copied().chain([*step]).collect())));
    }
    panic!("no way to {to:?}")
}

/// One who may take a step.
pub fn party(step: &str) -> &'static str {
    STEPS.iter().find(|(name, ..)| *name == step).unwrap().1[0]
}

pub use wire::{placement_day::Kind, review::Kind as Reviewed};

pub fn proposing(need: &str, offer: &str) -> wire::ProposePlacementRequest {
    let placement_need = format!("partners/teesside/placementNeeds/{need}");
    wire::ProposePlacementRequest { placement_need, placement_offer: offer.into(), ..Default::default() }
}

pub fn accepting(name: &str, educator: &str) -> wire::AcceptPlacementRequest {
    let practice_educator = format!("partners/durham/practiceEducators/{educator}");
    wire::AcceptPlacementRequest { name: name.into(), practice_educator, ..Default::default() }
}

pub fn recording(name: &str, days: Vec<wire::PlacementDay>) -> wire::RecordDaysRequest {
    wire::RecordDaysRequest { name: name.into(), days, request_id: String::new() }
}

pub fn day(date: &str, kind: Kind) -> wire::PlacementDay {
    wire::PlacementDay { date: date.into(), kind: kind.into(), note: String::new() }
}

pub fn reviewing(name: &str, kind: Reviewed, date: &str) -> wire::RecordReviewRequest {
    let (kind, summary) = (kind.into(), "As agreed.".into());
    let review = wire::Review { kind, date: date.into(), summary, on_track: true };
    wire::RecordReviewRequest { name: name.into(), review: Some(review), request_id: String::new() }
}

/// Mondays to Fridays from a day on but the bank holidays of the winters of 2025 and 2026.
pub fn working_days(from: &str, count: usize) -> impl Iterator<Item = String> {
    const HOLIDAYS: [&str; 6] =
        ["2025-12-25", "2025-12-26", "2026-01-01", "2026-12-25", "2026-12-28", "2027-01-01"];
    let from: chrono::NaiveDate = from.parse().unwrap();
    let week = |day: &chrono::NaiveDate| chrono::Datelike::weekday(day).number_from_monday() < 6;
    let days = from.iter_days().filter(week).map(|day| day.to_string());
    days.filter(|day| !HOLIDAYS.contains(&day.as_str())).take(count)
}
