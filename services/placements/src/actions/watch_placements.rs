//! WatchPlacements.

use crate::{
    Placements,
    domain::{Placement, PlacementName},
    error::Error,
    store,
};
use futures_util::Stream;
use ledger::{FeedRow, Seen, Since};
use std::{collections::HashMap, sync::Arc};
use vocabulary::{Call, PartnerId};

/// Which placements to watch, and from where in the feed.
#[derive(Clone, Debug)]
pub struct WatchPlacements {
    /// `None` is every host, and every university.
    pub host: Option<PartnerId>,
    pub university: Option<PartnerId>,
    pub since: Since,
}

impl Placements {
    /// Every change to the placements that the caller may see: first what is kept since the beginning asked for, then
    /// live, with a checkpoint when all has been told and every five seconds after that.
    ///
    /// The stream ends with [`Error::ResyncRequired`] where what comes next is no longer kept.
    pub fn watch_placements(
        &self,
        call: Call,
        ask: WatchPlacements,
    ) -> impl Stream<Item = Result<Seen<Placement>, Error>> + use<> {
        let span = tracing::info_span!("watch_placements");
        let (ledger, since) = (self.ledger.clone(), ask.since);
        let watcher = Arc::new(Watcher { app: self.clone(), call, ask });
        ledger::watch(ledger, since, span, move |rows| {
            let watcher = watcher.clone();
            async move { watcher.look(rows).await }
        })
    }
}

struct Watcher {
    app: Placements,
    call: Call,
    ask: WatchPlacements,
}

impl Watcher {
    /// Reads the placements of these changes under the caller's rights as they are now. Parties never change, and no
    /// placement is removed: one that is not found is none of the caller's.
    async fn look(&self, rows: Vec<Arc<FeedRow>>) -> Result<Vec<Seen<Placement>>, Error> {
        let me = &self.call.caller.partner;
        let wanted = |row: &Arc<FeedRow>| row.collection == "placements" && row.visible_to(me);
        let rows: Vec<Arc<FeedRow>> = rows.into_iter().filter(wanted).collect();
        let names = rows.iter().filter_map(|row| row.resource.parse::<PlacementName>().ok());
        let mut ids: Vec<String> = names.map(|name| name.0.to_string()).collect();
        if ids.is_empty() {
            return Ok(vec![]);
        }
        ids.sort_unstable();
        ids.dedup();
        let tx = self.app.ledger.database.read(&self.call.scope(), None).await?;
        let found = store::placements::by_ids(&tx, &ids).await?;
        tx.commit().await?;
        let found = found.into_iter().filter(|placement| self.is_asked_for(placement));
        let found: HashMap<String, Placement> =
            found.map(|placement| (placement.name.to_string(), placement)).collect();
        let seen = |row: Arc<FeedRow>| {
            let placement = found.get(&row.resource).cloned().map(Box::new)?;
            Some(Seen::Change(row, Some(placement)))
        };
        Ok(rows.into_iter().filter_map(seen).collect())
    }

    fn is_asked_for(&self, placement: &Placement) -> bool {
        let is =
            |asked: &Option<PartnerId>, party: &PartnerId| asked.as_ref().is_none_or(|asked| asked == party);
        is(&self.ask.host, placement.host()) && is(&self.ask.university, placement.university())
    }
}
