//! What tests stand on, tested.

#![allow(clippy::disallowed_methods, reason = "tests measure time, wait and make ids")]

mod network;
mod script;
mod servers;
