//! One transaction, on either database.

use crate::Fault;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, QueryResult, Statement, Value};
use vocabulary::Scope;

/// Which database. Statements are written once with `$1` placeholders, which both understand, and differ
/// only where they must.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Postgres,
    Sqlite,
}

impl Dialect {
    /// The database's own clock, in microseconds since 1970.
    pub fn now_sql(self) -> &'static str {
        match self {
            Dialect::Postgres => "(extract(epoch from clock_timestamp()) * 1000000)::bigint",
            Dialect::Sqlite => "CAST(unixepoch('now', 'subsec') * 1000000 AS INTEGER)",
        }
    }

    /// What makes a SELECT lock its rows. SQLite's writers already exclude each other.
    pub fn for_update(self) -> &'static str {
        match self {
            Dialect::Postgres => " FOR UPDATE",
            Dialect::Sqlite => "",
        }
    }

    /// Chooses between two texts of one statement.
    pub fn pick(self, postgres: &'static str, sqlite: &'static str) -> &'static str {
        match self {
            Dialect::Postgres => postgres,
            Dialect::Sqlite => sqlite,
        }
    }

    pub(crate) fn backend(self) -> DbBackend {
        match self {
            Dialect::Postgres => DbBackend::Postgres,
            Dialect::Sqlite => DbBackend::Sqlite,
        }
    }
}

/// An open transaction and the scope that it was opened for. Rolled back unless committed.
pub struct Tx {
    pub(crate) inner: DatabaseTransaction,
    dialect: Dialect,
    scope: Scope,
}

impl Tx {
    pub(crate) fn new(inner: DatabaseTransaction, dialect: Dialect, scope: Scope) -> Self {
        Self { inner, dialect, scope }
    }

    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Whose rows the queries of this transaction may touch.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// For sea-orm's own builders and entities.
    pub fn connection(&self) -> &DatabaseTransaction {
        &self.inner
    }

    /// All rows of a statement with `$1…` placeholders.
    pub async fn all(&self, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, Fault> {
        Ok(self.inner.query_all_raw(self.statement(sql, values)).await?)
    }

    pub async fn one(&self, sql: &str, values: Vec<Value>) -> Result<Option<QueryResult>, Fault> {
        Ok(self.inner.query_one_raw(self.statement(sql, values)).await?)
    }

    /// Runs a statement and says how many rows it touched.
    pub async fn run(&self, sql: &str, values: Vec<Value>) -> Result<u64, Fault> {
        Ok(self.inner.execute_raw(self.statement(sql, values)).await?.rows_affected())
    }

    pub async fn commit(self) -> Result<(), Fault> {
        Ok(self.inner.commit().await?)
    }

    pub async fn rollback(self) -> Result<(), Fault> {
        Ok(self.inner.rollback().await?)
    }

    fn statement(&self, sql: &str, values: Vec<Value>) -> Statement {
        Statement::from_sql_and_values(self.dialect.backend(), sql, values)
    }
}
