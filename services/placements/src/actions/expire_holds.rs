//! Frees the places of proposals that nobody answered in time. Any replica does so, whoever held them: what is overdue
//! is in the database, and each placement is looked at again under its lock.

use super::case::{Case, Reach, place};
use crate::{Placements, domain::PlacementName, error::Error, store};
use ledger::{Deed, Fault, retrying};
use vocabulary::Scope;

const AT_ONCE: u32 = 500;

impl Placements {
    /// Ends the proposals whose hold has run out; says how many were due.
    ///
    /// # Errors
    /// Storage fails.
    pub async fn expire_holds(&self) -> Result<usize, Error> {
        let now = self.ledger.clock.now();
        let due = {
            let tx = self.ledger.database.read(&Scope::Service, None).await?;
            store::placements::overdue(&tx, now, AT_ONCE).await?
        };
        for name in &due {
            let (me, name) = (self.clone(), name.clone());
            // In a task of its own, as every write: what ends the sweeper leaves nothing half done.
            let expired = tokio::spawn(async move { retrying(|| me.expire(&name)).await }).await;
            expired.map_err(|_| Fault::Bug("ending a hold panicked".into()))??;
        }
        Ok(due.len())
    }

    async fn expire(&self, name: &PlacementName) -> Result<(), Fault> {
        let mut unit = self.ledger.begin(&Scope::Service, None).await?;
        let reach = Reach { educator: false, ..Reach::PLACE };
        let Some(mut case) = Case::lock(&unit, name, reach).await? else { return Ok(()) };
        let host = case.placement.host().clone();
        let by = self.by_clock(&host, unit.now());
        let Ok(place) = place(&mut case.need, &mut case.offer) else { return Ok(()) };
        let Some(event) = case.placement.expire(place, &by) else { return Ok(()) };
        case.keep(self, &mut unit, Some(event), &host).await?;
        unit.enter(Deed::by(host, by.actor, "expire_holds", name.to_string()));
        self.ledger.commit(unit, vec![]).await?;
        Ok(())
    }
}
