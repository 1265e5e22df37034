//! How a process stands up: settings, telemetry, an acceptor that no silent socket fills, the porch
//! that every call passes, health, reflection, and a drain that ends.
//!
//! ```text
//! settings::load → Telemetry::start → serve(Service, &ServerSettings, Gate) → Running
//! stop_signal().await → Running::stop → Running::wait → Telemetry::flush
//! ```

mod acceptor;
mod draining;
mod peers;
mod porch;
mod serve;
pub mod settings;
mod signal;
pub mod telemetry;
mod tls;

pub use draining::Draining;
pub use peers::{Badge, NoPeer, Peer, PeerSettings, Peers};
pub use serve::{Gate, OnDenied, Running, Service, serve};
pub use settings::{ServerSettings, TlsSettings};
pub use signal::stop_signal;
pub use telemetry::Telemetry;
