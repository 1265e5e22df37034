//! The tables of placements, past the service.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};

/// Whoever sees every row of this database.
pub struct Books(pub String);

/// What is wrong in one snapshot, as one statement, which sees the tables as they are at one moment: whatever an offer
/// counts, its placements are; nobody sits twice; educators, needs, history and feed say the same.
const LAWS: &str = "WITH used AS (SELECT offer, SUM(CASE WHEN state = 'proposed' THEN 1 ELSE 0 END) AS held, \
        SUM(CASE WHEN state IN ('accepted', 'confirmed', 'in_progress', 'suspended', 'recommended', 'passed', 'failed', \
        'terminated') THEN 1 ELSE 0 END) AS taken FROM placements GROUP BY offer), \
    counted AS (SELECT o.*, COALESCE(u.held, 0) AS held, COALESCE(u.taken, 0) AS taken \
        FROM placement_offers o LEFT JOIN used u ON u.offer = o.id) \
    SELECT 'places: ' || id || ' counts ' || places_held || ' and ' || places_taken || ', and ' || held || ' and ' || taken \
        || ' are' FROM counted WHERE places_held <> held OR places_taken <> taken \
    UNION ALL SELECT 'oversold: ' || id || ' has ' || places || ', and ' || held || ' and ' || taken || ' are in use' \
        FROM counted WHERE held + taken > places OR places_held + places_taken > places \
    UNION ALL SELECT 'withdrawn: ' || id || ' has ' || places FROM placement_offers \
        WHERE state = 'withdrawn' AND places <> places_held + places_taken \
    UNION ALL SELECT 'student: ' || student || ' is on ' || COUNT(*) FROM placements WHERE state IN \
        ('proposed', 'accepted', 'confirmed', 'in_progress', 'suspended', 'recommended') \
        GROUP BY student, stage HAVING COUNT(*) > 1 \
    UNION ALL SELECT 'learners: ' || e.id || ' counts ' || e.learners FROM practice_educators e WHERE \
        e.learners > e.max_learners OR e.learners <> (SELECT COUNT(*) FROM placements p WHERE p.practice_educator = e.id \
        AND p.state IN ('accepted', 'confirmed', 'in_progress', 'suspended', 'recommended')) \
    UNION ALL SELECT 'need: ' || n.id || ' is ' || n.state FROM placement_needs n WHERE (n.state = 'matched') <> \
        EXISTS (SELECT 1 FROM placements p WHERE p.need = n.id AND p.state NOT IN ('declined', 'expired', 'withdrawn')) \
    UNION ALL SELECT 'history: ' || p.id || ' is ' || p.state FROM placements p WHERE p.state <> \
        (SELECT e.to_state FROM placement_events e WHERE e.placement = p.id ORDER BY e.ordinal DESC LIMIT 1) \
    UNION ALL SELECT 'feed: ' || p.id || ' was told otherwise than it happened' FROM placements p WHERE \
        (SELECT COUNT(*) FROM placement_events e WHERE e.placement = p.id) <> (SELECT COUNT(*) FROM feed f \
        WHERE f.resource = 'placements/' || p.id) OR p.revision <> \
        (SELECT MAX(f.seq) FROM feed f WHERE f.resource = 'placements/' || p.id)";

impl Books {
    fn is_postgres(&self) -> bool {
        self.0.starts_with("postgres")
    }

    /// The first column, a text, of each row.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let query = sqlx::query(AssertSqlSafe(sql.to_owned()));
        if self.is_postgres() {
            let mut open = self.postgres().await;
            let rows = query.fetch_all(&mut open).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
            return rows.iter().map(|row| row.get(0)).collect();
        }
        let mut open = SqliteConnection::connect(&self.0).await.expect("the file opens");
        let query = sqlx::query(AssertSqlSafe(sql.to_owned()));
        let rows = query.fetch_all(&mut open).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        rows.iter().map(|row| row.get(0)).collect()
    }

    pub async fn number(&self, sql: &str) -> i64 {
        let texts = self.texts(&format!("SELECT '' || ({sql})")).await;
        texts[0].parse().unwrap_or_else(|_| panic!("{sql}: {texts:?}"))
    }

    /// Runs a statement.
    pub async fn run(&self, sql: &str) {
        let done = if self.is_postgres() {
            self.postgres().await.execute(AssertSqlSafe(sql.to_owned())).await.map(|_| ())
        } else {
            let mut open = SqliteConnection::connect(&self.0).await.expect("the file opens");
            open.execute(AssertSqlSafe(sql.to_owned())).await.map(|_| ())
        };
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// What is wrong now.
    pub async fn wrong(&self) -> Vec<String> {
        self.texts(LAWS).await
    }

    async fn postgres(&self) -> PgConnection {
        let mut open = PgConnection::connect(&self.0).await.expect("the cluster answers");
        let scope = "SET search_path = placements; SET practicum.scope = 'service'";
        open.execute(scope).await.expect("there is the schema");
        open
    }
}
