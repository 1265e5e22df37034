//! What a university's system sends while it is listened to: everything that is said of a learner is a canary, and so
//! is what is wrong with some of them.

use super::Heard;
use crate::{
    canaries::{COMMENT, EMAIL, NAME, NUMBER, OTHER, PERSON, REASON, SUBJECT},
    house::House,
};
use contracts::enrolments::v1::{
    self as wire, sync_enrolments_request::Message, sync_record::Record, sync_run::State,
};
use practicum_tests::{
    Official, Store,
    officials::syncs::{batch, course, course_run, enrolment, finish, record},
    request_id,
};
use tonic::Request;
use vocabulary::Role;

pub async fn all(house: &House, heard: &mut Heard) {
    let sender = sender(house).await;
    let registrar = house.official("teesside", &[Role::Registrar], SUBJECT).await;
    let waits = sender.sync(open(&sender, "first"), records()).await.unwrap();
    assert_eq!(waits.state(), State::AwaitingApproval, "{:?}", waits.guards);
    look(&registrar, &waits.name).await;
    decide(&sender, &registrar, &waits.name, heard).await;
    refused(&sender, heard).await;
    bad_input(house, &sender, heard).await;
}

async fn sender(house: &House) -> Official {
    house.official("teesside", &[Role::EnrolmentSync], OTHER).await
}

fn open(sender: &Official, run: &str) -> wire::SyncOpen {
    sender.delta(run, "sits")
}

fn canary(source_id: &str) -> wire::LearnerRecord {
    wire::LearnerRecord {
        given_name: format!("{NAME} {source_id}"),
        family_name: NAME.into(),
        email: format!("{EMAIL}@example.invalid"),
        social_work_england_number: NUMBER.into(),
    }
}

fn learner(source_id: &str, spoil: impl Fn(&mut wire::LearnerRecord)) -> wire::SyncRecord {
    let mut learner = canary(source_id);
    spoil(&mut learner);
    wire::SyncRecord { origin: format!("users.csv:{NAME}"), ..record(source_id, Record::Learner(learner)) }
}

/// Two good ones with their enrolments, and everything that can be wrong with somebody.
fn records() -> Vec<wire::SyncRecord> {
    let bad = |n: usize, spoil: fn(&mut wire::LearnerRecord)| learner(&format!("{COMMENT}{n}"), spoil);
    let sponsor = wire::EnrolmentRecord { sponsor: NAME.into(), ..Default::default() };
    vec![
        course("c"),
        course_run("r", "c"),
        learner(PERSON, |_| {}),
        learner(OTHER, |_| {}),
        enrolment(&format!("{PERSON}-e"), "r", PERSON),
        enrolment(&format!("{OTHER}-e"), "r", OTHER),
        learner(SUBJECT, |_| {}),
        learner(SUBJECT, |it| it.given_name = REASON.into()),
        enrolment(&format!("{REASON}-e"), "r", OTHER),
        enrolment(&format!("{COMMENT}-e"), "r", REASON),
        record(&format!("{SUBJECT}-e"), Record::Enrolment(sponsor)),
        bad(0, |it| it.family_name = String::new()),
        bad(1, |it| it.family_name = NAME.repeat(100)),
        bad(2, |it| it.given_name = format!("{NAME}\u{7}")),
        bad(3, |it| it.email = format!("{EMAIL} is not an address")),
        bad(4, |it| it.social_work_england_number = format!("{NUMBER}00")),
        learner(&format!("{PERSON}\u{0}"), |_| {}),
        wire::SyncRecord { dropped: true, ..learner(&COMMENT.repeat(50), |_| {}) },
        wire::SyncRecord { record: None, ..learner(&format!("{COMMENT}-none"), |_| {}) },
    ]
}

