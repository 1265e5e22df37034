//! The second wall, on PostgreSQL: what the tables themselves let the service's role see and do.

use crate::house::House;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use std::collections::BTreeSet;

/// What every partner may see: everything else has row-level security.
const PARTNERSHIP_WIDE: &[&str] = &["feed_head", "seaql_migrations"];
/// Has it for writing; everybody reads.
const TAUGHT: &[&str] = &["courses", "course_runs"];
/// Walled too: what people have learned is their own partner's, and how far a feed was followed the service's alone.
const LEARNED: &[&str] = &["learning_items", "learning_entitlements", "followed"];
/// What a sync stages and keeps: of one university each.
const SYNCED: &[&str] = &[
    "live_placements",
    "staged_course_runs",
    "staged_courses",
    "staged_enrolments",
    "staged_people",
    "sync_batches",
    "sync_links",
    "sync_places",
    "sync_rejects",
    "sync_runs",
];
/// Where COPY puts staged rows, which goes into no table that has row-level security: nobody reads them there.
const INBOXES: &[&str] =
    &["staged_course_runs_inbox", "staged_courses_inbox", "staged_enrolments_inbox", "staged_people_inbox"];
const TENANTS: &[&str] = &["answers", "audit", "audit_heads", "enrolments", "feed", "people"];

/// A house in which Teesside has a row in every table, sponsored by Durham, and a connection as the service's own
/// role.
async fn furnished() -> (House, PgConnection) {
    let house = House::up().await;
    let run = house.teach("teesside").await;
    house.enrol(&run, "ann", Some("durham")).await;
    let mut role = PgConnection::connect(&house.database.app_url).await.unwrap();
    role.execute("SET search_path TO enrolments").await.unwrap();
    (house, role)
}

async fn rows(role: &mut PgConnection, table: &str) -> usize {
    role.fetch_all(AssertSqlSafe(format!("SELECT * FROM {table}"))).await.unwrap().len()
}

async fn act_for(role: &mut PgConnection, partner: &str) {
    let sql = "SELECT set_config('practicum.partner', $1, false)";
    sqlx::query(sql).bind(partner).execute(role).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_without_its_predicate_sees_the_universitys_or_the_sponsors_rows_or_none() {
    let (_house, mut role) = furnished().await;
    for table in TENANTS {
        assert_eq!(rows(&mut role, table).await, 0, "{table} without a setting");
    }
    for (partner, party, own) in
        [("gateshead", 0, 0), ("durham", 1, 0), ("teesside", 1, 1), ("", 0, 0), ("durham' OR '1'='1", 0, 0)]
    {
        act_for(&mut role, partner).await;
        assert_eq!(rows(&mut role, "enrolments").await, party, "enrolments as {partner:?}");
        assert_eq!(rows(&mut role, "people").await, party, "people as {partner:?}");
        assert_eq!(rows(&mut role, "answers").await, own, "answers as {partner:?}");
        assert_eq!(rows(&mut role, "audit_heads").await, own, "audit_heads as {partner:?}");
        assert_eq!(rows(&mut role, "feed").await, 0, "the feed is the service's own");
        assert_eq!(rows(&mut role, "courses").await, 1, "courses as {partner:?}");
    }
    role.execute("SET practicum.scope TO 'service'").await.unwrap();
    for table in TENANTS.iter().chain(TAUGHT) {
        assert!(
            rows(&mut role, table).await > 0,
            "{table} is not empty, so that what was not seen was hidden"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_the_university_changes_what_it_teaches_and_whom_it_enrolled() {
    let (_house, mut role) = furnished().await;
    let changes = [
        "UPDATE courses SET title = 'ours'",
        "UPDATE course_runs SET places = 1",
        "UPDATE enrolments SET state = 'withdrawn'",
        "UPDATE people SET email = 'x'",
        "DELETE FROM enrolments",
    ];
    for partner in ["durham", "northumbria", ""] {
        act_for(&mut role, partner).await;
        for sql in changes {
            assert_eq!(role.execute(sql).await.unwrap().rows_affected(), 0, "{sql} as {partner:?}");
        }
        let insert = "INSERT INTO courses (id, partner, revision, code, title, kind, credits, fheq_level, awarding_body, \
                      create_us, update_us) VALUES ('teesside/x', 'teesside', 1, '', '', 'leadership', '', 0, '', 0, 0)";
        let refused = role.execute(insert).await.unwrap_err();
        let code = refused.as_database_error().and_then(sqlx::error::DatabaseError::code).unwrap_or_default();
        assert_eq!(code, "42501", "{refused}");
    }
    act_for(&mut role, "teesside").await;
    for sql in &changes[..4] {
        assert_eq!(role.execute(*sql).await.unwrap().rows_affected(), 1, "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_has_forced_row_level_security_or_is_known_to_be_everybodys() {
    let (_house, mut role) = furnished().await;
    let sql = "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS walled, \
               pg_get_userbyid(c.relowner) = current_user AS own \
               FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
               WHERE n.nspname = 'enrolments' AND c.relkind IN ('r', 'p', 'v', 'm')";
    let (mut walled, mut open) = (BTreeSet::new(), BTreeSet::new());
    for row in role.fetch_all(sql).await.unwrap() {
        let name: String = row.get("relname");
        assert!(!row.get::<bool, _>("own"), "the service's role owns {name}");
        if row.get("walled") {
            walled.insert(name)
        } else {
            open.insert(name)
        };
    }
    let set = |names: &[&[&str]]| names.concat().iter().map(|n| (*n).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(
        open,
        set(&[PARTNERSHIP_WIDE, INBOXES]),
        "a new table needs a policy, or has to be listed here"
    );
    assert_eq!(walled, set(&[TENANTS, TAUGHT, SYNCED, LEARNED]));
    for inbox in INBOXES {
        let sql = format!("SELECT * FROM {inbox}");
        let refused = role.execute(AssertSqlSafe(sql)).await.unwrap_err();
        let code = refused.as_database_error().and_then(sqlx::error::DatabaseError::code).unwrap_or_default();
        assert_eq!(code, "42501", "{inbox}: {refused}");
    }
}

/// The rules above come first; these are there in case they are wrong.
#[tokio::test(flavor = "multi_thread")]
async fn the_tables_themselves_refuse_a_place_too_many_and_a_second_live_enrolment() {
    let (house, _) = furnished().await;
    let mut owner = house.owner().await;
    owner.execute("UPDATE course_runs SET places = 1").await.unwrap();
    let twice = "INSERT INTO enrolments SELECT id || 'x', partner, person, run, revision, academic_year, state, \
                 start_date, end_date, study_mode, sponsor, funding, reason, outcome, dropped, create_us, update_us \
                 FROM enrolments";
    for (sql, code) in [("UPDATE course_runs SET places_taken = 2", "23514"), (twice, "23505")] {
        let refused = owner.execute(sql).await.unwrap_err();
        let said = refused.as_database_error().and_then(sqlx::error::DatabaseError::code).unwrap_or_default();
        assert_eq!(said, code, "{refused}");
    }
}
