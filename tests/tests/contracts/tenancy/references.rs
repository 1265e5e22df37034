//! What a record of a sync refers to: another university's is refused exactly as what nobody has.

use crate::{dynamic::Home, world::World};
use contracts::enrolments::v1 as wire;
use practicum_tests::{Official, Options, Store, officials::syncs};
use vocabulary::Role;

/// The rejects of a delta, without what was asked with.
async fn rejects(sits: &Official, run: &str, source: &str) -> Vec<wire::SyncReject> {
    let [course, of_course, learner] = ["c", "r", "l"].map(|kind| format!("{source}{kind}"));
    let dropped = |record| wire::SyncRecord { dropped: true, ..record };
    let records = vec![
        syncs::course_run("mine-r", &course),
        syncs::enrolment("mine-e", &of_course, &learner),
        dropped(syncs::course(&course)),
        dropped(syncs::learner(&learner, "Ward")),
    ];
    let run = sits.sync(sits.delta(run, run), records).await.unwrap();
    let request = wire::ListSyncRejectsRequest { parent: run.name, ..Default::default() };
    let found = sits.syncs.clone().list_sync_rejects(request).await.unwrap().into_inner().rejects;
    let without = |text: String| text.replace(source, "…");
    let shown = found.into_iter().map(|reject| wire::SyncReject {
        source_id: without(reject.source_id),
        origin: without(reject.origin),
        found: without(reject.found),
        ..reject
    });
    shown.collect()
}

async fn another_universitys_is_no_reference(store: Store) {
    let world = World::up(Home::Enrolments, Options { store, ..Options::default() }).await;
    let sits = |partner: &'static str| world.stand.official(partner, &[Role::EnrolmentSync], "sits");
    let (theirs, ours) = (sits("teesside").await, sits("northumbria").await);
    let held = vec![
        syncs::course("theirs-c"),
        syncs::course_run("theirs-r", "theirs-c"),
        syncs::learner("theirs-l", "Ward"),
        syncs::enrolment("theirs-e", "theirs-r", "theirs-l"),
    ];
    theirs.sync(theirs.delta("held", "held"), held.clone()).await.unwrap();
    let foreign = rejects(&ours, "foreign", "theirs-").await;
    assert_eq!(foreign, rejects(&ours, "absent", "nobodys-").await);
    let codes: Vec<&str> = foreign.iter().map(|reject| reject.code.as_str()).collect();
    assert_eq!(codes, ["reference_missing"; 4], "{foreign:#?}");
    // The same source ids are another university's own to use, and nothing of the first's is touched.
    let own = ours.sync(ours.delta("held", "held"), held.clone()).await.unwrap();
    assert_eq!((own.state(), own.enrolments.unwrap().created), (wire::sync_run::State::Applied, 1));
    let again = theirs.sync(theirs.delta("again", "held"), held).await.unwrap();
    assert_eq!(again.enrolments.unwrap().unchanged, 1);
    world.stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_universitys_records_are_called_is_as_if_it_were_not_on_sqlite() {
    Box::pin(another_universitys_is_no_reference(Store::Sqlite)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_universitys_records_are_called_is_as_if_it_were_not_on_postgres() {
    Box::pin(another_universitys_is_no_reference(Store::Postgres)).await;
}
