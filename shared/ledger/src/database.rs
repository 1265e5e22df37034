//! How a service's database is opened: what its connections are told, who may open it, and how a
//! transaction begins.

mod file;
mod reach;

use crate::{Dialect, Fault, Plant, Settings, Tx, migrations};
use anyhow::{Context, Result, bail, ensure};
use reach::reach;
use sea_orm::{
    DatabaseConnection, DbBackend, SqliteTransactionMode, SqlxPostgresConnector, SqlxSqliteConnector,
    TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use sqlx::{
    Connection, Executor,
    postgres::{PgConnectOptions, PgPool, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{fs::File, path::Path, sync::Arc, time::Duration};
use vocabulary::{Deadline, Scope};

/// A service's database, migrated and ready. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    dialect: Dialect,
    /// For requests: no scope until a transaction sets one.
    requests: DatabaseConnection,
    /// For the desk, the feed and the sweeper: sees every row. On SQLite the one writer.
    service: DatabaseConnection,
    /// PostgreSQL: one connection for batches' statements on their own, never a transaction. There is one batch at a time,
    /// and what another connection would first have to learn this one remembers.
    batches: Option<DatabaseConnection>,
    schema: String,
    plant: Plant,
    /// SQLite: held for as long as the file is open, so that a second process is refused.
    _lock: Option<Arc<File>>,
}

/// One pool of connections, to be counted. It does not keep an SQLite file from being opened elsewhere.
pub struct Pool {
    /// Whom it serves: `requests`, or the `service` itself, which are the readers and the one writer on SQLite. On
    /// PostgreSQL also `batches` that need no transaction.
    pub name: &'static str,
    connections: DatabaseConnection,
}

impl Pool {
    /// How many connections are in use and how many wait to be used.
    pub fn used_and_idle(&self) -> (u32, u32) {
        let (open, idle) = match self.connections.get_database_backend() {
            DbBackend::Sqlite => count(self.connections.get_sqlite_connection_pool()),
            _ => count(self.connections.get_postgres_connection_pool()),
        };
        // The two were not read at one moment.
        (open.saturating_sub(idle), idle)
    }
}

fn count<DB: sqlx::Database>(pool: &sqlx::Pool<DB>) -> (u32, u32) {
    (pool.size(), u32::try_from(pool.num_idle()).unwrap_or(u32::MAX))
}

impl Database {
    /// Opens and migrates.
    ///
    /// # Errors
    /// Nothing is configured, the server cannot be reached, the role is a superuser, the file belongs to
    /// another process, or a migration fails.
    pub async fn open<M: MigratorTrait>(settings: &Settings) -> Result<Self> {
        match (&settings.postgres, &settings.file) {
            (Some(url), None) => Self::postgres::<M>(settings, url).await,
            (None, Some(file)) => Self::sqlite::<M>(settings, file).await,
            (Some(_), Some(_)) => bail!("both a PostgreSQL URL and an SQLite file are set: choose one"),
            (None, None) => bail!("no database is set: give a PostgreSQL URL or an SQLite file"),
        }
    }

    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub(crate) fn schema(&self) -> &str {
        &self.schema
    }

    pub(crate) fn plant(&self) -> Plant {
        self.plant
    }

    pub(crate) fn pg_pool(&self) -> Option<&PgPool> {
        (self.dialect == Dialect::Postgres).then(|| self.service.get_postgres_connection_pool())
    }

    /// The pools, for metrics.
    pub fn pools(&self) -> Vec<Pool> {
        let pool = |name, connections: &DatabaseConnection| Pool { name, connections: connections.clone() };
        let mut pools = vec![pool("requests", &self.requests), pool("service", &self.service)];
        pools.extend(self.batches.iter().map(|batches| pool("batches", batches)));
        pools
    }

    /// A transaction that may write. The service's own scope runs on the service's connections.
    pub async fn write(&self, scope: &Scope, deadline: Option<Deadline>) -> Result<Tx, Fault> {
        let inner = match self.dialect {
            Dialect::Sqlite => {
                // Immediate: a deferred transaction that turns into a writer fails instead of waiting.
                let mode = Some(SqliteTransactionMode::Immediate);
                let options = TransactionOptions { sqlite_transaction_mode: mode, ..Default::default() };
                self.service.begin_with_options(options).await?
            }
            Dialect::Postgres => self.pool(scope).begin().await?,
        };
        self.scoped(Tx::new(inner, self.dialect, scope.clone()), deadline).await
    }

    /// A transaction that only reads.
    pub async fn read(&self, scope: &Scope, deadline: Option<Deadline>) -> Result<Tx, Fault> {
        let pool = if self.dialect == Dialect::Sqlite { &self.requests } else { self.pool(scope) };
        self.scoped(Tx::new(pool.begin().await?, self.dialect, scope.clone()), deadline).await
    }

    /// A row of a batch's statement, in a transaction or on its own, as the service sees it.
    pub(crate) async fn one_or_none(
        &self,
        tx: Option<&Tx>,
        sql: &str,
        values: Vec<sea_orm::Value>,
    ) -> Result<Option<sea_orm::QueryResult>, Fault> {
        use sea_orm::ConnectionTrait;
        match tx {
            Some(tx) => tx.one(sql, values).await,
            None => {
                let statement = sea_orm::Statement::from_sql_and_values(self.dialect.backend(), sql, values);
                let batches = self.batches.as_ref().ok_or_else(|| Fault::bug("a batch on SQLite"))?;
                Ok(batches.query_one_raw(statement).await?)
            }
        }
    }

    /// The rows of a statement that only reads, on its own, as the service sees them.
    pub(crate) async fn all(
        &self,
        sql: &str,
        values: Vec<sea_orm::Value>,
    ) -> Result<Vec<sea_orm::QueryResult>, Fault> {
        use sea_orm::ConnectionTrait;
        let statement = sea_orm::Statement::from_sql_and_values(self.dialect.backend(), sql, values);
        let pool = if self.dialect == Dialect::Sqlite { &self.requests } else { &self.service };
        Ok(pool.query_all_raw(statement).await?)
    }

    pub(crate) fn pool(&self, scope: &Scope) -> &DatabaseConnection {
        if *scope == Scope::Service { &self.service } else { &self.requests }
    }

    /// Tells PostgreSQL whose rows the transaction may see and how long a statement may take. The service's own
    /// connections are told once, when they open.
    async fn scoped(&self, tx: Tx, deadline: Option<Deadline>) -> Result<Tx, Fault> {
        if let (Dialect::Postgres, Some((sql, values))) =
            (self.dialect, Self::scope_sql(tx.scope(), deadline))
        {
            tx.one(sql, values).await?;
        }
        Ok(tx)
    }

    /// What a transaction of a partner's begins with, on PostgreSQL.
    pub(crate) fn scope_sql(
        scope: &Scope,
        deadline: Option<Deadline>,
    ) -> Option<(&'static str, Vec<sea_orm::Value>)> {
        let Scope::Partner(partner) = scope else { return None };
        let left = deadline.map_or(Duration::from_secs(30), |d| d.left().max(Duration::from_millis(1)));
        let sql =
            "SELECT set_config('practicum.partner', $1, true), set_config('statement_timeout', $2, true)";
        Some((sql, vec![partner.as_str().to_owned().into(), left.as_millis().to_string().into()]))
    }

    async fn postgres<M: MigratorTrait>(settings: &Settings, url: &str) -> Result<Self> {
        let owner_url = settings.postgres_owner.as_deref().unwrap_or(url);
        let schema = &settings.schema;
        ensure!(
            vocabulary::is_resource_id(&schema.replace('_', "-")),
            "the schema's name {schema:?} is not plain"
        );
        // Before anything is made: what a superuser made would not be the right role's later.
        let role = working_role(url, schema).await?;
        let owner = pg_options(owner_url, schema)?;
        let mut connection = reach(&owner).await?;
        reach::may_make_schemas(&mut connection, &owner).await?;
        connection.close().await?;
        let owner = PgPoolOptions::new()
            .max_connections(3)
            .acquire_timeout(Duration::from_secs(20))
            .connect_with(owner)
            .await
            .context("cannot reach PostgreSQL with the owner's URL")?;
        let db = SqlxPostgresConnector::from_sqlx_postgres_pool(owner.clone());
        migrations::alone(&owner, schema, async {
            use sea_orm::ConnectionTrait;
            // No value: a name, which was found to be plain.
            db.execute_unprepared(&format!("CREATE SCHEMA IF NOT EXISTS {schema}")).await?;
            M::up(&db, None).await
        })
        .await?;
        grant(&owner, schema, &role).await?;
        owner.close().await;
        let requests = pg_pool(settings, url, For::Requests).await?;
        let service = pg_pool(settings, url, For::Service).await?;
        let batches = pg_pool(settings, url, For::Batches).await?;
        Ok(Self {
            dialect: Dialect::Postgres,
            requests: SqlxPostgresConnector::from_sqlx_postgres_pool(requests),
            service: SqlxPostgresConnector::from_sqlx_postgres_pool(service),
            batches: Some(SqlxPostgresConnector::from_sqlx_postgres_pool(batches)),
            schema: schema.clone(),
            plant: settings.plant,
            _lock: None,
        })
    }

    async fn sqlite<M: MigratorTrait>(settings: &Settings, file: &Path) -> Result<Self> {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let lock = file::lock(file)?;
        file::keep_private(file)?;
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // A statement of many rows keeps what would undo it: in memory, not in a file that is made and removed
            // for each, whose making the next commit's sync would wait for.
            .pragma("temp_store", "MEMORY")
            .busy_timeout(Duration::from_secs(5));
        let rollback = settings.plant != Plant::NoRollback;
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(10))
            .after_release(move |conn, _| {
                Box::pin(async move {
                    if rollback {
                        // No transaction is open in the good case, and SQLite says so with an error.
                        let _ = conn.execute("ROLLBACK").await;
                    }
                    Ok(true)
                })
            })
            .connect_with(options.clone())
            .await
            .with_context(|| format!("cannot open {}", file.display()))?;
        let service = SqlxSqliteConnector::from_sqlx_sqlite_pool(writer);
        M::up(&service, None).await.map_err(|e| anyhow::anyhow!("migration failed: {e}"))?;
        let readers = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.read_only(true))
            .await?;
        Ok(Self {
            dialect: Dialect::Sqlite,
            requests: SqlxSqliteConnector::from_sqlx_sqlite_pool(readers),
            service,
            batches: None,
            schema: settings.schema.clone(),
            plant: settings.plant,
            _lock: Some(Arc::new(lock)),
        })
    }
}

