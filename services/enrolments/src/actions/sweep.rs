//! What the passing of time does: on its first day an enrolment that was made by hand becomes active. Replicas may
//! sweep at once: each enrolment is looked at again under its lock, and beginning twice changes nothing.

mod syncs;

use crate::{
    Enrolments,
    changes::enrolment_change,
    domain::{EnrolmentName, EnrolmentState},
    error::Error,
    store,
};
use ledger::{ChangeKind, Fault, retrying};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use vocabulary::Scope;

const EVERY: Duration = Duration::from_secs(60);
const AT_ONCE: u32 = 500;

impl Enrolments {
    /// Begins what was to begin by today; says how many.
    ///
    /// # Errors
    /// Storage fails.
    pub async fn sweep(&self) -> Result<usize, Error> {
        let today = self.rules_now()?.day(self.ledger.clock.now()).to_string();
        let due = {
            let tx = self.ledger.database.read(&Scope::Service, None).await?;
            store::enrolments::to_begin(&tx, &today, AT_ONCE).await?
        };
        for name in &due {
            let (me, name) = (self.clone(), name.clone());
            // In a task of its own, as every write: what ends the sweeper leaves nothing half done.
            let begun = tokio::spawn(async move { retrying(|| me.begin(&name)).await }).await;
            begun.map_err(|_| Fault::Bug("beginning an enrolment panicked".into()))??;
        }
        Ok(due.len())
    }

    async fn begin(&self, name: &EnrolmentName) -> Result<(), Fault> {
        let mut unit = self.ledger.begin(&Scope::Service, None).await?;
        let found = store::enrolments::lock(unit.tx(), name).await?;
        let Some(mut enrolment) = found.filter(|found| found.state == EnrolmentState::Pending) else {
            return Ok(());
        };
        enrolment.enter(EnrolmentState::Active, unit.now());
        let change = enrolment_change(&enrolment, name.partner.clone(), ChangeKind::Updated);
        enrolment.revision = unit.revise(vec![change]).await?[0];
        store::enrolments::save(unit.tx(), &[&enrolment]).await?;
        self.ledger.commit(unit, vec![]).await?;
        Ok(())
    }

    /// Sweeps every minute until `stop`.
    pub async fn keep_sweeping(self, stop: CancellationToken) {
        loop {
            if let Err(error) = self.sweep().await {
                tracing::warn!(%error, "could not sweep; trying again");
            }
            if let Err(error) = self.sweep_syncs().await {
                tracing::warn!(%error, "could not sweep syncs; trying again");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }
}
