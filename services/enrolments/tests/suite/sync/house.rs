//! A service opened in process, and what its syncs are made of.

use admission::Partners;
use enrolments::{
    Enrolments, Settings,
    actions::{Accepted, ApplySyncRun, OpenSync, Receiving, RestoreSyncRun, SyncProgress},
    domain::sync::{
        Body, Course, CourseRun, Enrolment, Learner, LimitsAsked, Mode, Record, Reject, SyncRun, SyncRunName,
        Word, run::Opening,
    },
    error::Error,
};
use ledger::Reason;
use sea_orm::QueryResult;
use sqlx::{Connection, PgConnection};
use tokio_util::sync::CancellationToken;
use vocabulary::{Call, Clock, PageSize, PartnerKind, Role, Scope};

pub const YEAR: &str = "2026/27";

pub struct House {
    pub app: Enrolments,
    pub clock: Clock,
    stop: CancellationToken,
    folder: std::path::PathBuf,
    _file: Option<testkit::SqlitePath>,
    postgres: Option<testkit::Database>,
}

impl House {
    pub async fn on_sqlite() -> Self {
        let file = testkit::sqlite_path();
        let mut settings = Settings::load(None).unwrap();
        settings.database.file = Some(file.path().to_owned());
        Self::open(settings, Some(file), None).await
    }

    pub async fn on_postgres() -> Self {
        let database = testkit::postgres().fresh_database().await;
        let mut settings = Settings::load(None).unwrap();
        settings.database.postgres = Some(database.app_url.clone());
        settings.database.postgres_owner = Some(database.owner_url.clone());
        Self::open(settings, None, Some(database)).await
    }

    async fn open(
        settings: Settings,
        file: Option<testkit::SqlitePath>,
        postgres: Option<testkit::Database>,
    ) -> Self {
        let folder = std::env::temp_dir().join(format!("practicum-syncs-{}", vocabulary::Ids.next()));
        Partners::write_defaults(&folder, &[]).unwrap();
        let partners = Partners::load(&folder.join("partners.toml")).unwrap();
        let (clock, stop) = (Clock::movable(), CancellationToken::new());
        let app = Enrolments::open(&settings, partners, clock.clone(), stop.clone()).await.unwrap();
        Self { app, clock, stop, folder, _file: file, postgres }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.cancel();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The machine that sends for a university.
pub fn machine(partner: &str) -> Call {
    call(partner, Role::EnrolmentSync, "sits")
}

/// Somebody who may approve.
pub fn registrar(partner: &str) -> Call {
    call(partner, Role::Registrar, "registrar")
}

pub fn call(partner: &str, role: Role, who: &str) -> Call {
    testkit::call(testkit::caller(partner, PartnerKind::University, &[role], who), "suite")
}

pub fn name(partner: &str, run: &str) -> SyncRunName {
    format!("partners/{partner}/syncRuns/{run}").parse().unwrap()
}

pub fn snapshot(data_set: &str) -> Opening {
    Opening {
        data_set: data_set.into(),
        mode: Mode::Snapshot,
        academic_years: vec![YEAR.into()],
        limits: LimitsAsked::default(),
        dry_run: false,
    }
}

pub fn delta(data_set: &str) -> Opening {
    Opening { mode: Mode::Delta, academic_years: vec![], ..snapshot(data_set) }
}

/// As [`snapshot`], whatever it drops or refuses.
pub fn unlimited(data_set: &str) -> Opening {
    let limits = LimitsAsked {
        max_drop_percent: Some(100.0),
        max_drops: Some(1 << 40),
        max_reject_percent: Some(100.0),
    };
    Opening { limits, ..snapshot(data_set) }
}

pub fn record(source_id: &str, body: Body) -> Record {
    Record {
        source_id: source_id.into(),
        origin: format!("{source_id}.csv:1"),
        dropped: false,
        body: Some(body),
    }
}

pub fn course(source_id: &str, title: &str) -> Record {
    let kind = Word::Known("undergraduate");
    record(source_id, Body::Course(Course { title: title.into(), kind, ..Course::default() }))
}

pub fn course_run(source_id: &str, course: &str, places: i32) -> Record {
    let (start_date, end_date) = ("2026-09-21".into(), "2027-07-02".into());
    let academic_year = YEAR.into();
    record(
        source_id,
        Body::CourseRun(CourseRun { course: course.into(), academic_year, start_date, end_date, places }),
    )
}

pub fn learner(source_id: &str, given: &str, family: &str) -> Record {
    let (given_name, family_name) = (given.into(), family.into());
    record(source_id, Body::Learner(Learner { given_name, family_name, ..Learner::default() }))
}

pub fn enrolment(source_id: &str, run: &str, learner: &str) -> Record {
    enrolled(source_id, run, learner, |_| {})
}

pub fn enrolled(source_id: &str, run: &str, learner: &str, more: impl Fn(&mut Enrolment)) -> Record {
    let (course_run, learner) = (run.into(), learner.into());
    let mut it = Enrolment { course_run, learner, state: Word::Known("active"), ..Enrolment::default() };
    more(&mut it);
    record(source_id, Body::Enrolment(it))
}

pub fn gone(source_id: &str, body: Option<Body>) -> Record {
    Record { source_id: source_id.into(), origin: String::new(), dropped: true, body }
}

/// One course with two runs, and so many learners on each of them in turn.
pub fn world(n: usize) -> Vec<Record> {
    let mut records = vec![course("c1", "Social work"), course_run("r1", "c1", 0), course_run("r2", "c1", 0)];
    records.extend((0..n).map(|i| learner(&format!("l{i}"), "Ann", &format!("Lee {i}"))));
    records.extend((0..n).map(|i| enrolment(&format!("e{i}"), ["r1", "r2"][i % 2], &format!("l{i}"))));
    records
}

/// Reason of a refusal.
#[track_caller]
pub fn reason<T>(result: Result<T, Error>) -> &'static str {
    match result.err().expect("a refusal") {
        Error::Refused(refusal) => refusal.reason(),
        other => panic!("{other:?}"),
    }
}

impl House {
    /// Past the service, on PostgreSQL.
    pub async fn owner(&self) -> PgConnection {
        let url = self.postgres.as_ref().unwrap().owner_url.to_string();
        PgConnection::connect(&url).await.unwrap()
    }

