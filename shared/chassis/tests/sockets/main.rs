//! A server on a real socket, and clients that behave, and that do not.

mod support;

mod calls;
mod connections;
mod deadlines;
mod drain;
mod statuses;
mod tls;