/// Everything that only looks. What was wrong with somebody is not told again.
async fn look(registrar: &Official, run: &str) {
    let mut client = registrar.syncs.clone();
    client.get_sync_run(wire::GetSyncRunRequest { name: run.into() }).await.unwrap();
    let list = wire::ListSyncRunsRequest { parent: "partners/teesside".into(), ..Default::default() };
    client.list_sync_runs(list).await.unwrap();
    let list = wire::ListSyncChangesRequest { parent: run.into(), ..Default::default() };
    let changes = client.list_sync_changes(list).await.unwrap().into_inner().changes;
    assert!(changes.iter().any(|change| change.source_id == PERSON), "the canaries are where they should be");
    let list = wire::ListSyncRejectsRequest { parent: run.into(), ..Default::default() };
    let rejects = client.list_sync_rejects(list).await.unwrap().into_inner().rejects;
    assert!(rejects.len() >= 9, "{rejects:#?}");
    let of_people = rejects.iter().filter(|reject| reject.kind == "learner" && reject.field != "source_id");
    for reject in of_people {
        let found = &reject.found;
        assert!(![NAME, EMAIL, NUMBER].iter().any(|canary| found.contains(canary)), "{reject:?}");
    }
}

/// One run is approved and undone, another is given up.
async fn decide(sender: &Official, registrar: &Official, run: &str, heard: &mut Heard) {
    let both = [sender, registrar];
    let mut clients = both.map(|who| who.syncs.clone());
    let apply =
        || wire::ApplySyncRunRequest { name: run.into(), request_id: request_id(), ..Default::default() };
    assert_eq!(heard.no(clients[0].apply_sync_run(apply()).await), "ROLE_NOT_ALLOWED");
    let applied = clients[1].apply_sync_run(apply()).await.unwrap().into_inner();
    assert_eq!(applied.enrolments.unwrap().created, 2, "{:?}", applied.learners);
    let seen = registrar.pages_of(wire::ListEnrolmentsRequest {
        parent: "partners/teesside".into(),
        person: registrar.person(PERSON),
        ..Default::default()
    });
    assert!(seen.await.concat().len() >= 2, "the canaries are where they should be");
    let restore = || wire::RestoreSyncRunRequest { name: run.into(), ..Default::default() };
    clients[1].restore_sync_run(restore()).await.unwrap();
    assert_eq!(heard.no(clients[1].restore_sync_run(restore()).await), "NOT_THE_LAST_RUN");
    let open = open(sender, "second");
    sender.converse(vec![Message::Open(open.clone()), batch(0, records())]).await.unwrap();
    let discard = || wire::DiscardSyncRunRequest { name: open.name.clone(), ..Default::default() };
    clients[0].discard_sync_run(discard()).await.unwrap();
    assert_eq!(heard.no(clients[0].discard_sync_run(discard()).await), "RUN_NOT_PLANNED");
}

/// What a stream is refused, with batches full of canaries.
async fn refused(sender: &Official, heard: &mut Heard) {
    let opened = Message::Open(open(sender, "third"));
    let other = vec![learner(OTHER, |_| {})];
    sender.converse(vec![opened.clone(), batch(0, records())]).await.unwrap();
    let streams = [
        ("OPEN_EXPECTED", vec![batch(0, records())]),
        ("OPEN_EXPECTED", vec![opened.clone(), opened.clone()]),
        ("SYNC_IN_PROGRESS", vec![Message::Open(open(sender, "fourth"))]),
        ("SEQUENCE_GAP", vec![opened.clone(), batch(7, records())]),
        ("BATCH_DIFFERS", vec![opened.clone(), batch(0, other)]),
        ("RECORD_COUNT_MISMATCH", vec![opened.clone(), finish(3)]),
        ("RUN_NOT_RECEIVING", vec![opened, batch(1, records())]),
    ];
    for (why, messages) in streams {
        assert_eq!(heard.no(sender.converse(messages).await), why);
    }
}

