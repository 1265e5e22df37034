//! What PostgreSQL read, by its own count.

use sqlx::PgConnection;
use std::time::Duration;

/// More than a service keeps connections for requests, each of which gets a turn.
const TURNS: usize = 20;

/// Rows that were read of each table so far, in whatever way. A connection reports what it did at the end of a
/// transaction, unless it has within the last second; `transaction` begins and ends one on the service's next connection.
pub async fn rows_read<const N: usize>(
    owner: &mut PgConnection,
    tables: [&str; N],
    transaction: impl AsyncFn(),
) -> [i64; N] {
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    for _ in 0..TURNS {
        transaction().await;
    }
    let sql = "SELECT (seq_tup_read + COALESCE(idx_tup_fetch, 0))::bigint FROM pg_stat_user_tables WHERE relid = $1::regclass";
    let mut read = [0; N];
    for (count, table) in read.iter_mut().zip(tables) {
        *count = sqlx::query_scalar(sql).bind(table).fetch_one(&mut *owner).await.expect("a count of rows");
    }
    read
}
