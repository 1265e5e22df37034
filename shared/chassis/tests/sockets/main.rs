//! A server on a real socket, and clients that behave, and that do not.

#![allow(clippy::disallowed_methods, reason = "tests measure time, wait and make ids")]

mod support;

mod calls;
mod connections;
mod deadlines;
mod drain;
mod statuses;
mod tls;
