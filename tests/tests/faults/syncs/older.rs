//! A run that was made before another one never comes after it.

use super::{
    eye::Eye,
    records::{course, course_run, enrolment, learner, open},
    talk::{Talk, batch, send, sender},
};
use contracts::enrolments::v1::{
    ApplySyncRunRequest, SyncLimits, SyncRecord, SyncRun,
    enrolment_sync_service_client::EnrolmentSyncServiceClient, sync_run::State,
};
use practicum_tests::{Options, Stand, Store, on_both_stores, reason, request_id};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::time::Duration;
use tonic::Status;
use vocabulary::Role;

fn people(names: &[&str]) -> Vec<SyncRecord> {
    let mut records = vec![course("c1", "Social Work"), course_run("r1", "c1", 0)];
    records.extend(names.iter().map(|name| learner(&format!("l-{name}"), "Ann", name)));
    records.extend(names.iter().map(|name| enrolment(&format!("e-{name}"), "r1", &format!("l-{name}"))));
    records
}

/// The learners who are enrolled.
async fn enrolled(eye: &Eye) -> String {
    let sql = "SELECT p.family_name FROM enrolments e JOIN people p ON p.id = e.person \
               WHERE e.state IN ('pending', 'active', 'interrupted') ORDER BY p.family_name";
    eye.texts(sql).await.join(" ")
}

/// A registrar approves what waits.
async fn approve(stand: &Stand, run: &str) -> Result<SyncRun, Status> {
    let token = stand.token("teesside", &[Role::Registrar], "registrar");
    let mut registrar: EnrolmentSyncServiceClient<_> = sender(stand.enrolments_channel().await, &token);
    let name = format!("partners/teesside/syncRuns/{run}");
    let request = ApplySyncRunRequest { name, etag: String::new(), request_id: request_id() };
    registrar.apply_sync_run(request).await.map(tonic::Response::into_inner)
}

on_both_stores! {
    async fn a_plan_that_waited_is_not_applied_over_what_came_since(stand: &Stand) {
        let _alone = crate::alone().await;
        let token = stand.token("teesside", &[Role::EnrolmentSync], "sits");
        let sender = sender(stand.enrolments_channel().await, &token);
        let eye = Eye::App(Box::new(stand.enrolments().await.app.clone()));
        send(&sender, &open("s1"), &people(&["Abel", "Bede"]), 50).await.expect("it is sent");
        let mut older = open("s2");
        older.limits = Some(SyncLimits { max_drops: Some(0), ..Default::default() });
        let run = send(&sender, &older, &people(&["Abel", "Carl"]), 50).await.expect("it is sent");
        assert_eq!(run.state(), State::AwaitingApproval);
        send(&sender, &open("s3"), &people(&["Abel", "Bede", "Dora"]), 50).await.expect("it is sent");
        let before = eye.see().await;
        let refused = approve(stand, "s2").await.expect_err("it is older");
        assert_eq!(reason(&refused), "STALE_GENERATION");
        assert_eq!(eye.see().await, before);
        // Nor is a stream of a run from before, which is over, gone on with.
        let refused = Talk::open(&sender, &open("s1")).await.err().expect("it is over");
        assert_eq!(reason(&refused), "RUN_NOT_RECEIVING");
        assert_eq!(eye.see().await, before);
    }
}

/// Somebody holds a row of the data set, so that whoever wants it waits: PostgreSQL only, which has such rows.
async fn hold(stand: &Stand, sql: &str) -> PgConnection {
    let (owner, _) = stand.database.as_ref().expect("PostgreSQL");
    let mut holder = PgConnection::connect(owner.as_ref()).await.expect("it answers");
    let begin = "SET search_path = enrolments; SET practicum.scope = 'service'; BEGIN";
    holder.execute(begin).await.expect("it begins");
    holder.execute(AssertSqlSafe(sql.to_owned())).await.expect("the row is there");
    holder
}

/// An approval has looked at what was applied last, and then waits for a row; a newer run, which does not need that
/// row, is applied meanwhile. The approval must then see it.
#[tokio::test(flavor = "multi_thread")]
async fn an_approval_that_was_overtaken_between_its_look_and_its_writes_is_refused() {
    let _alone = crate::alone().await;
    let options = Options { store: Store::Postgres, ..Default::default() };
    let stand = Stand::up(options).await;
    let token = stand.token("teesside", &[Role::EnrolmentSync], "sits");
    let sender = sender(stand.enrolments_channel().await, &token);
    let eye = Eye::App(Box::new(stand.enrolments().await.app.clone()));
    send(&sender, &open("s1"), &people(&["Abel", "Bede"]), 50).await.expect("it is sent");
    let mut older = open("s2");
    older.limits = Some(SyncLimits { max_reject_percent: Some(0.0), ..Default::default() });
    // It makes Carl, changes Abel, and waits for somebody because of a record that is refused.
    let mut records = people(&["Abel", "Bede", "Carl"]);
    records[2] = learner("l-Abel", "Anna", "Abel");
    records.push(learner("l-bad", "Ann", ""));
    let run = send(&sender, &older, &records, 50).await.expect("it is sent");
    assert_eq!(run.state(), State::AwaitingApproval);
    let holder = hold(&stand, "SELECT 1 FROM people WHERE source_id = 'l-Abel' FOR UPDATE").await;
    let (mut newer, _) = Talk::open(&sender, &open("s3")).await.expect("it opens");
    let records = people(&["Abel", "Bede", "Dora"]);
    newer.store(batch(0, &records)).await.expect("it is stored");
    let (approving, finishing) = tokio::join!(approve(&stand, "s2"), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let newer = tokio::spawn(newer.finish(i64::try_from(records.len()).expect("a few")));
        tokio::time::sleep(Duration::from_millis(700)).await;
        holder.close().await.expect("it lets go");
        newer.await.expect("it does not panic")
    });
    let finished = finishing.expect("the newer run is whole");
    assert_eq!(finished.state(), State::Applied, "{:?}", finished.guards);
    // Before it or not at all; whichever, what the newer run holds is what is there.
    if let Err(refused) = approving {
        assert_eq!(reason(&refused), "STALE_GENERATION");
    }
    assert_eq!(enrolled(&eye).await, "Abel Bede Dora", "an older run was applied over a newer one");
    stand.down().await;
}
