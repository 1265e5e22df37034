//! A university sends what it holds: over a real stream, however that ends.

use contracts::enrolments::v1::{
    self as wire, sync_enrolments_request::Message, sync_enrolments_response::Message as Told,
    sync_record::Record, sync_run::State,
};
use practicum_tests::{Official, Stand, on_both_stores, reason, request_id};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};
use vocabulary::Role;

/// One stream of a sync, from the client's side.
struct Sending {
    say: Option<mpsc::Sender<wire::SyncEnrolmentsRequest>>,
    told: Streaming<wire::SyncEnrolmentsResponse>,
}

impl Sending {
    async fn open(who: &Official, open: wire::SyncOpen) -> Result<(Self, wire::SyncOpened), Status> {
        let (say, said) = mpsc::channel(4);
        let told = who.syncs.clone().sync_enrolments(ReceiverStream::new(said)).await?.into_inner();
        let mut sending = Self { say: Some(say), told };
        sending.say(Message::Open(open)).await;
        match sending.hear().await? {
            Some(Told::Opened(opened)) => Ok((sending, opened)),
            other => panic!("{other:?}"),
        }
    }

    async fn say(&self, message: Message) {
        let message = wire::SyncEnrolmentsRequest { message: Some(message) };
        let _ = self.say.as_ref().expect("it is open").send(message).await;
    }

    /// What comes next, progress left out; `None` where the stream has ended.
    async fn hear(&mut self) -> Result<Option<Told>, Status> {
        loop {
            match self.told.message().await? {
                Some(wire::SyncEnrolmentsResponse { message: Some(Told::Progress(_)) }) => {}
                told => return Ok(told.and_then(|told| told.message)),
            }
        }
    }

    async fn batch(&mut self, sequence: i64, records: &[wire::SyncRecord]) -> Result<i64, Status> {
        self.say(Message::Batch(wire::SyncBatch { sequence, records: records.to_vec() })).await;
        match self.hear().await? {
            Some(Told::Accepted(accepted)) => Ok(accepted.records_stored),
            other => panic!("{other:?}"),
        }
    }

    async fn finish(&mut self, record_count: i64) -> Result<wire::SyncRun, Status> {
        self.say(Message::Finish(wire::SyncFinish { record_count })).await;
        match self.hear().await? {
            Some(Told::Finished(run)) => Ok(run),
            other => panic!("{other:?}"),
        }
    }
}

fn open(run: &str) -> wire::SyncOpen {
    wire::SyncOpen {
        name: format!("partners/teesside/syncRuns/{run}"),
        data_set: "sits".into(),
        mode: wire::sync_open::Mode::Snapshot.into(),
        academic_years: vec!["2026/27".into()],
        ..Default::default()
    }
}

fn record(source_id: &str, record: Record) -> wire::SyncRecord {
    let origin = format!("{source_id}.csv:2");
    wire::SyncRecord { source_id: source_id.into(), origin, dropped: false, record: Some(record) }
}

/// A course with one run and so many learners on it.
fn world(n: usize) -> Vec<wire::SyncRecord> {
    let course = wire::CourseRecord {
        title: "Social work".into(),
        kind: wire::course::Kind::Undergraduate.into(),
        ..Default::default()
    };
    let run = wire::CourseRunRecord {
        course_source_id: "c1".into(),
        academic_year: "2026/27".into(),
        start_date: "2026-09-21".into(),
        end_date: "2027-07-02".into(),
        places: 0,
    };
    let mut records = vec![record("c1", Record::Course(course)), record("r1", Record::CourseRun(run))];
    for i in 0..n {
        let learner = wire::LearnerRecord { family_name: format!("Llŷr {i}"), ..Default::default() };
        records.push(record(&format!("l{i}"), Record::Learner(learner)));
    }
    records.extend((0..n).map(|i| enrolment(&format!("e{i}"), &format!("l{i}"))));
    records
}