/// Canaries where nothing personal belongs, and names that are no text.
async fn bad_input(house: &House, sender: &Official, heard: &mut Heard) {
    let good = open(sender, "fifth");
    let opens = [
        wire::SyncOpen { name: format!("partners/teesside/syncRuns/{PERSON} {NAME}"), ..good.clone() },
        wire::SyncOpen { data_set: NAME.repeat(10), ..good.clone() },
        wire::SyncOpen { data_set: format!("{NAME}\n"), ..good.clone() },
        wire::SyncOpen { academic_years: vec![NAME.into()], ..good },
    ];
    for open in opens {
        assert_eq!(heard.no(sender.converse(vec![Message::Open(open)]).await), "INVALID_FIELDS");
    }
    let get = wire::GetSyncRunRequest { name: sender.person(PERSON) };
    assert_eq!(heard.no(sender.syncs.clone().get_sync_run(get).await), "INVALID_FIELDS");
    let name = format!("{NAME}\u{0}").into_bytes().into_iter().chain([0xff]).collect();
    let learner = Some(LearnerRaw { name });
    let batch = Some(BatchRaw { records: vec![RecordRaw { learner }] });
    let mut request = Request::new(tokio_stream::once(MessageRaw { batch }));
    let token = house.token("teesside", &[Role::EnrolmentSync], OTHER);
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    let mut client = tonic::client::Grpc::new(house.channel().await);
    client.ready().await.expect("the service is there");
    let path = "/practicum.enrolments.v1.EnrolmentSyncService/SyncEnrolments".parse().expect("a path");
    let codec = tonic_prost::ProstCodec::<MessageRaw, wire::SyncEnrolmentsResponse>::default();
    let mut answers = client.streaming(request, path, codec).await.unwrap().into_inner();
    assert_eq!(heard.no(answers.message().await), "INVALID_FIELDS");
}

/// Errors of the database that quote what is staged; `people` already quotes what is written there.
pub async fn break_storage(house: &House, heard: &mut Heard) {
    let sender = sender(house).await;
    let new = |n: usize| vec![learner(&format!("{COMMENT}{n}"), |_| {})];
    // What a trigger of SQLite says is a constraint's refusal: somebody made meanwhile what the plan was to make.
    let why = if house.store() == Store::Sqlite { "STALE_PLAN" } else { "INTERNAL" };
    assert_eq!(heard.no(sender.sync(open(&sender, "unwritten"), new(0)).await), why);
    let quoting: &[&str] = match house.store() {
        Store::Sqlite => &["CREATE TRIGGER quotes_too BEFORE INSERT ON staged_people BEGIN \
              SELECT RAISE(ABORT, NEW.source_id || NEW.origin || NEW.family_name || NEW.email); END"],
        Store::Postgres => &[
            "ALTER TABLE staged_people_inbox ADD CONSTRAINT never CHECK (source_id = '') NOT VALID",
            "ALTER TABLE staged_people_inbox DROP CONSTRAINT never; \
             CREATE TRIGGER quotes BEFORE INSERT ON staged_people_inbox FOR EACH ROW EXECUTE FUNCTION quotes()",
            "DROP TRIGGER quotes ON staged_people_inbox; \
             ALTER TABLE staged_people ALTER COLUMN family_name TYPE integer USING 0",
        ],
    };
    for (n, sql) in (1..).zip(quoting) {
        house.run(sql).await;
        let open = sender.delta(&format!("unstaged-{n}"), &format!("set-{n}"));
        assert_eq!(heard.no(sender.sync(open, new(n)).await), "INTERNAL", "{sql}");
    }
}

/// As `SyncEnrolmentsRequest`, with a name that is not text.
#[derive(Clone, PartialEq, prost::Message)]
struct MessageRaw {
    #[prost(message, optional, tag = "2")]
    batch: Option<BatchRaw>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct BatchRaw {
    #[prost(message, repeated, tag = "2")]
    records: Vec<RecordRaw>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct RecordRaw {
    #[prost(message, optional, tag = "6")]
    learner: Option<LearnerRaw>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct LearnerRaw {
    #[prost(bytes = "vec", tag = "2")]
    name: Vec<u8>,
}
