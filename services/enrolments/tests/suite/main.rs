//! The service in process, on both databases.

mod sync;