fn enrolment(source_id: &str, learner: &str) -> wire::SyncRecord {
    let enrolment = wire::EnrolmentRecord {
        course_run_source_id: "r1".into(),
        learner_source_id: learner.into(),
        state: wire::enrolment::State::Active.into(),
        ..Default::default()
    };
    record(source_id, Record::Enrolment(enrolment))
}

async fn machine(stand: &Stand) -> Official {
    stand.official("teesside", &[Role::EnrolmentSync], "sits").await
}

async fn send(who: &Official, run: &str, records: &[wire::SyncRecord]) -> wire::SyncRun {
    let (mut sending, _) = Sending::open(who, open(run)).await.unwrap();
    for (sequence, batch) in (0..).zip(records.chunks(40)) {
        sending.batch(sequence, batch).await.unwrap();
    }
    sending.finish(i64::try_from(records.len()).unwrap()).await.unwrap()
}

async fn get(who: &Official, run: &str) -> wire::SyncRun {
    let name = format!("partners/teesside/syncRuns/{run}");
    who.syncs.clone().get_sync_run(wire::GetSyncRunRequest { name }).await.unwrap().into_inner()
}

async fn enrolled(stand: &Stand) -> usize {
    let registrar = stand.registrar("teesside").await;
    let request = wire::ListEnrolmentsRequest {
        parent: "partners/teesside".into(),
        page_size: 1_000,
        ..Default::default()
    };
    let page = registrar.enrolments.clone().list_enrolments(request).await.unwrap().into_inner();
    page.enrolments.iter().filter(|e| e.state() == wire::enrolment::State::Active).count()
}