    pub async fn begin(&self, call: &Call, run: &str, opening: Opening) -> Result<Receiving, Error> {
        let name = name(call.caller.partner.as_str(), run);
        self.app.sync_enrolments(call, OpenSync { name, opening }).await
    }

    /// Sends everything, in batches, and finishes.
    pub async fn send(&self, partner: &str, run: &str, opening: Opening, records: &[Record]) -> SyncRun {
        let call = machine(partner);
        let mut receiving = self.begin(&call, run, opening).await.unwrap();
        for (sequence, batch) in (0..).zip(records.chunks(50)) {
            receiving.store(sequence, batch.to_vec()).await.unwrap();
        }
        self.finish(receiving).await
    }

    pub async fn finish(&self, mut receiving: Receiving) -> SyncRun {
        receiving.finish(receiving.records()).await.unwrap();
        self.app.conclude(receiving.name(), receiving.clear(), &SyncProgress::default()).await.unwrap()
    }

    pub async fn approve(&self, call: &Call, run: &str) -> Result<SyncRun, Error> {
        let name = name(call.caller.partner.as_str(), run);
        let ask = ApplySyncRun { name, etag: None, request_id: None };
        self.app.apply_sync_run(call, ask).await.map(|done| done.value)
    }

    pub async fn restore(&self, call: &Call, run: &str) -> Result<SyncRun, Error> {
        let name = name(call.caller.partner.as_str(), run);
        let ask = RestoreSyncRun { name, etag: None, request_id: None };
        self.app.restore_sync_run(call, ask).await.map(|done| done.value)
    }

    pub async fn rejects(&self, partner: &str, run: &str) -> Vec<Reject> {
        let size = PageSize::from_wire(1_000).unwrap();
        let ask = enrolments::actions::ListSyncRejects { run: name(partner, run), after: None, size };
        self.app.list_sync_rejects(&registrar(partner), ask).await.unwrap().rows
    }

    pub async fn rows(&self, sql: &str) -> Vec<QueryResult> {
        let tx = self.app.ledger.database.read(&Scope::Service, None).await.unwrap();
        tx.all(sql, vec![]).await.unwrap()
    }

