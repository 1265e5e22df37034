//! Telemetry: what a process of the service exports to a collector, and what it writes where there is none. The
//! process is a real one, told where the collector is by its environment, and flushes when it is asked to go.

#![allow(clippy::disallowed_methods, reason = "tests measure time, wait and make ids")]

mod canaries;
mod collector;
mod house;
mod metrics;
mod silence;
mod traces;
mod visits;
