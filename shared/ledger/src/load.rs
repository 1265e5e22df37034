//! Many rows into PostgreSQL by COPY, in one transaction with what says that they are there.

use crate::{Database, Dialect, Fault};
use sea_orm::Value;
use sqlx::{AssertSqlSafe, Postgres, Transaction, query::Query};
use vocabulary::{Deadline, Scope};

/// Rows of one table in COPY's binary form. Columns are written in the order of `columns`, row by row.
pub struct Copy {
    table: &'static str,
    columns: String,
    width: i16,
    bytes: Vec<u8>,
    rows: u64,
}

const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

impl Copy {
    /// `columns` are names separated by commas.
    pub fn into(table: &'static str, columns: String) -> Self {
        let width = i16::try_from(columns.split(',').count()).unwrap_or(i16::MAX);
        Self { table, columns, width, bytes: SIGNATURE.to_vec(), rows: 0 }
    }

    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    pub fn row(&mut self) {
        self.bytes.extend(self.width.to_be_bytes());
        self.rows += 1;
    }

    pub fn null(&mut self) {
        self.bytes.extend((-1_i32).to_be_bytes());
    }

    /// A `text` or `bytea` column.
    pub fn value(&mut self, value: &[u8]) {
        // A gigabyte would have been refused long before.
        self.bytes.extend(i32::try_from(value.len()).unwrap_or(i32::MAX).to_be_bytes());
        self.bytes.extend(value);
    }

    /// A `bigint` column.
    pub fn integer(&mut self, value: i64) {
        self.value(&value.to_be_bytes());
    }

    pub fn boolean(&mut self, value: bool) {
        self.value(&[u8::from(value)]);
    }
}

/// A transaction that takes rows by COPY. Rolled back unless committed.
pub struct Load {
    tx: Transaction<'static, Postgres>,
}

impl Database {
    /// Begins one; `None` on SQLite, whose rows go in by inserts.
    ///
    /// # Errors
    /// Storage fails.
    pub async fn load(&self, scope: &Scope, deadline: Option<Deadline>) -> Result<Option<Load>, Fault> {
        if self.dialect() == Dialect::Sqlite {
            return Ok(None);
        }
        let mut tx = self.pool(scope).get_postgres_connection_pool().begin().await?;
        if let Some((sql, values)) = Self::scope_sql(scope, deadline) {
            bound(sqlx::query(sql), values)?.execute(&mut *tx).await?;
        }
        Ok(Some(Load { tx }))
    }
}

impl Load {
    /// Runs a statement and says how many rows it touched.
    ///
    /// # Errors
    /// Storage fails.
    pub async fn run(&mut self, sql: &str, values: Vec<Value>) -> Result<u64, Fault> {
        // The statements of the store, whose values are binds.
        let query = sqlx::query(AssertSqlSafe(sql.to_owned()));
        Ok(bound(query, values)?.execute(&mut *self.tx).await?.rows_affected())
    }

    /// # Errors
    /// A row is not one of the table, or storage fails.
    pub async fn copy(&mut self, copy: &Copy) -> Result<(), Fault> {
        if copy.is_empty() {
            return Ok(());
        }
        // Names of a table and its columns, which the store wrote.
        let sql = format!("COPY {} ({}) FROM STDIN (FORMAT binary)", copy.table, copy.columns);
        let mut sink = self.tx.copy_in_raw(&sql).await?;
        sink.send(copy.bytes.as_slice()).await?;
        sink.send((-1_i16).to_be_bytes().as_slice()).await?;
        sink.finish().await?;
        Ok(())
    }

    /// # Errors
    /// Storage fails.
    pub async fn commit(self) -> Result<(), Fault> {
        Ok(self.tx.commit().await?)
    }
}

type Bound<'q> = Query<'q, Postgres, sqlx::postgres::PgArguments>;

fn bound(mut query: Bound<'_>, values: Vec<Value>) -> Result<Bound<'_>, Fault> {
    for value in values {
        query = match value {
            Value::String(text) => query.bind(text),
            Value::BigInt(number) => query.bind(number),
            Value::Bool(flag) => query.bind(flag),
            Value::Bytes(bytes) => query.bind(bytes),
            _ => return Err(Fault::bug("a value of a type that a load does not bind")),
        };
    }
    Ok(query)
}
