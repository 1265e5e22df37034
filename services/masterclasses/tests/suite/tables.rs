//! The second wall, on PostgreSQL: what the tables themselves let the service's role see and do.

use crate::house::{House, call, person, postgres, seat};
use ledger::Database;
use masterclasses::{actions::BookSeats, domain::WaitlistPolicy, store::migrations::Migrator};
use sea_orm_migration::MigratorTrait;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use std::collections::BTreeSet;

/// What every partner may see: everything else has row-level security.
const PARTNERSHIP_WIDE: &[&str] =
    &["feed_head", "learning_needs", "masterclasses", "sessions", "seaql_migrations"];
const TENANTS: &[&str] = &["answers", "audit", "audit_heads", "bookings", "feed"];

/// A house in which Durham has a row in every table, and a connection as the service's own role.
async fn furnished() -> (House, PgConnection) {
    let house = House::on_postgres().await;
    let class = house.announce("durham", "c").await;
    let room = house.schedule("durham", &class, "s", house.plan(5, WaitlistPolicy::Promote)).await.name;
    let request_id = Some(vocabulary::RequestId("0198a7a0-0000-7000-8000-000000000001".parse().unwrap()));
    let ask = BookSeats { session: room, seats: vec![seat(person("durham", 1))], join: false, request_id };
    house.app.book_seats(&call("durham"), ask).await.unwrap();
    let url = house.postgres.as_ref().unwrap().app_url.clone();
    let mut role = PgConnection::connect(&url).await.unwrap();
    role.execute("SET search_path TO masterclasses").await.unwrap();
    (house, role)
}

async fn rows(role: &mut PgConnection, table: &str) -> usize {
    role.fetch_all(AssertSqlSafe(format!("SELECT * FROM {table}"))).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_without_its_predicate_sees_one_partners_rows_or_none() {
    let (_house, mut role) = furnished().await;
    for table in TENANTS {
        assert_eq!(rows(&mut role, table).await, 0, "{table} without a setting");
    }
    for (partner, seen) in [("sunderland", 0), ("durham", 1), ("", 0), ("durham' OR '1'='1", 0)] {
        sqlx::query("SELECT set_config('practicum.partner', $1, false)")
            .bind(partner)
            .execute(&mut role)
            .await
            .unwrap();
        assert_eq!(rows(&mut role, "bookings").await, seen, "bookings as {partner:?}");
        assert_eq!(rows(&mut role, "answers").await, seen, "answers as {partner:?}");
        assert_eq!(rows(&mut role, "audit_heads").await, seen, "audit_heads as {partner:?}");
        assert_eq!(rows(&mut role, "audit").await > 0, seen > 0, "audit as {partner:?}");
        assert_eq!(rows(&mut role, "feed").await, 0, "the feed is the service's own");
    }
    // Counting the queue looks past the wall, and leaves it standing.
    role.execute("SELECT queue_position('c/s', 9)").await.unwrap();
    assert_eq!(rows(&mut role, "bookings").await, 0);
    role.execute("SET practicum.scope TO 'service'").await.unwrap();
    for table in TENANTS {
        assert!(
            rows(&mut role, table).await > 0,
            "{table} is not empty, so that what was not seen was hidden"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_has_forced_row_level_security_or_is_known_to_be_everybodys() {
    let (_house, mut role) = furnished().await;
    let sql = "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS walled, \
               pg_get_userbyid(c.relowner) = current_user AS own \
               FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
               WHERE n.nspname = 'masterclasses' AND c.relkind IN ('r', 'p', 'v', 'm')";
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
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(open, set(PARTNERSHIP_WIDE), "a new table needs a policy, or has to be listed here");
    assert_eq!(walled, set(TENANTS));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_services_role_is_an_ordinary_one_and_takes_nothing_back_from_the_log() {
    let (_house, mut role) = furnished().await;
    let sql = "SELECT rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user";
    let mighty: bool = sqlx::query_scalar(sql).fetch_one(&mut role).await.unwrap();
    assert!(!mighty);
    role.execute("SET practicum.scope TO 'service'").await.unwrap();
    let forbidden = [
        "UPDATE audit SET outcome = 'OK'",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "DROP TABLE audit",
        "ALTER TABLE bookings DISABLE ROW LEVEL SECURITY",
        "DROP POLICY parties ON bookings",
        "CREATE TABLE masterclasses.mine (x int)",
        "DROP INDEX bookings_one_live",
    ];
    for sql in forbidden {
        let refused = role.execute(sql).await.expect_err(sql);
        let code = refused.as_database_error().and_then(sqlx::error::DatabaseError::code).unwrap_or_default();
        assert_eq!(code, "42501", "{sql}: {refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tables_refuse_what_the_rules_should_have_refused_before() {
    let (_house, mut role) = furnished().await;
    role.execute("SET practicum.scope TO 'service'").await.unwrap();
    let refused = [
        ("UPDATE sessions SET seats_taken = capacity + 1", "23514"),
        ("UPDATE sessions SET seats_taken = -1", "23514"),
        ("UPDATE sessions SET end_us = start_us", "23514"),
        ("UPDATE sessions SET capacity = 0", "23514"),
    ];
    for (sql, expected) in refused {
        let error = role.execute(sql).await.expect_err(sql);
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code).unwrap_or_default();
        assert_eq!(code, expected, "{sql}: {error}");
    }
    let twin = "INSERT INTO bookings SELECT 'twin', session, revision, host, partner, person, display_name, email, \
                sw_number, audience, state, joined_at, joined_us, offer_expire_us, access_needs, rating, comment, \
                cancel_reason, created_us, updated_us FROM bookings";
    let error = role.execute(twin).await.expect_err("one live booking for a person and session");
    assert_eq!(error.as_database_error().and_then(|e| e.constraint()), Some("bookings_one_live"));
}

#[tokio::test(flavor = "multi_thread")]
async fn four_replicas_that_start_together_migrate_once() {
    for round in 0..10 {
        let database = testkit::postgres().fresh_database().await;
        let settings = postgres(&database).database;
        let starts = (0..4).map(|_| {
            let settings = settings.clone();
            tokio::spawn(async move { Database::open::<Migrator>(&settings).await.map(drop) })
        });
        for start in starts.collect::<Vec<_>>() {
            start.await.unwrap().unwrap_or_else(|error| panic!("round {round}: {error:#}"));
        }
        let mut owner = PgConnection::connect(&database.owner_url).await.unwrap();
        let sql = "SELECT count(*) FROM masterclasses.seaql_migrations";
        let migrations: i64 = sqlx::query_scalar(sql).fetch_one(&mut owner).await.unwrap();
        assert_eq!(usize::try_from(migrations).unwrap(), Migrator::migrations().len(), "round {round}");
    }
}
