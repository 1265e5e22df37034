//! A page of ListBookings at row 1,000,000, against the first.

use crate::{
    bookings::{rooms, stand_on},
    table,
};
use anyhow::Result;
use contracts::masterclasses::v1::ListBookingsRequest;
use sqlx::Connection;
use std::time::Instant;
use testkit::Postgres;

const ROWS: i64 = 1_000_100;
const PAGE: i32 = 100;

/// Bookings as the service would have made them, a hundred thousand a statement.
const FILL: &str = "
    INSERT INTO masterclasses.bookings (id, session, revision, host, partner, person, display_name, email, sw_number,
        audience, state, access_needs, comment, cancel_reason, created_us, updated_us)
    SELECT lpad(to_hex(n), 32, '0'), $1, 1, 'durham', CASE WHEN n % 2 = 0 THEN 'durham' ELSE 'gateshead' END,
        'partners/durham/people/p' || n, 'Person', '', '', 'social_worker', 'cancelled', '', '', '', 0, 0
    FROM generate_series($2::bigint, $3::bigint) n";

pub async fn deep(rounds: usize) -> Result<()> {
    let cluster = Postgres::start_private(true);
    let (stand, _) = stand_on(&cluster).await;
    let room = rooms(&stand, "deep", 1).await.remove(0);
    let urls = stand.database.clone().expect("on PostgreSQL");
    let mut connection = sqlx::PgConnection::connect(&urls.0).await?;
    sqlx::query("SET practicum.scope = 'service'").execute(&mut connection).await?;
    for from in (1..=ROWS).step_by(100_000) {
        let to = (from + 99_999).min(ROWS);
        sqlx::query(FILL).bind("deep/s1").bind(from).bind(to).execute(&mut connection).await?;
    }
    sqlx::query("VACUUM ANALYZE masterclasses.bookings").execute(&mut connection).await?;
    let durham = stand.scheduler("durham").await;
    let mut lines = Vec::new();
    for parent in ["masterclasses/-/sessions/-", &room] {
        let list = async |token: String, size: i32| {
            let request = ListBookingsRequest {
                parent: parent.into(),
                page_token: token,
                page_size: size,
                ..Default::default()
            };
            durham.bookings.clone().list_bookings(request).await.expect("a page").into_inner().next_page_token
        };
        let mut token = String::new();
        for _ in 0..1_000 {
            token = list(token, 1_000).await;
        }
        let what = if parent == room { "of one session" } else { "of everything" };
        // Pages a second: a deep page that takes 1.3 times as long has a ratio of 0.77.
        let mut line =
            table::Line::new(format!("a page {what} at row 1,000,000 (ours), the first (reference)"), 0.77);
        for _ in 0..rounds {
            let rate = async |token: &str| {
                let began = Instant::now();
                for _ in 0..200 {
                    list(token.to_owned(), PAGE).await;
                }
                200.0 / began.elapsed().as_secs_f64()
            };
            let deep = rate(&token).await;
            line.add(deep, rate("").await);
        }
        lines.push(line);
    }
    table::print("Pages of ListBookings, PostgreSQL, a million rows", &lines);
    stand.down().await;
    Ok(())
}
