//! A service opened in process, without a socket, on PostgreSQL.

use admission::Partners;
use enrolments::{
    Enrolments, Settings,
    actions::{CreateCourse, CreateCourseRun, CreateEnrolment},
    domain::{
        CourseDetails, CourseKind, CourseName, Enrolment, LearnerEdit, RunName, RunPlan, StudyMode,
        enrolment::Terms,
    },
};
use ledger::Database;
use sqlx::{Connection, Executor, PgConnection};
use tokio_util::sync::CancellationToken;
use vocabulary::{Call, Clock, PartnerKind, PersonName, RequestId, Role, Scope};

pub struct House {
    pub app: Enrolments,
    pub database: testkit::Database,
    stop: CancellationToken,
    folder: std::path::PathBuf,
}

impl House {
    pub async fn up() -> Self {
        let database = testkit::postgres().fresh_database().await;
        let mut settings = Settings::load(None).unwrap();
        settings.database.postgres = Some(database.app_url.clone());
        settings.database.postgres_owner = Some(database.owner_url.clone());
        let name = database.app_url.rsplit('/').next().unwrap_or_default();
        let folder = std::env::temp_dir().join(format!("enrolments-suite-{}-{name}", std::process::id()));
        Partners::write_defaults(&folder, &[]).unwrap();
        let partners = Partners::load(&folder.join("partners.toml")).unwrap();
        let stop = CancellationToken::new();
        let app = Enrolments::open(&settings, partners, Clock::movable(), stop.clone()).await.unwrap();
        Self { app, database, stop, folder }
    }

    /// A connection as the owner of the tables, who sees every row.
    pub async fn owner(&self) -> PgConnection {
        let mut owner = PgConnection::connect(&self.database.owner_url).await.unwrap();
        owner.execute("SET search_path TO enrolments; SET practicum.scope TO 'service'").await.unwrap();
        owner
    }

    /// A course of the university with one run.
    pub async fn teach(&self, university: &str) -> RunName {
        let details = CourseDetails {
            code: "BA".into(),
            title: "Social Work".into(),
            kind: CourseKind::Undergraduate,
            credits: "360".into(),
            fheq_level: 6,
            awarding_body: String::new(),
        };
        let ask = CreateCourse { id: Some("c".parse().unwrap()), details, request_id: None };
        self.app.create_course(&call(university), ask).await.unwrap();
        let course: CourseName = format!("partners/{university}/courses/c").parse().unwrap();
        let plan = RunPlan {
            academic_year: "2026/27".parse().unwrap(),
            start_date: "2020-09-21".parse().unwrap(),
            end_date: "2199-07-02".parse().unwrap(),
            places: 0,
        };
        let ask = CreateCourseRun { course, id: Some("r".parse().unwrap()), plan, request_id: None };
        self.app.create_course_run(&call(university), ask).await.unwrap().value.name
    }

    pub async fn enrol(&self, run: &RunName, person: &str, sponsor: Option<&str>) -> Enrolment {
        let university = run.partner();
        let ask = CreateEnrolment {
            id: None,
            person: PersonName::new(university, person).unwrap(),
            learner: LearnerEdit::default(),
            run: run.clone(),
            terms: Terms {
                start_date: None,
                end_date: None,
                study_mode: StudyMode::FullTime,
                sponsor: sponsor.map(|sponsor| sponsor.parse().unwrap()),
                funding: None,
            },
            request_id: Some(RequestId("0198a7a0-0000-7000-8000-000000000001".parse().unwrap())),
        };
        self.app.create_enrolment(&call(university.as_str()), ask).await.unwrap().value
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.cancel();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A registrar of a university, or a council's manager.
pub fn call(partner: &str) -> Call {
    let university = ["teesside", "northumbria"].contains(&partner);
    let kind = if university { PartnerKind::University } else { PartnerKind::Council };
    let caller = testkit::caller(partner, kind, &[Role::Registrar, Role::ProgrammeManager], "registrar");
    testkit::call(caller, "suite")
}

/// Rows that the service has read so far of each table.
pub async fn rows_read<const N: usize>(
    database: &Database,
    owner: &mut PgConnection,
    tables: [&str; N],
) -> [i64; N] {
    let nobody = Scope::Partner("nobody".parse().unwrap());
    testkit::rows_read(owner, tables, async || {
        database.read(&nobody, None).await.unwrap().commit().await.unwrap()
    })
    .await
}
