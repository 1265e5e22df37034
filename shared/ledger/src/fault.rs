//! What went wrong below, without what it went wrong with: the Debug text of a database error holds the
//! values of rows, so it stops here.

use sea_orm::{DbErr, RuntimeErr};
use serde::Serialize;

/// A failure of storage. No variant carries a row's values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
pub enum Fault {
    /// Somebody else's transaction won; the same again may succeed.
    #[error("storage contention ({0})")]
    Contention(String),
    /// A constraint refused the row: the rules above should have done so first.
    #[error("constraint refused a row ({0})")]
    Constraint(String),
    /// The same request id is being served in another process: look again.
    #[error("another process answered the same request id")]
    Raced,
    /// A revision was asked for that is newer than anything committed.
    #[error("the revision asked for has not been reached: the last one is {}", reached.0)]
    NotReached { reached: vocabulary::Revision },
    /// The deadline passed in the database.
    #[error("statement cancelled at its deadline")]
    Deadline,
    /// The database cannot be reached, or refuses writes.
    #[error("storage unavailable ({0})")]
    Unavailable(String),
    /// Anything else: a mistake of ours.
    #[error("storage fault ({0})")]
    Bug(String),
}

/// PostgreSQL does not let a service in. The text says what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreachable(pub(crate) String);

impl Fault {
    /// Whether running the whole unit again may help.
    pub fn may_pass(&self) -> bool {
        matches!(self, Fault::Contention(_) | Fault::Raced)
    }

    pub(crate) fn bug(what: impl Into<String>) -> Self {
        Fault::Bug(what.into())
    }
}

impl From<DbErr> for Fault {
    fn from(error: DbErr) -> Self {
        match &error {
            DbErr::ConnectionAcquire(_) => Fault::Unavailable("no connection in time".into()),
            DbErr::Conn(RuntimeErr::SqlxError(e))
            | DbErr::Exec(RuntimeErr::SqlxError(e))
            | DbErr::Query(RuntimeErr::SqlxError(e)) => from_sqlx(e),
            DbErr::Type(_) | DbErr::TryIntoErr { .. } => Fault::bug("a column has an unexpected type"),
            other => Fault::bug(format!("{:?}", std::mem::discriminant(other))),
        }
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        from_sqlx(&error)
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Fault::bug(format!("stored JSON: {:?} at column {}", error.classify(), error.column()))
    }
}

fn from_sqlx(error: &sqlx::Error) -> Fault {
    match error {
        sqlx::Error::Database(e) => {
            let code = e.code().unwrap_or_default().into_owned();
            from_code(&code, e.constraint().unwrap_or_default())
        }
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Tls(_) => {
            Fault::Unavailable("connection".into())
        }
        sqlx::Error::ColumnNotFound(column) => Fault::bug(format!("no column {column}")),
        sqlx::Error::ColumnDecode { index, .. } => Fault::bug(format!("column {index} does not decode")),
        other => Fault::bug(format!("{:?}", std::mem::discriminant(other))),
    }
}

/// PostgreSQL's SQLSTATE, or SQLite's extended result code.
fn from_code(code: &str, constraint: &str) -> Fault {
    match code {
        "40001" | "40P01" | "55P03" | "5" | "6" | "261" | "262" | "517" | "773" => {
            Fault::Contention(code.into())
        }
        "57014" => Fault::Deadline,
        // Cannot write, or cannot serve: read-only, disk full, shutting down, too many connections.
        "25006" | "53000" | "53100" | "53200" | "53300" | "57P01" | "57P02" | "57P03" | "8" | "13" | "10"
        | "14" | "25P03" => Fault::Unavailable(code.into()),
        code if code.starts_with("08") => Fault::Unavailable(code.into()),
        code if code.starts_with("23") => Fault::Constraint(format!("{code} {constraint}")),
        // SQLite's constraint codes: 19 and its extensions (the low byte is 19).
        code if code.parse::<u32>().is_ok_and(|c| c & 0xff == 19) => Fault::Constraint(code.into()),
        code => Fault::bug(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_six_codes_of_contention_are_retried_and_nothing_else_is() {
        for code in ["40001", "40P01", "55P03", "5", "517", "6"] {
            assert!(from_code(code, "").may_pass(), "{code}");
        }
        for code in ["23505", "57014", "53100", "42P01", "2067", "13"] {
            assert!(!from_code(code, "").may_pass(), "{code}");
        }
    }
}
