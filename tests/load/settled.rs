//! A server that has run for a while. A fresh one makes each file of its log before it writes there, and touches each page
//! of its memory for the first time: what that takes is the machine's, and differs by how much was used before.

use anyhow::Result;
use sqlx::{Connection, Executor, PgConnection};
use testkit::Postgres;

/// Six gigabytes of rows that nobody needs, more than the memory for pages and as many bytes of log.
const USE: [&str; 3] = [
    "CREATE TABLE used (row text)",
    "INSERT INTO used SELECT repeat('x', 1800) FROM generate_series(1, 3300000)",
    "DROP TABLE used",
];

/// Leaves the log's files to be used again, as far as `min_wal_size` says.
pub async fn checkpoint(cluster: &Postgres) -> Result<()> {
    PgConnection::connect(cluster.admin_url()).await?.execute("CHECKPOINT").await?;
    Ok(())
}

pub async fn settle(cluster: &Postgres) -> Result<()> {
    let mut connection = PgConnection::connect(cluster.admin_url()).await?;
    for statement in USE {
        connection.execute(statement).await?;
    }
    checkpoint(cluster).await
}
