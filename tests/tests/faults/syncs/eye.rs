//! Somebody who sees every row, past the service.

use enrolments::Enrolments;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};
use vocabulary::Scope;

/// How to get at the rows.
pub enum Eye {
    /// Of a service in this process.
    App(Box<Enrolments>),
    /// A superuser's URL.
    Postgres(String),
    /// A file's URL.
    Sqlite(String),
}

/// What anybody could see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub rows: String,
    /// The revisions of the rows, and the feed.
    pub revisions: String,
}

const ROWS: &[&str] = &[
    "SELECT id || ' ' || state || ' ' || COALESCE(start_date, '-') || ' ' || COALESCE(end_date, '-') || ' ' || study_mode \
     || ' ' || COALESCE(sponsor, '-') || ' ' || funding || ' ' || dropped || ' ' || reason FROM enrolments ORDER BY id",
    "SELECT id || ' ' || given_name || ' ' || family_name || ' ' || email FROM people ORDER BY id",
    "SELECT id || ' ' || title FROM courses ORDER BY id",
    "SELECT id || ' ' || places || ' ' || places_taken FROM course_runs ORDER BY id",
];
const REVISIONS: &[&str] = &[
    "SELECT id || ' ' || revision FROM enrolments ORDER BY id",
    "SELECT id || ' ' || revision FROM people ORDER BY id",
    "SELECT id || ' ' || revision FROM courses ORDER BY id",
    "SELECT id || ' ' || revision FROM course_runs ORDER BY id",
    "SELECT seq || ' ' || resource FROM feed ORDER BY seq",
    "SELECT '' || seq FROM feed_head",
];

impl Eye {
    /// The first column, a text, of each row.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        match self {
            Eye::App(app) => {
                let tx = app.ledger.database.read(&Scope::Service, None).await.expect("the database answers");
                let rows = tx.all(sql, vec![]).await.unwrap_or_else(|fault| panic!("{sql}: {fault}"));
                rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
            }
            Eye::Postgres(url) => {
                let mut open = PgConnection::connect(url).await.expect("the cluster answers");
                open.execute("SET search_path = enrolments").await.expect("there is the schema");
                let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(&mut open).await;
                rows.expect("rows").iter().map(|row| row.get(0)).collect()
            }
            Eye::Sqlite(url) => {
                let mut open = SqliteConnection::connect(url).await.expect("the file opens");
                let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(&mut open).await;
                rows.expect("rows").iter().map(|row| row.get(0)).collect()
            }
        }
    }

    /// Runs a statement on a store of which no process is up.
    pub async fn run(&self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Eye::App(_) => panic!("past the service, not through it"),
            Eye::Postgres(url) => {
                let mut open = PgConnection::connect(url).await.expect("the cluster answers");
                open.execute("SET search_path = enrolments").await.expect("there is the schema");
                open.execute(sql).await.expect("it runs");
            }
            Eye::Sqlite(url) => {
                let mut open = SqliteConnection::connect(url).await.expect("the file opens");
                open.execute(sql).await.expect("it runs");
            }
        }
    }

    pub async fn number(&self, sql: &str) -> i64 {
        let texts = self.texts(&format!("SELECT '' || ({sql})")).await;
        texts[0].parse().unwrap_or_else(|_| panic!("{sql}: {texts:?}"))
    }

    /// At one moment: what a killed process had asked PostgreSQL to commit may be committed between two queries.
    pub async fn see(&self) -> Seen {
        let mut once = match self {
            Eye::Postgres(url) => {
                let mut open = PgConnection::connect(url).await.expect("the cluster answers");
                let begin = "SET search_path = enrolments; BEGIN ISOLATION LEVEL REPEATABLE READ";
                open.execute(begin).await.expect("there is the schema");
                Some(open)
            }
            Eye::App(_) | Eye::Sqlite(_) => None,
        };
        let mut seen = Seen::default();
        for (all, queries) in [(&mut seen.rows, ROWS), (&mut seen.revisions, REVISIONS)] {
            for sql in queries {
                let texts = match &mut once {
                    Some(open) => sqlx::query_scalar(*sql).fetch_all(open).await.expect("rows"),
                    None => self.texts(sql).await,
                };
                *all += &texts.join("\n");
                *all += "\n--\n";
            }
        }
        seen
    }

    /// State of a run of teesside.
    pub async fn state(&self, run: &str) -> String {
        self.texts(&format!("SELECT state FROM sync_runs WHERE id = 'teesside/{run}'")).await.swap_remove(0)
    }
}
