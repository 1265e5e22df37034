//! A sync that would drop a learner who is on a placement waits for somebody to look, and keeps the learner even then.

use super::{found, standing, stores};
use contracts::{
    enrolments::v1::{self as wire, SyncLimits, SyncRecord, sync_record::Record, sync_run::State},
    placements::v1::placement::State as Stands,
};
use practicum_tests::{
    Official, Stand, Store,
    officials::syncs::{course, enrolment, learner, record},
    placing::Parties,
    request_id,
};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use vocabulary::Role;

const LEARNERS: usize = 6;

/// A run of a course, that is under way whenever this is.
fn world() -> Vec<SyncRecord> {
    let run = wire::CourseRunRecord {
        course_source_id: "c1".into(),
        academic_year: "2026/27".into(),
        start_date: "2020-09-21".into(),
        end_date: "2199-07-02".into(),
        places: 0,
    };
    let mut records = vec![course("c1"), record("r1", Record::CourseRun(run))];
    records.extend((0..LEARNERS).map(|n| learner(&format!("l{n}"), "Llŷr")));
    records.extend((0..LEARNERS).map(|n| enrolment(&format!("e{n}"), "r1", &format!("l{n}"))));
    records
}

/// The university's own system.
struct Machine {
    who: Official,
    runs: AtomicUsize,
}

impl Machine {
    async fn of(stand: &Stand) -> Self {
        static RUNS: AtomicUsize = AtomicUsize::new(0);
        let who = stand.official("teesside", &[Role::EnrolmentSync], "sits").await;
        Self { who, runs: AtomicUsize::new(1_000 * RUNS.fetch_add(1, Relaxed)) }
    }

    async fn send(&self, records: Vec<SyncRecord>, dry_run: bool) -> wire::SyncRun {
        let name = format!("s{}", self.runs.fetch_add(1, Relaxed));
        let all =
            SyncLimits { max_drop_percent: Some(100.0), max_drops: Some(1_000), max_reject_percent: None };
        let open = wire::SyncOpen { dry_run, limits: Some(all), ..self.who.delta(&name, "sits") };
        self.who.sync(open, records).await.unwrap()
    }

    /// Says that learners are gone.
    async fn drop(&self, learners: &[usize], dry_run: bool) -> wire::SyncRun {
        let drops = learners.iter().map(|n| {
            let known = enrolment(&format!("e{n}"), "r1", &format!("l{n}"));
            SyncRecord { dropped: true, ..known }
        });
        self.send(drops.collect(), dry_run).await
    }

    /// Waits until as many would be kept of those who are gone.
    async fn would_keep(&self, learners: &[usize], kept: usize) {
        let look = async || {
            let run = self.drop(learners, true).await;
            let discard = wire::DiscardSyncRunRequest { name: run.name, ..Default::default() };
            let _ = self.who.syncs.clone().discard_sync_run(discard).await;
            let dropped = usize::try_from(run.enrolments.unwrap_or_default().dropped).unwrap();
            (dropped + kept == learners.len()).then_some(())
        };
        found(&format!("{kept} of {learners:?} are kept"), look).await;
    }
}

/// Learners 0 to 2 are on placements: confirmed, accepted and proposed.
async fn placed(stand: &Stand, parties: &Parties) -> [String; 3] {
    let confirmed = parties.accepted(stand, "l0").await.name;
    assert_eq!(parties.confirm(&confirmed).await.unwrap().state(), Stands::Confirmed);
    let accepted = parties.accepted(stand, "l1").await.name;
    [confirmed, accepted, parties.proposed(stand, "l2").await.name]
}

async fn live(stand: &Stand) -> usize {
    let ask = wire::ListEnrolmentsRequest {
        parent: "partners/teesside".into(),
        states: vec![wire::enrolment::State::Active.into()],
        ..Default::default()
    };
    stand.registrar("teesside").await.list(ask).await.unwrap().enrolments.len()
}

/// Holds a run back that drops learners 0 to 3, and lets a registrar approve it.
async fn held_back_and_approved(stand: &Stand, machine: &Machine) {
    let run = machine.drop(&[0, 1, 2, 3], false).await;
    assert_eq!(run.state(), State::AwaitingApproval);
    assert!(run.guards.len() == 1 && run.guards[0].starts_with("3 "), "{:?}", run.guards);
    assert!(run.guards[0].contains("partners/teesside/enrolments/"), "{:?}", run.guards);
    assert_eq!(live(stand).await, LEARNERS);
    let apply = wire::ApplySyncRunRequest { name: run.name, etag: run.etag, request_id: request_id() };
    let registrar = stand.registrar("teesside").await;
    let applied = registrar.syncs.clone().apply_sync_run(apply).await.unwrap().into_inner();
    assert_eq!(applied.state(), State::Applied);
    assert_eq!(
        live(stand).await,
        LEARNERS - 1,
        "whoever is on a placement is kept, though somebody approved"
    );
}

async fn whoever_is_on_a_placement_is_not_dropped_unseen(store: Store) {
    let stand = standing(store).await;
    let machine = Machine::of(&stand).await;
    assert_eq!(machine.send(world(), false).await.state(), State::Applied);
    let parties = Parties::of(&stand, 3).await;
    let placements = placed(&stand, &parties).await;
    machine.would_keep(&[0, 1, 2, 3], 3).await;
    held_back_and_approved(&stand, &machine).await;
    // Once their placements have ended nobody has to look.
    for placement in &placements {
        parties.withdraw(placement).await;
    }
    machine.would_keep(&[0, 1, 2], 0).await;
    assert_eq!(machine.drop(&[0, 1, 2], false).await.state(), State::Applied);
    assert_eq!(live(&stand).await, LEARNERS - 4);
    stand.down().await;
}

async fn nor_when_enrolments_was_down(store: Store) {
    let stand = standing(store).await;
    assert_eq!(Machine::of(&stand).await.send(world(), false).await.state(), State::Applied);
    let parties = Parties::of(&stand, 4).await;
    // Somebody whose placement is known, and ends unheard.
    let ended = parties.accepted(&stand, "l4").await.name;
    Machine::of(&stand).await.would_keep(&[4], 1).await;
    let first = parties.accepted(&stand, "l0").await.name;
    assert_eq!(parties.confirm(&first).await.unwrap().state(), Stands::Confirmed);
    let stand = stand
        .without_enrolments(async {
            parties.withdraw(&ended).await;
        })
        .await;
    let stand = {
        let (one, two) = (parties.accepted(&stand, "l1").await, parties.proposed(&stand, "l2").await);
        assert_eq!((one.state(), two.state()), (Stands::Accepted, Stands::Proposed));
        stand
    };
    let machine = Machine::of(&stand).await;
    machine.would_keep(&[0, 1, 2, 3], 3).await;
    machine.would_keep(&[4], 0).await;
    held_back_and_approved(&stand, &machine).await;
    stand.down().await;
}

stores! {
    whoever_is_on_a_placement_is_not_dropped_unseen =>
        whoever_is_on_a_placement_is_not_dropped_unseen_on_sqlite,
        whoever_is_on_a_placement_is_not_dropped_unseen_on_postgres;
    nor_when_enrolments_was_down =>
        whoever_is_on_a_placement_is_kept_though_enrolments_was_down_on_sqlite,
        whoever_is_on_a_placement_is_kept_though_enrolments_was_down_on_postgres;
}
