//! One student in one place, from the proposal to the outcome, as the host and the university see it.

mod ends;

use chrono::{Datelike, NaiveDate, Weekday};
use contracts::{common::v1::ChangeKind, placements::v1 as wire};
use practicum_tests::{
    Coordinator, Stand,
    coordinators::{START, offer},
    officials::not_before,
    on_both_stores, reason,
};
use std::time::Duration;
use tonic::{Status, Streaming};
use vocabulary::Role;
use wire::placement::{EnrolmentCheck, State};

/// Easter, the day that VE Day was kept, and the end of May.
const HOLIDAYS: [&str; 4] = ["2020-04-10", "2020-04-13", "2020-05-08", "2020-05-25"];

/// A host with a place and somebody who teaches, and the university of students who look for one.
struct Pair {
    durham: Coordinator,
    teesside: Coordinator,
    /// Who teaches and assesses.
    ada: Coordinator,
    educator: String,
    offer: String,
}

impl Pair {
    async fn of(stand: &Stand) -> Self {
        let (durham, teesside) = (stand.coordinator("durham").await, stand.coordinator("teesside").await);
        let educator = durham.educator("ada").await.unwrap().name;
        let offer = durham.offer("north", offer(2)).await.unwrap().name;
        let ada = stand.placing("durham", &[Role::PracticeEducator], "ada").await;
        Self { durham, teesside, ada, educator, offer }
    }

    async fn proposed(&self, student: &str) -> wire::Placement {
        let need = self.teesside.need(student, self.teesside.looking(student)).await.unwrap();
        self.teesside.propose(&need.name, &self.offer).await.unwrap()
    }

    async fn accepted(&self, student: &str) -> wire::Placement {
        let name = self.proposed(student).await.name;
        self.durham.accept(&name, &self.educator).await.unwrap()
    }

    /// Of a student who is enrolled.
    async fn confirmed(&self, stand: &Stand, student: &str) -> wire::Placement {
        let registrar = stand.registrar("teesside").await;
        let run = registrar.teach(student, 0).await.unwrap();
        registrar.enrol(&run, student).await.unwrap();
        let name = self.accepted(student).await.name;
        self.teesside.confirm(&name).await.unwrap()
    }

    async fn started(&self, stand: &Stand, student: &str) -> wire::Placement {
        let name = self.confirmed(stand, student).await.name;
        self.durham.start(&name).await.unwrap()
    }

    /// Places of the offer that are held, and that are taken, since a placement was changed.
    async fn in_use(&self, since: &wire::Placement) -> (i32, i32) {
        let ask = not_before(wire::GetPlacementOfferRequest { name: self.offer.clone() }, &since.etag);
        let offer = self.durham.hosting.clone().get_placement_offer(ask).await.unwrap().into_inner();
        (offer.places_held, offer.places_taken)
    }

    async fn need(&self, placement: &wire::Placement) -> wire::placement_need::State {
        self.teesside.get_need(&placement.placement_need).await.unwrap().state()
    }
}

/// So many days of the pattern, the first of them after `skip` others.
fn days(skip: usize, count: usize) -> Vec<wire::PlacementDay> {
    let start: NaiveDate = START.parse().unwrap();
    let free = |day: &NaiveDate| {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !HOLIDAYS.contains(&day.to_string().as_str())
    };
    let day = |date: NaiveDate| wire::PlacementDay {
        date: date.to_string(),
        kind: wire::placement_day::Kind::Attended.into(),
        note: "On duty".into(),
    };
    start.iter_days().filter(free).skip(skip).take(count).map(day).collect()
}

async fn events(who: &Coordinator, name: &str) -> Vec<(State, State)> {
    let ask = wire::ListPlacementEventsRequest { parent: name.into(), ..Default::default() };
    let listed = who.placements.clone().list_placement_events(ask).await.unwrap().into_inner();
    listed.events.iter().map(|event| (event.from_state(), event.to_state())).collect()
}

/// The placements that somebody sees, as far as a filter lets them.
async fn listed(who: &Coordinator, ask: wire::ListPlacementsRequest) -> Vec<wire::Placement> {
    who.placements.clone().list_placements(ask).await.unwrap().into_inner().placements
}

async fn watch(who: &Coordinator, token: &str) -> Result<Streaming<wire::WatchPlacementsResponse>, Status> {
    let ask = wire::WatchPlacementsRequest { resume_token: token.into(), ..Default::default() };
    Ok(who.placements.clone().watch_placements(ask).await?.into_inner())
}

/// What a stream says up to the first checkpoint after so many changes, and its last token.
async fn told(
    stream: &mut Streaming<wire::WatchPlacementsResponse>,
    least: usize,
) -> (Vec<(ChangeKind, String, State)>, String) {
    let mut seen = Vec::new();
    loop {
        let next = tokio::time::timeout(Duration::from_secs(60), stream.message()).await;
        let message = next.expect("something comes").unwrap().expect("the stream goes on");
        let change = message.change.unwrap();
        match message.placement {
            Some(placement) => seen.push((change.kind(), placement.name.clone(), placement.state())),
            None if seen.len() >= least => return (seen, change.resume_token),
            None => assert_eq!(change.kind(), ChangeKind::Checkpoint),
        }
    }
}

