//! Many rows into PostgreSQL in one statement, in one transaction with what says that they are there.
//!
//! They travel as one array a column. COPY would take longer, few rows most of all: sqlx 0.9 sends its end apart from the
//! rows without TCP_NODELAY, so that it is held back until the rows are acknowledged, which takes 40 ms.

use crate::{Column, Database, Dialect, Fault, Type};
use sea_orm::Value;
use sqlx::{
    AssertSqlSafe, Encode, Postgres, Transaction,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgTypeInfo, types::Oid},
    query::Query,
};
use vocabulary::{Deadline, Scope};

/// Rows of one table. Values are given in the order of the columns, row by row.
pub struct Rows {
    table: &'static str,
    /// Texts that all rows have in common.
    alike: Vec<(&'static str, String)>,
    columns: Vec<(&'static str, Array)>,
    /// The column of the next value.
    next: usize,
}

impl Rows {
    pub fn of(table: &'static str, alike: Vec<(&'static str, String)>, columns: &[Column]) -> Self {
        let columns = columns.iter().map(|(name, kind)| (*name, Array::of(*kind))).collect();
        Self { table, alike, columns, next: 0 }
    }

    pub fn is_empty(&self) -> bool {
        self.columns.first().is_none_or(|(_, array)| array.len == 0)
    }

    pub fn null(&mut self) {
        self.put(None);
    }

    /// A `text` or `bytea` column.
    pub fn value(&mut self, value: &[u8]) {
        self.put(Some(value));
    }

    /// A `bigint` column.
    pub fn integer(&mut self, value: i64) {
        self.put(Some(&value.to_be_bytes()));
    }

    pub fn boolean(&mut self, value: bool) {
        self.put(Some(&[u8::from(value)]));
    }

    fn put(&mut self, value: Option<&[u8]>) {
        if let Some((_, array)) = self.columns.get_mut(self.next) {
            array.put(value);
        }
        self.next = (self.next + 1) % self.columns.len().max(1);
    }

    fn sql(&self) -> String {
        let names =
            self.alike.iter().map(|(name, _)| *name).chain(self.columns.iter().map(|(name, _)| *name));
        let alike: String = (1..=self.alike.len()).map(|n| format!("${n}, ")).collect();
        let arrays = self.columns.iter().zip(self.alike.len() + 1..);
        let arrays = arrays
            .map(|((_, array), n)| format!("unnest(${n}::{}[])", crate::rows::postgres_type(array.kind)));
        // Side by side in the list, where they walk in step: in FROM each would be kept in full before the first row.
        format!(
            "INSERT INTO {} ({}) SELECT {alike}{}",
            self.table,
            names.collect::<Vec<_>>().join(", "),
            arrays.collect::<Vec<_>>().join(", ")
        )
    }
}

/// A column's values as PostgreSQL reads an array.
struct Array {
    kind: Type,
    len: i32,
    nulls: bool,
    bytes: Vec<u8>,
}

impl Array {
    fn of(kind: Type) -> Self {
        Self { kind, len: 0, nulls: false, bytes: Vec::new() }
    }

    fn put(&mut self, value: Option<&[u8]>) {
        self.len += 1;
        match value {
            // A gigabyte would have been refused long before.
            Some(value) => {
                self.bytes.extend(i32::try_from(value.len()).unwrap_or(i32::MAX).to_be_bytes());
                self.bytes.extend(value);
            }
            None => {
                self.nulls = true;
                self.bytes.extend((-1_i32).to_be_bytes());
            }
        }
    }

    /// What PostgreSQL numbers the type of an element, and that of an array of them.
    fn oids(&self) -> (u32, u32) {
        match self.kind {
            Type::Boolean => (16, 1_000),
            Type::Bytes => (17, 1_001),
            Type::Integer => (20, 1_016),
            Type::Text => (25, 1_009),
        }
    }
}

impl sqlx::Type<Postgres> for Array {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("_text")
    }
}

impl Encode<'_, Postgres> for Array {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let (dimensions, first) = (1_i32, 1_i32);
        buffer.extend(dimensions.to_be_bytes());
        buffer.extend(i32::from(self.nulls).to_be_bytes());
        buffer.extend(self.oids().0.to_be_bytes());
        buffer.extend(self.len.to_be_bytes());
        buffer.extend(first.to_be_bytes());
        buffer.extend_from_slice(&self.bytes);
        Ok(IsNull::No)
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        Some(PgTypeInfo::with_oid(Oid(self.oids().1)))
    }
}

/// A transaction that takes [`Rows`]. Rolled back unless committed.
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
    pub async fn insert(&mut self, rows: &Rows) -> Result<(), Fault> {
        if rows.is_empty() {
            return Ok(());
        }
        // Names of a table and its columns, which the store wrote.
        let mut query = sqlx::query(AssertSqlSafe(rows.sql()));
        for (_, text) in &rows.alike {
            query = query.bind(text);
        }
        for (_, array) in &rows.columns {
            query = query.bind(array);
        }
        query.execute(&mut *self.tx).await?;
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
