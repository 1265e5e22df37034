//! The tables of the ledger, and how migrations run when several replicas start together.

use crate::Dialect;
use sea_orm_migration::prelude::*;
use std::time::Duration;

/// The ledger's own tables: the first migration of every service.
pub struct LedgerTables;

impl MigrationName for LedgerTables {
    fn name(&self) -> &str {
        "m0001_ledger_tables"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for LedgerTables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        make(manager, TABLES, POLICIES).await
    }
}

/// Makes tables and indexes, each as [`text`] says, and on PostgreSQL their row-level security.
///
/// # Errors
/// The database refuses a statement.
pub async fn make(manager: &SchemaManager<'_>, tables: &[&str], policies: &str) -> Result<(), DbErr> {
    let dialect = dialect_of(manager);
    let db = manager.get_connection();
    for table in tables {
        db.execute_unprepared(&text(dialect, table)).await?;
    }
    if dialect == Dialect::Postgres {
        db.execute_unprepared(policies).await?;
    }
    Ok(())
}

/// Which database a migration runs on.
pub fn dialect_of(manager: &SchemaManager) -> Dialect {
    match manager.get_database_backend() {
        sea_orm::DbBackend::Postgres => Dialect::Postgres,
        _ => Dialect::Sqlite,
    }
}

/// `{id}` is text that compares by bytes on both databases, `{int}` eight bytes.
pub fn text(dialect: Dialect, ddl: &str) -> String {
    let (id, int) = match dialect {
        Dialect::Postgres => ("text COLLATE \"C\"", "bigint"),
        Dialect::Sqlite => ("text", "integer"),
    };
    ddl.replace("{id}", id).replace("{int}", int)
}

const TABLES: &[&str] = &[
    "CREATE TABLE answers (
        id {id} PRIMARY KEY, partner {id} NOT NULL, fingerprint text NOT NULL, answer text NOT NULL,
        revision {int} NOT NULL, created_us {int} NOT NULL)",
    "CREATE INDEX answers_by_age ON answers (created_us)",
    "CREATE TABLE feed_head (one {int} PRIMARY KEY CHECK (one = 1), seq {int} NOT NULL)",
    "INSERT INTO feed_head (one, seq) VALUES (1, 0)",
    "CREATE TABLE feed (
        seq {int} PRIMARY KEY, at_us {int} NOT NULL, collection {id} NOT NULL, resource {id} NOT NULL,
        kind text NOT NULL, viewers text NOT NULL, actor {id} NOT NULL)",
    "CREATE TABLE audit_heads (partner {id} PRIMARY KEY, position {int} NOT NULL, hash text NOT NULL)",
    "CREATE TABLE audit (
        partner {id} NOT NULL, position {int} NOT NULL, at_us {int} NOT NULL, actor {id} NOT NULL,
        on_behalf_of text NOT NULL, method text NOT NULL, resource {id} NOT NULL, outcome text NOT NULL,
        purpose text NOT NULL, trace_id text NOT NULL, hash text NOT NULL, PRIMARY KEY (partner, position))",
];

/// The second wall: a statement that forgot its predicate still sees one partner's rows only, and one that
/// runs with no scope at all sees none. `practicum_scope()` is what `Database::begin` sets.
const POLICIES: &str = "
    CREATE FUNCTION practicum_partner() RETURNS text LANGUAGE sql STABLE AS
        $$ SELECT coalesce(current_setting('practicum.partner', true), '') $$;
    CREATE FUNCTION practicum_service() RETURNS boolean LANGUAGE sql STABLE AS
        $$ SELECT coalesce(current_setting('practicum.scope', true), '') = 'service' $$;
    -- Fails as contention where what was expected no longer holds: see batch.rs.
    CREATE FUNCTION practicum_expect(holds boolean) RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN
            IF holds IS NOT TRUE THEN RAISE EXCEPTION 'changed meanwhile' USING ERRCODE = '40001'; END IF;
            RETURN true;
        END $$;
    ALTER TABLE answers ENABLE ROW LEVEL SECURITY;
    ALTER TABLE answers FORCE ROW LEVEL SECURITY;
    CREATE POLICY own ON answers USING (practicum_service() OR partner = practicum_partner());
    ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
    ALTER TABLE audit FORCE ROW LEVEL SECURITY;
    CREATE POLICY own_read ON audit FOR SELECT USING (practicum_service() OR partner = practicum_partner());
    CREATE POLICY own_write ON audit FOR INSERT
        WITH CHECK (practicum_service() OR partner = practicum_partner());
    ALTER TABLE audit_heads ENABLE ROW LEVEL SECURITY;
    ALTER TABLE audit_heads FORCE ROW LEVEL SECURITY;
    CREATE POLICY own ON audit_heads USING (practicum_service() OR partner = practicum_partner());
    ALTER TABLE feed ENABLE ROW LEVEL SECURITY;
    ALTER TABLE feed FORCE ROW LEVEL SECURITY;
    CREATE POLICY read_by_service ON feed FOR SELECT USING (practicum_service());
    CREATE POLICY prune_by_service ON feed FOR DELETE USING (practicum_service());
    CREATE POLICY write_by_all ON feed FOR INSERT WITH CHECK (true);";

/// Runs `migrate` while no other replica does. sea-orm-migration takes no lock of its own, and a blocking lock
/// would deadlock with CREATE INDEX CONCURRENTLY, so the lock is polled for, on a connection held meanwhile.
pub(crate) async fn alone<F>(pool: &sqlx::PgPool, schema: &str, migrate: F) -> Result<(), anyhow::Error>
where
    F: Future<Output = Result<(), DbErr>>,
{
    let mut held = pool.acquire().await?;
    let mut taken = false;
    for _ in 0..1200 {
        taken = sqlx::query_scalar("SELECT pg_try_advisory_lock(hashtext($1)::bigint)")
            .bind(format!("practicum migrations {schema}"))
            .fetch_one(&mut *held)
            .await?;
        if taken {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    anyhow::ensure!(taken, "another replica has held the migration lock of schema {schema} for a minute");
    let done = migrate.await;
    // Closing the connection gives the lock back, whatever happened.
    held.close().await?;
    done.map_err(|e| anyhow::anyhow!("migration failed: {e}"))
}