on_both_stores! { following:
    async fn a_placement_leads_from_the_proposal_to_the_outcome(stand: &Stand) {
        let pair = Pair::of(stand).await;
        let confirmed = pair.confirmed(stand, "ann").await;
        let name = confirmed.name.clone();
        assert_eq!((confirmed.state(), confirmed.enrolment_check()), (State::Confirmed, EnrolmentCheck::Verified));
        assert!(confirmed.rules.iter().any(|rule| rule.rule == "P4"), "the rules are kept: {:?}", confirmed.rules);
        let started = pair.durham.start(&name).await.unwrap();
        assert_eq!((started.state(), started.projected_end_date.as_str()), (State::InProgress, "2020-05-28"));
        serves_the_days(&pair, &name).await;
        asks_for_help(&pair, &name).await;
        pauses(&pair, &name).await;
        is_assessed(&pair, &name).await;
        let led = [
            State::Unspecified,
            State::Proposed,
            State::Accepted,
            State::Confirmed,
            State::InProgress,
            State::Suspended,
            State::InProgress,
            State::Recommended,
            State::InProgress,
            State::Recommended,
            State::Passed,
        ];
        let steps: Vec<_> = led.windows(2).map(|pair| (pair[0], pair[1])).collect();
        for party in [&pair.durham, &pair.teesside] {
            assert_eq!(events(party, &name).await, steps, "{}", party.partner);
        }
        let passed = pair.durham.placement(&name).await.unwrap();
        assert_eq!(pair.in_use(&passed).await, (0, 1), "the place was served");
    }

    async fn nobody_is_confirmed_who_is_not_enrolled(stand: &Stand) {
        let pair = Pair::of(stand).await;
        let _ = stand.registrar("teesside").await;
        let name = pair.accepted("ann").await.name;
        let refused = pair.teesside.confirm(&name).await.unwrap_err();
        assert_eq!(reason(&refused), "ENROLMENT_REFUSED");
        let read = pair.durham.placement(&name).await.unwrap();
        assert_eq!((read.state(), read.enrolment_check()), (State::Accepted, EnrolmentCheck::Refused));
    }
}

/// An absence moves the end by one day; a bank holiday is no day; what is recorded can be read.
async fn serves_the_days(pair: &Pair, name: &str) {
    let mut served = days(0, 100);
    served[7].kind = wire::placement_day::Kind::Absent.into();
    let absent = pair.durham.record(name, served).await.unwrap();
    let counted = (absent.days_attended, absent.projected_end_date.as_str());
    assert_eq!(counted, (99, "2020-05-29"), "one day later than without the absence");
    let early = pair.ada.recommend(name, true).await.unwrap_err();
    assert_eq!(reason(&early), "DAYS_NOT_SERVED");
    let easter = wire::PlacementDay { date: "2020-04-13".into(), ..days(0, 1).remove(0) };
    assert_eq!(reason(&pair.durham.record(name, vec![easter]).await.unwrap_err()), "DAY_NOT_RECORDABLE");
    assert_eq!(
        reason(&pair.teesside.record(name, days(100, 1)).await.unwrap_err()),
        "PARTNER_KIND_NOT_ALLOWED"
    );
    assert_eq!(pair.ada.record(name, days(100, 1)).await.unwrap().days_attended, 100);
    let ask = wire::ListDaysRequest { parent: name.into(), page_size: 1000, ..Default::default() };
    let ledger = pair.teesside.placements.clone().list_days(ask).await.unwrap().into_inner().days;
    assert_eq!(
        (ledger.len(), ledger[7].date.as_str(), ledger[7].note.as_str()),
        (101, "2020-01-15", "On duty")
    );
}

async fn asks_for_help(pair: &Pair, name: &str) {
    let raised = pair.teesside.raise(name, "There is no desk").await.unwrap();
    let concern = &pair.durham.placement(name).await.unwrap().concerns[0];
    assert_eq!(concern, &raised.concerns[0], "both see it");
    assert_eq!(concern.raised_by, pair.teesside.person("coordinator"));
    let resolved = pair.durham.resolve(name, &concern.concern_id).await.unwrap();
    assert_eq!(resolved.concerns[0].resolution, "They have talked");
    let again = pair.teesside.resolve(name, &concern.concern_id).await.unwrap_err();
    assert_eq!(reason(&again), "CONCERN_ALREADY_RESOLVED");
}

async fn pauses(pair: &Pair, name: &str) {
    assert_eq!(pair.teesside.suspend(name).await.unwrap().state(), State::Suspended);
    assert_eq!(reason(&pair.durham.suspend(name).await.unwrap_err()), "TRANSITION_NOT_ALLOWED");
    assert_eq!(pair.durham.resume(name).await.unwrap().state(), State::InProgress);
}

/// Recommended by whoever answers for it, sent back for further days, and passed.
async fn is_assessed(pair: &Pair, name: &str) {
    assert_eq!(reason(&pair.ada.recommend(name, true).await.unwrap_err()), "REVIEW_MISSING");
    assert_eq!(pair.ada.review_all(name).await.unwrap().reviews.len(), 2);
    assert_eq!(reason(&pair.durham.recommend(name, true).await.unwrap_err()), "ROLE_NOT_ALLOWED");
    let recommended = pair.ada.recommend(name, true).await.unwrap();
    assert_eq!((recommended.state(), recommended.pass_recommended), (State::Recommended, Some(true)));
    assert_eq!(reason(&pair.durham.decide(name, 0).await.unwrap_err()), "PARTNER_KIND_NOT_ALLOWED");
    let referred = pair.teesside.decide(name, 5).await.unwrap();
    assert_eq!((referred.state(), referred.days_required), (State::InProgress, 105));
    assert_eq!(reason(&pair.ada.recommend(name, true).await.unwrap_err()), "DAYS_NOT_SERVED");
    pair.ada.record(name, days(101, 5)).await.unwrap();
    pair.ada.recommend(name, true).await.unwrap();
    let passed = pair.teesside.decide(name, 0).await.unwrap();
    assert_eq!((passed.state(), passed.recommendation.as_str()), (State::Passed, "Ready for practice"));
}
