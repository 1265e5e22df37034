//! What a page costs: it reads what it shows and not what comes before, however deep it lies.

use crate::house::{House, call};
use masterclasses::{
    actions::{ListBookings, ListSessions},
    domain::WaitlistPolicy,
    store::bookings::Filter,
};
use sqlx::{Connection, Executor, PgConnection};
use std::time::Duration;
use vocabulary::{PageSize, micros};

const SESSIONS: i64 = 2_000;
const BOOKINGS: i64 = 20_000;

/// Many sessions, and many bookings of two partners on them, written past the service.
async fn crowded() -> (House, PgConnection) {
    let house = House::on_postgres().await;
    let class = house.announce("durham", "c").await;
    house.schedule("durham", &class, "s", house.plan(5, WaitlistPolicy::Promote)).await;
    let mut owner = PgConnection::connect(&house.postgres.as_ref().unwrap().owner_url).await.unwrap();
    owner.execute("SET search_path TO masterclasses; SET practicum.scope TO 'service'").await.unwrap();
    let sessions = format!(
        "INSERT INTO sessions SELECT 'c/s' || n, masterclass, revision, start_us + n * 1000000, end_us + n * 1000000, \
         time_zone, venue, online_url, capacity, over_capacity, fences, fence_release_us, booking_open_us, \
         booking_close_us, waitlist_policy, offer_hours, state, seats_taken, taken_by, waiting, next_due_us, \
         cancel_reason, created_us, updated_us FROM sessions, generate_series(1, {SESSIONS}) n"
    );
    let bookings = format!(
        "INSERT INTO bookings SELECT 'b' || lpad(n::text, 8, '0'), 'c/s' || 1 + n % {SESSIONS}, n, 'durham', \
         CASE WHEN n % 2 = 0 THEN 'durham' ELSE 'gateshead' END, 'partners/x/people/p' || n, '', '', '', '', \
         'confirmed', NULL, NULL, NULL, '', NULL, '', '', 0, 0 FROM generate_series(1, {BOOKINGS}) n"
    );
    for sql in [sessions, bookings, "ANALYZE".into()] {
        owner.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
    }
    (house, owner)
}

/// Rows that were read of a table so far, in whatever way. Connections report what they did when they have been
/// idle for a while.
async fn read(owner: &mut PgConnection, table: &str) -> i64 {
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let sql = "SELECT (seq_tup_read + COALESCE(idx_tup_fetch, 0))::bigint FROM pg_stat_user_tables \
               WHERE schemaname = 'masterclasses' AND relname = $1";
    sqlx::query_scalar(sql).bind(table).fetch_one(owner).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deep_page_reads_a_page_and_not_the_table() {
    let (house, mut owner) = crowded().await;
    let size = PageSize::from_wire(50).unwrap();
    let before = read(&mut owner, "bookings").await;
    for partner in ["durham", "gateshead"] {
        let filter = Filter { after: Some("b00015000".into()), ..Filter::default() };
        let page = house.app.list_bookings(&call(partner), ListBookings { filter, size }).await.unwrap();
        assert_eq!(page.rows.len(), 50, "{partner}");
    }
    let cost = read(&mut owner, "bookings").await - before;
    assert!((100..2_000).contains(&cost), "two pages of 50 read {cost} of {BOOKINGS} bookings");

    let before = read(&mut owner, "sessions").await;
    let start = house.plan(1, WaitlistPolicy::None).start;
    let after = Some((micros(start) + 1_500_000_000, "c/s".into()));
    let ask = ListSessions {
        masterclass: None,
        start_from: None,
        start_before: None,
        bookable: false,
        after,
        size,
    };
    for bookable in [false, true] {
        let page =
            house.app.list_sessions(&call("durham"), ListSessions { bookable, ..ask.clone() }).await.unwrap();
        assert_eq!(page.rows.len(), 50);
    }
    let cost = read(&mut owner, "sessions").await - before;
    assert!((100..800).contains(&cost), "two pages of 50 read {cost} of {SESSIONS} sessions");
}
