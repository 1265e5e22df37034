//! What every server of the suite can be told.

use anyhow::bail;
use serde::Deserialize;
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

/// Paths of a certificate chain and its private key, both PEM.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsSettings {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// The section `server`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerSettings {
    /// Where to listen; port 0 takes a free one.
    pub address: SocketAddr,
    /// Required unless `address` is of this machine alone.
    pub tls: Option<TlsSettings>,
    /// Whether anybody may ask for the contract.
    pub reflection: bool,
    pub max_connections: usize,
    /// A peer is an IPv4 address, or a /64 of IPv6.
    pub max_connections_per_peer: usize,
    /// For TLS and the HTTP/2 preface together.
    pub handshake_seconds: u64,
    /// How long calls under way may take once the process is told to go; 25 at most.
    pub drain_seconds: u64,
    /// For the services to set as their decoding limit.
    pub max_message_bytes: usize,
    /// Calls under way at once; streams are counted apart, up to as many again.
    pub max_in_flight: usize,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            tls: None,
            reflection: false,
            max_connections: 2_000,
            max_connections_per_peer: 50,
            handshake_seconds: 5,
            drain_seconds: 20,
            max_message_bytes: 1 << 20,
            max_in_flight: 1_024,
        }
    }
}

/// The longest that a drain may be set to take, in seconds: orchestrators kill after 30.
const LONGEST_DRAIN: u64 = 25;

impl ServerSettings {
    /// # Errors
    /// The settings would serve tokens and personal data in the clear, or nobody at all.
    pub fn check(&self) -> anyhow::Result<()> {
        if self.tls.is_none() && !self.address.ip().is_loopback() {
            bail!(
                "server.tls is not set and server.address {} can be reached from other machines",
                self.address
            );
        }
        if self.drain_seconds > LONGEST_DRAIN {
            bail!("server.drain_seconds is more than {LONGEST_DRAIN}");
        }
        let least = [
            ("max_connections", self.max_connections),
            ("max_connections_per_peer", self.max_connections_per_peer),
            ("max_message_bytes", self.max_message_bytes),
            ("max_in_flight", self.max_in_flight),
            ("handshake_seconds", usize::try_from(self.handshake_seconds)?),
        ];
        match least.iter().find(|(_, value)| *value == 0) {
            Some((name, _)) => bail!("server.{name} is zero"),
            None => Ok(()),
        }
    }

    pub(crate) fn handshake(&self) -> Duration {
        Duration::from_secs(self.handshake_seconds)
    }

    pub(crate) fn drain(&self) -> Duration {
        Duration::from_secs(self.drain_seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_would_serve_in_the_clear_or_nobody_are_refused() {
        assert!(ServerSettings::default().check().is_ok());
        let open = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 7400));
        assert!(ServerSettings { address: open, ..ServerSettings::default() }.check().is_err());
        assert!(ServerSettings { drain_seconds: 26, ..ServerSettings::default() }.check().is_err());
        assert!(ServerSettings { max_in_flight: 0, ..ServerSettings::default() }.check().is_err());
    }
}
