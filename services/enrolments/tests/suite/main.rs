//! The service in process, on both databases: what a page costs, what the tables let through, and a data set's life.

mod house;
mod plans;
mod sync;
mod tables;