fn pg_options(url: &str, schema: &str) -> Result<PgConnectOptions> {
    let options: PgConnectOptions = url.parse().context("the PostgreSQL URL does not parse")?;
    Ok(options.application_name("practicum").options([
        ("search_path", schema),
        ("lock_timeout", "2000"),
        // No statement of a service reads so much that compiling it pays.
        ("jit", "off"),
        ("idle_in_transaction_session_timeout", "10000"),
        // A ROLLBACK at each return to the pool finds no transaction and warns; errors are answers and come anyway.
        ("client_min_messages", "error"),
    ]))
}

/// The role that the service works with.
async fn working_role(url: &str, schema: &str) -> Result<String> {
    let mut connection = reach(&pg_options(url, schema)?).await?;
    let asked = "SELECT rolname::text, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user";
    let (role, free): (String, bool) = sqlx::query_as(asked).fetch_one(&mut connection).await?;
    connection.close().await?;
    ensure!(
        !free,
        "the database role is a superuser or bypasses row-level security: give the service one that is not"
    );
    Ok(role)
}

/// What a pool's connections are for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    Requests,
    Service,
    Batches,
}

async fn pg_pool(settings: &Settings, url: &str, what: For) -> Result<PgPool> {
    let extra = if what == For::Requests {
        vec![]
    } else {
        // The background's statements look up a few rows by key, always. Their plans are kept from the time when a
        // table is small, when reading the whole of it looks as good.
        // And planning one of the desk's statements costs more than running it, so that it is planned once.
        vec![
            ("practicum.scope", "service"),
            ("enable_seqscan", "off"),
            ("enable_bitmapscan", "off"),
            ("plan_cache_mode", "force_generic_plan"),
        ]
    };
    let count = match what {
        For::Requests => settings.connections,
        For::Service => settings.service_connections,
        For::Batches => 1,
    };
    // A connection that never begins a transaction has none to end, and those who call it do so for every batch.
    let rollback = settings.plant != Plant::NoRollback && what != For::Batches;
    let options = pg_options(url, &settings.schema)?.options(extra);
    let pool = PgPoolOptions::new()
        .max_connections(count)
        .acquire_timeout(Duration::from_secs(5))
        .test_before_acquire(false)
        .after_release(move |conn, _| {
            Box::pin(async move {
                if rollback {
                    // A begin() that was dropped half-way comes back inside an open transaction; whatever is
                    // then written outside of one of its own is never committed. A ROLLBACK alone would be a
                    // warning in the server's log whenever there is none, which is nearly always; behind a
                    // BEGIN it is one only where there was one.
                    conn.execute("BEGIN; ROLLBACK").await?;
                }
                Ok(true)
            })
        });
    // Not every service serves batches.
    if what == For::Batches {
        return Ok(pool.connect_lazy_with(options));
    }
    pool.connect_with(options).await.context("cannot reach PostgreSQL")
}

/// What the working role needs and no more: nothing is ever removed from the audit log.
async fn grant(owner: &PgPool, schema: &str, role: &str) -> Result<()> {
    let me: String = sqlx::query_scalar("SELECT current_user").fetch_one(owner).await?;
    if me == role {
        return Ok(());
    }
    let role = format!("\"{}\"", role.replace('"', "\"\""));
    let sql = format!(
        "GRANT USAGE ON SCHEMA {schema} TO {role};
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role};
         REVOKE UPDATE, DELETE ON {schema}.audit FROM {role};
         GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {schema} TO {role};
         -- Tables that are filled in bulk, and read through another, which has row-level security.
         DO $$ DECLARE inbox regclass; BEGIN
             FOR inbox IN SELECT c.oid FROM pg_class c WHERE c.relnamespace = '{schema}'::regnamespace
                 AND c.relkind = 'r' AND c.relname LIKE '%\\_inbox' LOOP
                 EXECUTE format('REVOKE SELECT, UPDATE, DELETE ON %s FROM {role}', inbox);
             END LOOP;
         END $$;"
    );
    // Several statements at once, of names alone: the schema's is plain, the role's is quoted.
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(owner).await.context("cannot grant rights")?;
    Ok(())
}