on_both_stores! {
    async fn what_a_university_sends_is_there_and_what_goes_too_far_waits_for_a_registrar(stand: &Stand) {
        let (machine, mut registrar) = (machine(stand).await, stand.registrar("teesside").await);
        let first = send(&machine, "s1", &world(60)).await;
        assert_eq!((first.state(), enrolled(stand).await), (State::Applied, 60), "{:?}", first.guards);
        let mut records = world(60);
        records.truncate(2 + 60 + 40);
        records.push(enrolment("bad", "nobody"));
        let second = send(&machine, "s2", &records).await;
        assert_eq!((second.state(), second.guards.len()), (State::AwaitingApproval, 1));
        assert_eq!(enrolled(stand).await, 60);
        let parent = second.name.clone();
        let request = wire::ListSyncChangesRequest { parent: parent.clone(), page_size: 7, ..Default::default() };
        let page = registrar.syncs.list_sync_changes(request.clone()).await.unwrap().into_inner();
        assert_eq!((page.changes.len(), page.changes[0].action()), (7, wire::sync_change::Action::Drop));
        let request = wire::ListSyncChangesRequest { page_token: page.next_page_token, ..request };
        let next = registrar.syncs.list_sync_changes(request).await.unwrap().into_inner();
        assert_ne!(next.changes[0], page.changes[0]);
        let request = wire::ListSyncRejectsRequest { parent, ..Default::default() };
        let rejects = machine.syncs.clone().list_sync_rejects(request).await.unwrap().into_inner().rejects;
        assert_eq!((rejects.len(), rejects[0].origin.as_str()), (1, "bad.csv:2"));
        assert_eq!(rejects[0].code, "reference_missing");
        let apply = wire::ApplySyncRunRequest { name: second.name.clone(), etag: second.etag, request_id: request_id() };
        let sender = stand.official("teesside", &[Role::Registrar], "sits").await;
        let refused = sender.syncs.clone().apply_sync_run(apply.clone()).await.unwrap_err();
        assert_eq!(reason(&refused), "APPROVER_SENT_IT");
        let applied = registrar.syncs.apply_sync_run(apply).await.unwrap().into_inner();
        assert_eq!((applied.state(), enrolled(stand).await), (State::Applied, 40));
        let restore = wire::RestoreSyncRunRequest { name: second.name, ..Default::default() };
        let undone = registrar.syncs.restore_sync_run(restore).await.unwrap().into_inner();
        assert_eq!((undone.state(), enrolled(stand).await), (State::Restored, 60));
        let request = wire::ListSyncRunsRequest { parent: "partners/teesside".into(), ..Default::default() };
        let runs = registrar.syncs.list_sync_runs(request).await.unwrap().into_inner().sync_runs;
        assert_eq!(runs.iter().map(|run| run.state()).collect::<Vec<_>>(), [State::Restored, State::Applied]);
    }

    async fn a_stream_that_ends_without_its_finish_message_changes_nothing_and_is_gone_on_with(stand: &Stand) {
        let machine = machine(stand).await;
        let records = world(30);
        let batches: Vec<_> = records.chunks(10).collect();
        // Half-closed; then dropped; then with another count; each goes on where the last one was.
        let (mut sending, opened) = Sending::open(&machine, open("s1")).await.unwrap();
        assert_eq!(opened.next_sequence, 0);
        sending.batch(0, batches[0]).await.unwrap();
        sending.say = None;
        assert_eq!(sending.hear().await.unwrap(), None);
        let (mut sending, opened) = Sending::open(&machine, open("s1")).await.unwrap();
        assert_eq!(opened.next_sequence, 1);
        sending.batch(1, batches[1]).await.unwrap();
        drop(sending);
        let (mut sending, opened) = Sending::open(&machine, open("s1")).await.unwrap();
        assert_eq!((opened.next_sequence, enrolled(stand).await), (2, 0));
        assert_eq!(get(&machine, "s1").await.state(), State::Receiving);
        for (sequence, batch) in (0..).zip(&batches).skip(1) {
            sending.batch(sequence, batch).await.unwrap();
        }
        let run = sending.finish(62).await.unwrap();
        assert_eq!((run.state(), enrolled(stand).await), (State::Applied, 30));
        let (mut sending, _) = Sending::open(&machine, open("s2")).await.unwrap();
        sending.batch(0, &records[..5]).await.unwrap();
        assert_eq!(reason(&sending.finish(6).await.unwrap_err()), "RECORD_COUNT_MISMATCH");
        assert_eq!((get(&machine, "s2").await.state(), enrolled(stand).await), (State::Failed, 30));
    }

    async fn a_stream_that_breaks_its_rules_is_told_so(stand: &Stand) {
        let machine = machine(stand).await;
        let (say, said) = mpsc::channel(4);
        let finish = Message::Finish(wire::SyncFinish { record_count: 0 });
        say.send(wire::SyncEnrolmentsRequest { message: Some(finish) }).await.unwrap();
        let mut told = machine.syncs.clone().sync_enrolments(ReceiverStream::new(said)).await.unwrap().into_inner();
        assert_eq!(reason(&told.message().await.unwrap_err()), "OPEN_EXPECTED");
        let (mut sending, _) = Sending::open(&machine, open("s1")).await.unwrap();
        assert_eq!(reason(&sending.batch(3, &world(1)).await.unwrap_err()), "SEQUENCE_GAP");
        assert_eq!(reason(&Sending::open(&machine, open("s2")).await.err().unwrap()), "SYNC_IN_PROGRESS");
        let theirs = wire::SyncOpen { name: "partners/northumbria/syncRuns/s1".into(), ..open("s1") };
        assert_eq!(reason(&Sending::open(&machine, theirs).await.err().unwrap()), "NOT_FOUND");
        let discard = wire::DiscardSyncRunRequest { name: open("s1").name, ..Default::default() };
        let run = machine.syncs.clone().discard_sync_run(discard).await.unwrap().into_inner();
        assert_eq!(run.state(), State::Discarded);
        Sending::open(&machine, open("s2")).await.unwrap();
    }
}
