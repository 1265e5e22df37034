//! The actions in process, on SQLite and on PostgreSQL: that both mean the same, what the tables let through, and
//! that the audit log tells what was done to it.

mod chain;
mod house;
mod memory;
mod panics;
mod plans;
mod private;
mod tables;
mod time;
mod twins;
