//! What the passing of time does: offers run out, fences are released. Replicas may sweep at once: each session is
//! settled under its lock, and settling it twice changes nothing.

use crate::{Masterclasses, domain::SessionName, error::Error, store};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use vocabulary::Scope;

const EVERY: Duration = Duration::from_secs(1);
const AT_ONCE: u32 = 200;

impl Masterclasses {
    /// Looks at every session in which something has fallen due; says how many there were.
    ///
    /// # Errors
    /// Storage fails.
    pub async fn sweep(&self) -> Result<usize, Error> {
        let due = {
            let tx = self.ledger.database.read(&Scope::Service, None).await?;
            store::sessions::due(&tx, &self.ledger.clock, AT_ONCE).await?
        };
        let names: Vec<SessionName> = due.iter().filter_map(|key| SessionName::from_key(key).ok()).collect();
        for settled in
            futures_util::future::join_all(names.into_iter().map(|name| self.desk.settle(name))).await
        {
            settled?;
        }
        Ok(due.len())
    }

    /// Sweeps every second until `stop`.
    pub async fn keep_sweeping(self, stop: CancellationToken) {
        loop {
            if let Err(error) = self.sweep().await {
                tracing::warn!(%error, "could not sweep; trying again");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }
}
