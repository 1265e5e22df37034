//! A university's sync: what it sends, what is wrong with it, what has changed, and whether a person has to look.

pub mod check;
pub mod hash;
pub mod index;
pub mod limits;
pub mod named;
pub mod record;
pub mod reject;
pub mod run;
pub mod seen;

pub use check::Checker;
pub use hash::{ContentHash, Hasher};
pub use index::Index;
pub use limits::{Limits, LimitsAsked, Outlook};
pub use named::{Clear, Named};
pub use record::{Body, Course, CourseRun, Enrolment, Kind, Learner, Record, Word};
pub use reject::{Code, Reject};
pub use run::{Action, Change, Counts, CountsByKind, Mode, RunState, SyncRun, SyncRunName};
pub use seen::{Seen, Tally};
