//! Many rows in one statement and one bind: they travel as a JSON array. The text of the statement is then
//! the same however many rows there are, so it is prepared once, and no bind limit is near.

use crate::Dialect;
use std::fmt::Write;

/// A column's type, as far as the two databases need to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Text,
    Integer,
    Boolean,
    /// Only where rows travel as arrays: JSON has none.
    Bytes,
}

pub type Column = (&'static str, Type);

/// `INSERT INTO table (columns) SELECT … FROM the rows of $1`, a JSON array of objects keyed by column.
pub fn insert_sql(dialect: Dialect, table: &str, columns: &[Column]) -> String {
    let names = columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    format!("INSERT INTO {table} ({names}) {}", select_sql(dialect, columns))
}

/// As [`insert_sql`], and rows whose id exists are replaced, as far as `columns` go.
pub fn upsert_sql(dialect: Dialect, table: &str, columns: &[Column]) -> String {
    format!("{} {}", insert_sql(dialect, table, columns), or_replace_sql(columns))
}

/// The rows that are there, by their ids, with these columns as `$1` has them: those that stay are in no index again.
pub fn update_sql(dialect: Dialect, table: &str, columns: &[Column]) -> String {
    let others = columns.iter().filter(|(name, _)| *name != "id");
    let sets: Vec<String> = others.map(|(name, _)| format!("{name} = x.{name}")).collect();
    let rows = select_sql(dialect, columns);
    format!("UPDATE {table} SET {} FROM ({rows}) x WHERE {table}.id = x.id", sets.join(", "))
}

/// What follows an INSERT whose rows replace those that have their id.
pub fn or_replace_sql(columns: &[Column]) -> String {
    let others = columns.iter().filter(|(name, _)| *name != "id");
    let sets: Vec<String> = others.map(|(name, _)| format!("{name} = excluded.{name}")).collect();
    format!("ON CONFLICT (id) DO UPDATE SET {}", sets.join(", "))
}

/// `SELECT columns FROM the rows of $1`.
fn select_sql(dialect: Dialect, columns: &[Column]) -> String {
    let mut list = String::new();
    for (i, (name, kind)) in columns.iter().enumerate() {
        let comma = if i == 0 { "" } else { ", " };
        let _ = match dialect {
            Dialect::Postgres => write!(list, "{comma}{name} {}", postgres_type(*kind)),
            Dialect::Sqlite => write!(list, "{comma}value->>'{name}' AS {name}"),
        };
    }
    match dialect {
        Dialect::Postgres => {
            let names = columns.iter().map(|(name, _)| format!("x.{name}")).collect::<Vec<_>>().join(", ");
            format!("SELECT {names} FROM json_to_recordset($1::json) AS x({list})")
        }
        // jsonb_each: json_each would write each row out as text, which each column then reads again.
        // WHERE true: SQLite cannot otherwise tell a following ON CONFLICT from a join's ON.
        Dialect::Sqlite => format!("SELECT {list} FROM jsonb_each($1) WHERE true"),
    }
}

/// `column` is one of the strings in the JSON array that placeholder `n` holds. On PostgreSQL as an array, so that
/// an index is walked whatever the planner thinks of the table's size.
pub fn among_sql(dialect: Dialect, column: &str, n: usize) -> String {
    match dialect {
        Dialect::Postgres => format!("{column} = ANY(ARRAY(SELECT json_array_elements_text(${n}::json)))"),
        Dialect::Sqlite => format!("{column} IN (SELECT value FROM json_each(${n}))"),
    }
}

pub(crate) fn postgres_type(kind: Type) -> &'static str {
    match kind {
        Type::Text => "text",
        Type::Integer => "bigint",
        Type::Boolean => "boolean",
        Type::Bytes => "bytea",
    }
}

/// The columns' names, each after `prefix`.
pub fn names_sql(columns: &[Column], prefix: &str) -> String {
    columns.iter().map(|(name, _)| format!("{prefix}{name}")).collect::<Vec<_>>().join(", ")
}
