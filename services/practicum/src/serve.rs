//! `practicum serve`: what exists of the suite, in one process.

mod greeting;
mod health;
mod ports;
mod settings;
mod standing;

use crate::{cli::Serve, demo, folder::Folder, say::say, suite};
use anyhow::{Context, Result};
use standing::Standing;
use std::{collections::BTreeMap, path::PathBuf, pin::pin};

/// Where the services of this process answer, and whom to trust when one calls them.
pub struct Stand {
    /// By the service's name.
    pub addresses: BTreeMap<String, String>,
    /// The authority of an https address.
    pub ca: Option<PathBuf>,
}

/// Serves until SIGTERM or SIGINT, then drains.
///
/// # Errors
/// Another process has the data directory or a port, or a service cannot start; or the server broke.
pub async fn serve(options: Serve) -> Result<()> {
    let telemetry = chassis::Telemetry::start("practicum")?;
    let folder = Folder::new(&options.data);
    let _hold = folder.hold()?;
    let ended = stand_up(&options, &folder).await;
    folder.untell();
    telemetry.flush().await;
    ended
}

async fn stand_up(options: &Serve, folder: &Folder) -> Result<()> {
    let ports = ports::take(options)?;
    folder.write_defaults(&ports)?;
    let urls: Vec<_> = ports.iter().map(|(name, at)| (*name, ports::url(options, *at))).collect();
    folder.move_defaults(&urls)?;
    let standing = Standing::start(options, folder, &ports).await?;
    let stand = Stand { addresses: standing.addresses(options), ca: options.authority() };
    let ended = {
        let mut stop = pin!(chassis::stop_signal());
        tokio::select! {
            biased;
            stopped = &mut stop => stopped.map_err(Into::into),
            ready = get_ready(options, folder, &stand) => match ready {
                Ok(()) => stop.await.map_err(Into::into),
                Err(error) => Err(error),
            },
        }
    };
    // Whoever still looks for us should not find where we were.
    folder.untell();
    let stopped = standing.stop().await;
    ended.and(stopped)
}

/// Asks everybody's health, tells clients where to go, loads the demo, and says so.
async fn get_ready(options: &Serve, folder: &Folder, stand: &Stand) -> Result<()> {
    for service in suite::built() {
        let address =
            stand.addresses.get(service.name).with_context(|| format!("{} has no address", service.name))?;
        health::serving(address, stand.ca.as_deref(), service).await?;
    }
    folder.tell(stand.addresses.clone())?;
    let demo = if options.demo { demo::load(folder, stand).await? } else { demo::Demo::default() };
    say(greeting::greeting(options, stand, &demo))?;
    let all: Vec<_> = stand.addresses.iter().map(|(name, address)| format!("{name} at {address}")).collect();
    say(format!("ready: {}", all.join(", ")))
}
