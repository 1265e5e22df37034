//! What reading costs. A page reads what it shows and not what comes before, however deep it lies; the desk does not read
//! again what it has just written.

use crate::house::{House, call, rows_read};
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

#[tokio::test(flavor = "multi_thread")]
async fn a_deep_page_reads_a_page_and_not_the_table() {
    let (house, mut owner) = crowded().await;
    let size = PageSize::from_wire(50).unwrap();
    let before = rows_read(&house.app.ledger.database, &mut owner, ["bookings"]).await[0];
    for partner in ["durham", "gateshead"] {
        let filter = Filter { after: Some("b00015000".into()), ..Filter::default() };
        let page = house.app.list_bookings(&call(partner), ListBookings { filter, size }).await.unwrap();
        assert_eq!(page.rows.len(), 50, "{partner}");
    }
    let cost = rows_read(&house.app.ledger.database, &mut owner, ["bookings"]).await[0] - before;
    assert!((100..2_000).contains(&cost), "two pages of 50 read {cost} of {BOOKINGS} bookings");

    let before = rows_read(&house.app.ledger.database, &mut owner, ["sessions"]).await[0];
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
    let cost = rows_read(&house.app.ledger.database, &mut owner, ["sessions"]).await[0] - before;
    assert!((100..800).contains(&cost), "two pages of 50 read {cost} of {SESSIONS} sessions");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_session_that_is_booked_again_and_again_little_is_read() {
    const TIMES: usize = 200;
    let mut house = House::on_postgres().await;
    let database = house.postgres.take().unwrap();
    let mut owner = PgConnection::connect(&database.owner_url).await.unwrap();
    let class = house.announce("durham", "c").await;
    let room = house.schedule("durham", &class, "s", house.plan(1_000, WaitlistPolicy::None)).await;
    for n in 0..TIMES {
        house.book("durham", &room.name, &[n]).await.unwrap();
    }
    // A connection that ends has reported all that it did.
    drop(house);
    let others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    while sqlx::query_scalar::<_, i64>(others).fetch_one(&mut owner).await.unwrap() > 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Whoever reads a session reads its masterclass.
    let [read] = testkit::rows_read(&mut owner, ["masterclasses.masterclasses"], async || {}).await;
    assert!((1..100).contains(&read), "{TIMES} bookings read the masterclass {read} times");
}
