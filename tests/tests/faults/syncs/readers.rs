//! Whoever reads while a run is applied sees what was there before or what is there afterwards, and never something
//! between: in one snapshot of the tables, on a page, of two runs of a course one after the other, and in a watch.

use super::{
    records::{RUNS, edition, last_day, learners, open, title},
    talk::{Talk, batch, send, sender},
};
use contracts::{
    common::v1::ChangeKind,
    enrolments::v1::{self as wire, enrolment, sync_run},
};
use practicum_tests::{Official, Options, Stand, Store, officials::not_before};
use prost_types::Timestamp;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};
use tokio::{
    sync::oneshot,
    task::{JoinHandle, JoinSet},
};
use tokio_util::sync::CancellationToken;
use vocabulary::Role;

/// Learners, and the enrolments of each.
const LEARNERS: usize = 50_000;
const EACH: usize = 4;

/// What each reader counts.
#[derive(Default)]
struct Looks {
    snapshots: AtomicU64,
    pages: AtomicU64,
    pairs: AtomicU64,
}

impl Looks {
    fn all(&self) -> [u64; 3] {
        [&self.snapshots, &self.pages, &self.pairs].map(|looks| looks.load(Relaxed))
    }
}

/// All that one snapshot of the tables says of the data set.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Snapshot {
    by_day: BTreeMap<String, i64>,
    names: Vec<String>,
    taken: Vec<i64>,
    title: String,
    head: i64,
    entries: i64,
}

async fn snapshot(connection: &mut PgConnection) -> Snapshot {
    let mut tx = connection.begin().await.expect("it begins");
    tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY").await.expect("it is set");
    let days = "SELECT state || COALESCE(end_date, '') AS day, count(*) AS n FROM enrolments GROUP BY 1";
    let by_day = tx.fetch_all(days).await.expect("rows");
    let names = tx.fetch_all("SELECT DISTINCT family_name FROM people ORDER BY 1").await.expect("rows");
    let taken = tx.fetch_all("SELECT places_taken FROM course_runs ORDER BY source_id").await.expect("rows");
    let title = tx.fetch_one("SELECT title FROM courses").await.expect("a course").get(0);
    let head = tx.fetch_one("SELECT seq FROM feed_head").await.expect("a row").get(0);
    let entries = tx.fetch_one("SELECT count(*) FROM feed").await.expect("a row").get(0);
    tx.commit().await.expect("it ends");
    Snapshot {
        by_day: by_day.iter().map(|row| (row.get("day"), row.get("n"))).collect(),
        names: names.iter().map(|row| row.get(0)).collect(),
        taken: taken.iter().map(|row| row.get(0)).collect(),
        title,
        head,
        entries,
    }
}

async fn owner(stand: &Stand) -> PgConnection {
    let (owner, _) = stand.database.as_ref().expect("PostgreSQL");
    let mut connection = PgConnection::connect(owner.as_ref()).await.expect("it answers");
    let all = "SET search_path = enrolments; SET practicum.scope = 'service'";
    connection.execute(all).await.expect("it is set");
    connection
}

/// Everybody who reads, until they are told to stop.
struct Readers {
    stop: CancellationToken,
    looks: Arc<Looks>,
    tasks: JoinSet<()>,
}

impl Readers {
    /// Looks at the tables. Answers the snapshots that differ, in order.
    fn tables(&self, mut connection: PgConnection) -> JoinHandle<Vec<Snapshot>> {
        let (stop, looks) = (self.stop.clone(), self.looks.clone());
        tokio::spawn(async move {
            let mut seen = vec![snapshot(&mut connection).await];
            while !stop.is_cancelled() {
                let next = snapshot(&mut connection).await;
                looks.snapshots.fetch_add(1, Relaxed);
                if seen.last() != Some(&next) {
                    seen.push(next);
                }
            }
            seen
        })
    }

