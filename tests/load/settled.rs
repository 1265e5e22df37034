//! A server that has run for a while. A fresh one makes each file of its log before it writes there, and touches each page
//! of its memory for the first time: what that takes is the machine's, and differs by how much was used before.

use anyhow::Result;
use sqlx::{Connection, Executor, PgConnection};
use testkit::Postgres;

/// Two gigabytes of rows that nobody needs, more than the memory for pages and as many bytes of log. The checkpoint
/// leaves the log's files to be used again, as far as `min_wal_size` says.
const USE: [&str; 4] = [
    "CREATE TABLE used (row text)",
    "INSERT INTO used SELECT repeat('x', 1800) FROM generate_series(1, 1100000)",
    "DROP TABLE used",
    "CHECKPOINT",
];

pub async fn settle(cluster: &Postgres) -> Result<()> {
    let mut connection = PgConnection::connect(cluster.admin_url()).await?;
    for statement in USE {
        connection.execute(statement).await?;
    }
    Ok(())
}
