//! The second wall, on PostgreSQL: what the tables of a placement's life let the service's role see and do.

use super::house::*;
use sqlx::{AssertSqlSafe, Executor, PgConnection};

/// What is about a placement.
const LIFE: [(&str, usize); 4] =
    [("placements", 1), ("placement_days", 100), ("placement_events", 4), ("students", 1)];

async fn rows(role: &mut PgConnection, table: &str) -> usize {
    role.fetch_all(AssertSqlSafe(format!("SELECT * FROM {table}"))).await.unwrap().len()
}

async fn act_for(role: &mut PgConnection, partner: &str) {
    let sql = "SELECT set_config('practicum.partner', $1, false)";
    sqlx::query(sql).bind(partner).execute(role).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_without_its_predicate_sees_the_placements_of_its_partner_alone() {
    let house = House::on_postgres().await;
    house.standing("s1", State::InProgress).await;
    let mut role = house.role().await;
    for (partner, party) in [
        ("durham", true),
        ("teesside", true),
        ("gateshead", false),
        ("northumbria", false),
        ("", false),
        ("durham' OR '1'='1", false),
    ] {
        act_for(&mut role, partner).await;
        for (table, count) in LIFE {
            assert_eq!(rows(&mut role, table).await, if party { count } else { 0 }, "{table} as {partner:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_changes_nothing_of_a_placement_and_makes_none_for_others() {
    let house = House::on_postgres().await;
    house.standing("s1", State::InProgress).await;
    let mut role = house.role().await;
    for partner in ["gateshead", "northumbria", ""] {
        act_for(&mut role, partner).await;
        for sql in [
            "UPDATE placements SET state = 'withdrawn'",
            "UPDATE placement_days SET kind = 'absent'",
            "DELETE FROM placement_events",
            "DELETE FROM placement_days",
            "DELETE FROM placements",
            "UPDATE students SET email = ''",
        ] {
            assert_eq!(role.execute(sql).await.unwrap().rows_affected(), 0, "{sql} as {partner:?}");
        }
    }
}

/// The rules come first; these are there in case they are wrong.
#[tokio::test(flavor = "multi_thread")]
async fn the_tables_themselves_refuse_a_second_live_placement_of_a_student_and_stage() {
    let house = House::on_postgres().await;
    house.standing("s1", State::InProgress).await;
    let mut owner = house.owner().await;
    let columns: Vec<String> = sqlx::query_scalar(
        "SELECT column_name::text FROM information_schema.columns \
         WHERE table_schema = 'placements' AND table_name = 'placements' ORDER BY ordinal_position",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    let copied: Vec<String> =
        columns.iter().map(|it| if it == "id" { "'x'".into() } else { it.clone() }).collect();
    let copy = format!("INSERT INTO placements SELECT {} FROM placements", copied.join(", "));
    let refused = owner.execute(AssertSqlSafe(copy.clone())).await.unwrap_err();
    let code = refused.as_database_error().and_then(sqlx::error::DatabaseError::code).unwrap_or_default();
    assert_eq!(code, "23505", "{refused}");
    owner.execute("UPDATE placements SET state = 'withdrawn'").await.unwrap();
    owner.execute(AssertSqlSafe(copy)).await.unwrap();
}
