//! What the passing of time does: an open offer whose window has passed lapses. Replicas may sweep at once: each offer
//! is looked at again under its lock, and lapsing twice changes nothing.

use crate::{Placements, changes::offer_change, domain::OfferName, error::Error, store};
use ledger::{ChangeKind, Fault, retrying};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use vocabulary::Scope;

/// What a sweep finds is over at most so much later than it could be.
const EVERY: Duration = Duration::from_secs(30);
const AT_ONCE: u32 = 500;

impl Placements {
    /// Ends the offers whose window has passed; says how many were due.
    ///
    /// # Errors
    /// Storage fails.
    pub async fn sweep(&self) -> Result<usize, Error> {
        let today = self.today(self.ledger.clock.now()).0.to_string();
        let due = {
            let tx = self.ledger.database.read(&Scope::Service, None).await?;
            store::offers::to_lapse(&tx, &today, AT_ONCE).await?
        };
        for name in &due {
            let (me, name) = (self.clone(), name.clone());
            // In a task of its own, as every write: what ends the sweeper leaves nothing half done.
            let lapsed = tokio::spawn(async move { retrying(|| me.lapse(&name)).await }).await;
            lapsed.map_err(|_| Fault::Bug("lapsing an offer panicked".into()))??;
        }
        Ok(due.len())
    }

    async fn lapse(&self, name: &OfferName) -> Result<(), Fault> {
        let mut unit = self.ledger.begin(&Scope::Service, None).await?;
        let Some(mut offer) = store::offers::lock(unit.tx(), name).await? else { return Ok(()) };
        let now = unit.now();
        if !offer.lapse(self.today(now).0, now) {
            return Ok(());
        }
        let change = offer_change(&offer, &self.universities, name.partner.clone(), ChangeKind::Updated);
        offer.revision = unit.revise(vec![change]).await?[0];
        store::offers::save(unit.tx(), &[&offer]).await?;
        self.ledger.commit(unit, vec![]).await?;
        Ok(())
    }

    /// Sweeps every half minute until `stop`.
    pub async fn keep_sweeping(self, stop: CancellationToken) {
        loop {
            if let Err(error) = self.sweep().await {
                tracing::warn!(%error, "could not sweep offers; trying again");
            }
            if let Err(error) = self.expire_holds().await {
                tracing::warn!(%error, "could not end holds; trying again");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }
}