    pub async fn run_sql(&self, sql: &str) {
        let tx = self.app.ledger.database.write(&Scope::Service, None).await.unwrap();
        tx.run(sql, vec![]).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn number(&self, sql: &str) -> i64 {
        self.rows(sql).await[0].try_get_by_index(0).unwrap()
    }

    /// Live enrolments of a partner.
    pub async fn live(&self, partner: &str) -> i64 {
        let sql = "SELECT count(*) FROM enrolments WHERE state IN ('pending', 'active', 'interrupted') AND partner = ";
        self.number(&format!("{sql}'{partner}'")).await
    }

    pub async fn feed(&self) -> i64 {
        self.number("SELECT seq FROM feed_head").await
    }

    /// Everything that a reader could see, in one text.
    pub async fn visible(&self) -> String {
        let mut all = String::new();
        for sql in [
            "SELECT id || state || COALESCE(start_date, '') || dropped || reason || revision FROM enrolments ORDER BY id",
            "SELECT id || given_name || family_name || revision FROM people ORDER BY id",
            "SELECT id || title || revision FROM courses ORDER BY id",
            "SELECT id || places || '/' || places_taken || ' ' || revision FROM course_runs ORDER BY id",
            "SELECT seq || resource FROM feed ORDER BY seq",
        ] {
            for row in self.rows(sql).await {
                all += &row.try_get_by_index::<String>(0).unwrap();
                all.push('\n');
            }
        }
        all
    }

    /// Places taken are those that live enrolments take, and every change has its entry.
    pub async fn sound(&self) {
        let wrong = "SELECT count(*) FROM course_runs r WHERE places_taken <> (SELECT count(*) FROM enrolments e \
                     WHERE e.run = r.id AND e.state IN ('pending', 'active', 'interrupted'))";
        assert_eq!(self.number(wrong).await, 0, "places taken do not add up");
        let gaps = "SELECT (SELECT seq FROM feed_head) - (SELECT count(*) FROM feed)";
        assert_eq!(self.number(gaps).await, 0, "the feed has a gap");
        for (table, collection, name) in [
            (
                "enrolments",
                "enrolments",
                "'partners/' || t.partner || '/enrolments/' || substr(t.id, length(t.partner) + 2)",
            ),
            (
                "courses",
                "courses",
                "'partners/' || t.partner || '/courses/' || substr(t.id, length(t.partner) + 2)",
            ),
            (
                "course_runs",
                "courseRuns",
                "'partners/' || t.partner || '/courses/' || substr(t.course, length(t.partner) + 2) || '/runs/' || substr(t.id, length(t.course) + 2)",
            ),
        ] {
            let wrong = format!(
                "SELECT count(*) FROM {table} t WHERE t.revision IS DISTINCT FROM (SELECT max(seq) FROM feed f \
                 WHERE f.collection = '{collection}' AND f.resource = {name})"
            );
            assert_eq!(self.number(&wrong).await, 0, "{table}: a revision is not the last change's position");
        }
        for row in self.rows("SELECT count(*) AS n, count(DISTINCT ordinal) AS d, count(ordinal) AS o FROM \
            (SELECT partner, ordinal FROM enrolments WHERE source_id IS NOT NULL AND data_set = 'sits' AND partner = 'teesside' \
            UNION ALL SELECT partner, ordinal FROM people WHERE source_id IS NOT NULL AND data_set = 'sits' AND partner = 'teesside' \
            UNION ALL SELECT partner, ordinal FROM courses WHERE source_id IS NOT NULL AND data_set = 'sits' AND partner = 'teesside' \
            UNION ALL SELECT partner, ordinal FROM course_runs WHERE source_id IS NOT NULL AND data_set = 'sits' AND partner = 'teesside') x").await {
            let (n, d, o): (i64, i64, i64) = (row.try_get("", "n").unwrap(), row.try_get("", "d").unwrap(), row.try_get("", "o").unwrap());
            assert_eq!((n, n), (d, o), "numbers of the data set are not one a row");
        }
    }
}

/// A batch from its looking at to its being stored.
pub trait Store {
    async fn store(&mut self, sequence: i64, records: Vec<Record>) -> Result<Accepted, Error>;
}

impl Store for Receiving {
    async fn store(&mut self, sequence: i64, records: Vec<Record>) -> Result<Accepted, Error> {
        let mut stored = self.take(sequence, records).await?;
        stored.extend(self.stored().await?);
        assert_eq!(stored.len(), 1, "one batch at a time");
        Ok(stored[0])
    }
}

/// The same of a delta.
pub trait IntoDelta {
    fn into_delta(self) -> Opening;
}

impl IntoDelta for Opening {
    fn into_delta(self) -> Opening {
        Opening { mode: Mode::Delta, academic_years: vec![], ..self }
    }
}
