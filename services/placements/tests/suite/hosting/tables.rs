//! The second wall, on PostgreSQL: what the tables themselves let the service's role see and do.

use super::offers::*;
use crate::house::*;
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};
use std::collections::BTreeSet;

/// What every partner may see: everything else has row-level security.
const PARTNERSHIP_WIDE: &[&str] = &["feed_head", "seaql_migrations"];
/// Supply, as HostingService keeps it.
const SUPPLY: &[&str] = &["hosting_interests", "placement_offers", "practice_educators"];
/// What every write leaves behind.
const LEDGER: &[&str] = &["answers", "audit", "audit_heads", "feed"];

/// A house in which Durham has said that it hosts, has somebody who teaches, and has a draft, an open offer and a
/// withdrawn one, on the last of which Teesside has a placement; and a connection as the service's own role.
async fn furnished() -> (House, PgConnection) {
    let house = House::on_postgres().await;
    house.educator("durham", "pat", 1).await;
    house.draft("durham", "draft", offer()).await;
    house.offer("durham", "open", 2).await;
    let gone = house.offer("durham", "withdrawn", 2).await.name;
    house.placed(&gone, "teesside").await;
    let mut durham = house.hosting("durham");
    let request_id = "0198a7a0-0000-7000-8000-000000000001".into();
    let ask = contracts::placements::v1::WithdrawPlacementOfferRequest { request_id, ..withdrawing(&gone) };
    durham.withdraw_placement_offer(ask).await.unwrap();
    let interest = contracts::placements::v1::HostingInterest {
        name: "partners/durham/hostingInterests/2026-27".into(),
        interest: contracts::placements::v1::hosting_interest::Interest::Open.into(),
        ..Default::default()
    };
    let ask = contracts::placements::v1::SetHostingInterestRequest {
        hosting_interest: Some(interest),
        request_id: String::new(),
    };
    durham.set_hosting_interest(ask).await.unwrap();
    let role = house.role().await;
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
async fn a_query_without_its_predicate_sees_its_partners_rows_and_what_is_open() {
    let (_house, mut role) = furnished().await;
    // That only universities look for open offers is for the actions to say: the tables do not know who is one.
    for (partner, educators, offers, own) in [
        ("durham", 1, 3, 1),
        ("teesside", 0, 2, 0),
        ("northumbria", 0, 1, 0),
        ("gateshead", 0, 1, 0),
        ("", 0, 1, 0),
        ("durham' OR '1'='1", 0, 1, 0),
    ] {
        act_for(&mut role, partner).await;
        assert_eq!(
            rows(&mut role, "practice_educators").await,
            educators,
            "practice educators as {partner:?}"
        );
        assert_eq!(rows(&mut role, "placement_offers").await, offers, "offers as {partner:?}");
        assert_eq!(rows(&mut role, "hosting_interests").await, 1, "interest as {partner:?}");
        assert_eq!(rows(&mut role, "answers").await, own, "answers as {partner:?}");
        assert_eq!(rows(&mut role, "audit_heads").await, own, "audit_heads as {partner:?}");
        assert_eq!(rows(&mut role, "feed").await, 0, "the feed is the service's own");
    }
    role.execute("SET practicum.scope TO 'service'").await.unwrap();
    assert_eq!(rows(&mut role, "placement_offers").await, 3);
    for table in SUPPLY.iter().chain(LEDGER) {
        let seen = rows(&mut role, table).await;
        assert!(seen > 0, "{table} is not empty, so that what was not seen was hidden");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_the_host_changes_what_it_says_and_offers() {
    let (_house, mut role) = furnished().await;
    let changes = [
        ("UPDATE placement_offers SET places = 50", 3),
        ("UPDATE practice_educators SET team = 'ours'", 1),
        ("UPDATE hosting_interests SET places_expected = 0", 1),
        ("DELETE FROM placement_offers", 3),
    ];
    for partner in ["teesside", "gateshead", ""] {
        act_for(&mut role, partner).await;
        for (sql, _) in changes {
            assert_eq!(role.execute(sql).await.unwrap().rows_affected(), 0, "{sql} as {partner:?}");
        }
        let copy = "INSERT INTO placement_offers SELECT 'durham/x', partner, revision, academic_year, team, setting, \
                    statutory, stages, places, places_held, places_taken, earliest_start, latest_end, weekdays, location, \
                    driver_required, practice_educators, state, reaffirm_us, withdraw_reason, create_us, update_us \
                    FROM placement_offers LIMIT 1";
        let refused = role.execute(copy).await.unwrap_err();
        let code = refused.as_database_error().and_then(sqlx::error::DatabaseError::code).unwrap_or_default();
        assert_eq!(code, "42501", "{refused}");
    }
    act_for(&mut role, "durham").await;
    for (sql, own) in changes {
        assert_eq!(role.execute(sql).await.unwrap().rows_affected(), own, "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_has_forced_row_level_security_or_is_known_to_be_everybodys() {
    let (_house, mut role) = furnished().await;
    let sql = "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS walled, \
               EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid) AS said, \
               pg_get_userbyid(c.relowner) = current_user AS own \
               FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
               WHERE n.nspname = 'placements' AND c.relkind IN ('r', 'p', 'v', 'm')";
    let mut open = BTreeSet::new();
    for row in role.fetch_all(sql).await.unwrap() {
        let name: String = row.get("relname");
        assert!(!row.get::<bool, _>("own"), "the service's role owns {name}");
        if row.get("walled") {
            assert!(row.get::<bool, _>("said"), "{name} has a wall and no policy");
        } else {
            open.insert(name);
        }
    }
    let known: BTreeSet<String> = PARTNERSHIP_WIDE.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(open, known, "a new table needs a policy, or has to be listed here");
}

/// The rules above come first; these are there in case they are wrong.
#[tokio::test(flavor = "multi_thread")]
async fn the_tables_themselves_refuse_a_place_or_a_learner_too_many() {
    let (house, _) = furnished().await;
    let mut owner = house.owner().await;
    for sql in [
        "UPDATE placement_offers SET places_held = 1, places_taken = 2 WHERE id = 'durham/open'",
        "UPDATE placement_offers SET places_held = -1 WHERE id = 'durham/open'",
        "UPDATE practice_educators SET learners = 2",
    ] {
        let refused = owner.execute(sql).await.unwrap_err();
        let said = refused.as_database_error().and_then(sqlx::error::DatabaseError::code).unwrap_or_default();
        assert_eq!(said, "23514", "{refused}");
    }
}
