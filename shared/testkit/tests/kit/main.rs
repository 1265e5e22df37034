//! What tests stand on, tested.

mod network;
mod servers;