    /// Reads pages: on each, everybody's last day is of one edition. Stays within what the editions share.
    fn pages(&mut self, reader: Official) {
        let (stop, looks) = (self.stop.clone(), self.looks.clone());
        self.tasks.spawn(async move {
            let mut token = String::new();
            while !stop.is_cancelled() {
                let request = wire::ListEnrolmentsRequest {
                    parent: "partners/teesside".into(),
                    page_size: 500,
                    page_token: token,
                    ..Default::default()
                };
                let page = reader.list(request).await.expect("a page");
                let live = page.enrolments.iter().filter(|it| it.state() == enrolment::State::Active);
                let mut days: Vec<_> = live.map(|it| it.end_date.as_str()).collect();
                days.dedup();
                assert!(days.len() <= 1, "a page of two editions: {days:?}");
                looks.pages.fetch_add(1, Relaxed);
                token = page.next_page_token;
            }
        });
    }

    /// Reads two runs, the second not before the first: once the first is as afterwards, the second is, too.
    fn pairs(&mut self, reader: Official, runs: [String; 2], taken: [[i32; 2]; 2]) {
        let (stop, looks) = (self.stop.clone(), self.looks.clone());
        self.tasks.spawn(async move {
            let mut client = reader.enrolments.clone();
            let mut last = 0;
            while !stop.is_cancelled() {
                let request = wire::GetCourseRunRequest { name: runs[0].clone() };
                let first = client.get_course_run(request).await.expect("a run").into_inner();
                let request = wire::GetCourseRunRequest { name: runs[1].clone() };
                let second = client.get_course_run(not_before(request, &first.etag)).await.expect("a run");
                let both = [first.places_taken, second.into_inner().places_taken];
                let edition = |n: usize| taken.iter().position(|taken| taken[n] == both[n]);
                let (Some(one), Some(two)) = (edition(0), edition(1)) else {
                    panic!("{both:?} is of no edition: {taken:?}");
                };
                assert!(one <= two && last <= one, "{last}, {one}, then {two}: a reader went back");
                last = one;
                looks.pairs.fetch_add(1, Relaxed);
            }
        });
    }
}

/// How many places an edition takes on each run.
fn taken(edition: usize) -> [i32; RUNS] {
    let mut taken = [0; RUNS];
    for n in learners(edition, LEARNERS) {
        (0..EACH).for_each(|m| taken[(n + m) % RUNS] += 1);
    }
    taken
}

/// Watches until every enrolment has been told of that changes after `before`: each is as it is afterwards.
async fn watch(reader: Official, mut connection: PgConnection, before: Timestamp, now: oneshot::Sender<()>) {
    let watch =
        wire::WatchEnrolmentsRequest { parent: "partners/teesside".into(), resume_token: "now".into() };
    let mut stream = reader.enrolments.clone().watch_enrolments(watch).await.expect("a stream").into_inner();
    now.send(()).expect("somebody waits");
    let mut told = BTreeMap::new();
    while told.len() < LEARNERS * EACH {
        let message = stream.message().await.expect("it goes on").expect("it goes on");
        let change = message.change.expect("where it stands");
        let committed = change.commit_time.expect("a time");
        // What the service has not followed yet is told first, of before.
        let earlier = (committed.seconds, committed.nanos) <= (before.seconds, before.nanos);
        if earlier || change.kind() == ChangeKind::Checkpoint {
            continue;
        }
        let enrolment = message.enrolment.expect("as the change left it");
        if told.is_empty() {
            let old = format!(
                "SELECT count(*) FROM enrolments WHERE state = 'active' AND end_date = '{}'",
                last_day(0)
            );
            let left: i64 = connection.fetch_one(AssertSqlSafe(old)).await.expect("a count").get(0);
            assert_eq!(left, 0, "it was told of one, and others are as before");
        }
        match enrolment.state() {
            enrolment::State::Active => assert_eq!(enrolment.end_date, last_day(1), "{enrolment:?}"),
            enrolment::State::Withdrawn => {}
            other => panic!("{other:?}"),
        }
        let again = told.insert(enrolment.name, change.resume_token);
        assert!(again.is_none(), "told twice");
    }
}

/// The names of two runs of the course, by what their university calls them.
async fn runs(stand: &Stand) -> [String; 2] {
    let mut connection = owner(stand).await;
    let mut names = ["r0", "r1"].map(String::from);
    for name in &mut names {
        let sql = format!("SELECT id FROM course_runs WHERE source_id = '{name}'");
        let key: String = connection.fetch_one(AssertSqlSafe(sql)).await.expect("a run").get(0);
        let [partner, course, run] = key.splitn(3, '/').collect::<Vec<_>>().try_into().expect("a key");
        *name = format!("partners/{partner}/courses/{course}/runs/{run}");
    }
    names
}

