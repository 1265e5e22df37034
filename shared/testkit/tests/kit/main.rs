//! What tests stand on, tested.

mod network;
mod script;
mod servers;
