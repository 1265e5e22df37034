//! What the passing of time does: offers run out, fences are released. Replicas may sweep at once: each session is
//! settled under its lock, and settling it twice changes nothing.

use crate::{Masterclasses, error::Error, store};
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
        let count = due.len();
        let settles = due.into_iter().map(|(session, host)| self.desk.settle(session, host));
        for settled in futures_util::future::join_all(settles).await {
            settled?;
        }
        Ok(count)
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
