//! Which port each service takes.

use crate::{cli::Serve, failure::Usage, suite};
use anyhow::{Context, Result, ensure};
use std::net::{SocketAddr, TcpListener};

/// A free address for each service that is built. They are tried here first, where a port that is taken can be
/// explained; all together, so that no two get the same.
///
/// # Errors
/// A port is taken, there is none so high, or the address needs TLS.
pub fn take(options: &Serve) -> Result<Vec<(&'static str, SocketAddr)>> {
    let loopback = options.listen.is_loopback();
    if !loopback && options.tls_certificate.is_none() {
        let text = format!(
            "{} can be reached from other machines: give --tls-certificate and --tls-key",
            options.listen
        );
        return Err(Usage(text).into());
    }
    let tried: Vec<_> = suite::built().map(|service| try_one(options, service)).collect::<Result<_>>()?;
    Ok(tried.into_iter().map(|(name, address, _listener)| (name, address)).collect())
}

fn try_one(options: &Serve, service: &suite::Service) -> Result<(&'static str, SocketAddr, TcpListener)> {
    let port = match options.base_port {
        0 => 0,
        base => base
            .checked_add(service.offset)
            .ok_or_else(|| Usage(format!("--base-port {base} is too high")))?,
    };
    let listener = TcpListener::bind((options.listen, port));
    let listener = listener.with_context(|| {
        format!(
            "{} cannot listen on {}:{port}: free it, or give another --base-port",
            service.name, options.listen
        )
    })?;
    let address = listener.local_addr()?;
    ensure!(address.port() != 0, "no free port");
    Ok((service.name, address, listener))
}

/// The address of this service.
///
/// # Errors
/// It is not built.
pub fn of(taken: &[(&str, SocketAddr)], name: &str) -> Result<SocketAddr> {
    let found = taken.iter().find(|(taken, _)| *taken == name);
    found.map(|(_, address)| *address).with_context(|| format!("{name} has no port"))
}

/// How a client on this machine writes it.
pub fn url(options: &Serve, address: SocketAddr) -> String {
    let scheme = if options.tls_certificate.is_some() { "https" } else { "http" };
    if address.ip().is_unspecified() {
        format!("{scheme}://localhost:{}", address.port())
    } else {
        format!("{scheme}://{address}")
    }
}