/// Every snapshot is of one edition, all of it.
fn judge(seen: &[Snapshot]) {
    let [before, after] = seen else { panic!("{} states were seen: {seen:#?}", seen.len()) };
    for (edition, snapshot) in [before, after].into_iter().enumerate() {
        let rows = |n: usize| i64::try_from(n * EACH).expect("a small number");
        let live = rows(learners(edition, LEARNERS).count());
        assert_eq!(snapshot.by_day[&format!("active{}", last_day(edition))], live);
        let others = snapshot.by_day.iter().filter(|(day, _)| day.starts_with("active")).count();
        assert_eq!((others, snapshot.title.as_str()), (1, title(edition).as_str()));
        assert_eq!(snapshot.taken, taken(edition).map(i64::from));
        assert_eq!(snapshot.head, snapshot.entries, "the feed has a gap");
    }
}

/// Rows of enrolments read so far by way of their data set's numbers: what is dropped is looked up, each by its own.
async fn rows_read(mut connection: PgConnection) -> i64 {
    let sql = "SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = 'enrolments_by_data_set'";
    sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("it is counted")
}

/// 200,000 enrolments of 50,000 learners, of which eight in ten change, one in ten goes and one in ten comes. So many new
/// ones, as the first sync brings, are written in more than one part.
#[tokio::test(flavor = "multi_thread")]
async fn readers_see_the_state_before_a_run_or_after_it_and_never_between() {
    let _alone = crate::alone().await;
    let stand = Stand::up(Options { store: Store::Postgres, ..Default::default() }).await;
    let token = stand.token("teesside", &[Role::EnrolmentSync], "sits");
    let sender = sender(stand.enrolments_channel().await, &token);
    let start = Instant::now();
    let first = send(&sender, &open("s1"), &edition(0, LEARNERS, EACH), 1_000).await.expect("it is sent");
    let reader = stand.registrar("teesside").await;
    let looks = Arc::new(Looks::default());
    let mut readers = Readers { stop: CancellationToken::new(), looks: looks.clone(), tasks: JoinSet::new() };
    let tables = readers.tables(owner(&stand).await);
    readers.pages(reader.clone());
    readers.pairs(reader.clone(), runs(&stand).await, [taken(0), taken(1)].map(|it| [it[0], it[1]]));
    let before = first.finish_time.expect("it is applied");
    let (ready, now) = oneshot::channel();
    let watching = tokio::spawn(watch(reader.clone(), owner(&stand).await, before, ready));
    now.await.expect("it watches");
    let records = edition(1, LEARNERS, EACH);
    let (mut talk, _) = Talk::open(&sender, &open("s2")).await.expect("it opens");
    for (sequence, part) in (0..).zip(records.chunks(1_000)) {
        talk.store(batch(sequence, part)).await.expect("it is stored");
    }
    eprintln!("two syncs sent, one of them applied: {:?}", start.elapsed());
    let (began, earlier) = (Instant::now(), looks.all());
    let run =
        talk.finish(i64::try_from(records.len()).expect("a small number")).await.expect("it is finished");
    assert_eq!(run.state(), sync_run::State::Applied, "{:?}", run.guards);
    let during: Vec<_> = looks.all().iter().zip(earlier).map(|(now, then)| now - then).collect();
    eprintln!("{:?} to plan and apply; snapshots, pages, pairs meanwhile: {during:?}", began.elapsed());
    watching.await.expect("the watcher was told the truth");
    eprintln!("told of: {:?}", began.elapsed());
    readers.stop.cancel();
    let seen = tables.await.expect("snapshots");
    while let Some(done) = readers.tasks.join_next().await {
        done.expect("a reader saw something between");
    }
    judge(&seen);
    let read = rows_read(owner(&stand).await).await;
    let held = i64::try_from(LEARNERS * EACH).expect("a small number");
    // Each statement may pass over all of them, and none may for each of its rows.
    assert!(read < 50 * held, "{read} rows were read by their numbers in the data set");
    assert!(during.iter().all(|looks| *looks > 3), "nobody looked: {during:?}");
    stand.down().await;
}
