//! What every service does alike from its start to its end.

use crate::{Gate, Running, Telemetry, signal::stop_signal};
use admission::Verifier;
use anyhow::Result;
use cache::Cache;
use ledger::{Deed, FeedRow, Ledger};
use std::{net::SocketAddr, sync::Arc};
use tokio_util::sync::CancellationToken;
use vocabulary::{Clock, Revision};

/// A service, standing.
pub struct Standing<A> {
    pub app: A,
    running: Running,
    stop: CancellationToken,
}

impl<A> Standing<A> {
    /// What runs in the background of `app` ends with `stop`.
    pub const fn new(app: A, running: Running, stop: CancellationToken) -> Self {
        Self { app, running, stop }
    }

    pub fn address(&self) -> SocketAddr {
        self.running.address
    }

    /// Drains: calls under way finish, streams end with their last token, then what runs in the background ends.
    ///
    /// # Errors
    /// The server broke.
    pub async fn stop(self) -> Result<()> {
        self.running.stop();
        let ended = self.running.wait().await;
        self.stop.cancel();
        ended
    }
}

/// A gate that enters in the audit log whoever lacks a right.
pub fn gate(verifier: Arc<Verifier>, clock: Clock, ledger: Ledger) -> Gate {
    Gate::new(verifier, clock).on_denied(move |caller, method, reason| {
        let deed = Deed::denied(caller, method, reason);
        let ledger = ledger.clone();
        tokio::spawn(async move {
            if let Err(fault) = ledger.enter(vec![deed]).await {
                tracing::error!(%fault, "a refused right could not be entered in the audit log");
            }
        });
    })
}

/// Tells the cache what the feed says, or that it says nothing. `key` is where on its collection's shelf a row's
/// resource is kept, if it is kept at all.
pub fn hear(
    cache: &Cache,
    rows: Option<&[Arc<FeedRow>]>,
    seen: Revision,
    key: impl Fn(&FeedRow) -> Option<String>,
) {
    let Some(rows) = rows else { return cache.doubt() };
    let keyed: Vec<_> = rows.iter().filter_map(|row| key(row).map(|key| (row, key))).collect();
    let changes: Vec<_> =
        keyed.iter().map(|(row, key)| (row.collection.as_str(), key.as_str(), row.revision())).collect();
    cache.changed(&changes, seen);
}

/// A service as a process: telemetry, `start`, serve until told to stop, flush.
///
/// # Errors
/// It cannot start, or its server broke.
pub fn process<A>(name: &'static str, start: impl AsyncFnOnce() -> Result<Standing<A>>) -> Result<()> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let telemetry = Telemetry::start(name)?;
        let standing = start().await?;
        stop_signal().await?;
        let ended = standing.stop().await;
        telemetry.flush().await;
        ended
    })
}
