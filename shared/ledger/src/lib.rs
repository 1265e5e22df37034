//! What every write leaves behind in its own transaction – the answer to its request id, its place in the
//! change feed, its line in the audit log – and the unit of work that runs it. Also how a service's database
//! is opened, because the unit of work is only as sound as its connections.

mod answers;
mod arrays;
mod audit;
mod batch;
mod binds;
pub mod column;
mod database;
mod fault;
mod feed;
mod follow;
mod fresh;
mod janitor;
mod load;
pub mod migrations;
mod rows;
mod settings;
mod trail;
mod tx;
mod unit;
mod walk;

pub use answers::{Answered, Fingerprint, Key, Known};
pub use arrays::{arrays, arrays_sql};
pub use audit::{AuditFilter, AuditRow, Deed, Verdict};
pub use batch::{Batch, Left, More, Wanted};
pub use binds::Binds;
pub use database::{Database, Pool};
pub use fault::{Fault, Unreachable};
pub use feed::{Change, ChangeKind, FeedRow, Head, Viewers};
pub use follow::{Follower, Tail, Tell};
pub use janitor::Keep;
pub use load::{Load, Rows};
pub use rows::{Column, Type, among_sql, insert_sql, names_sql, or_replace_sql, update_sql, upsert_sql};
pub use settings::{Plant, Settings};
pub use trail::{Reached, Trail};
pub use tx::{Dialect, Tx};
pub use unit::{Done, Ledger, Outcome, Reason, Unit, Write, retrying};
pub use walk::{Gone, Seen, Since, Step, Walk, watch};
