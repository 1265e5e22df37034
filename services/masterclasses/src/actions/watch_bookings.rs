//! WatchBookings.

use super::permit;
use crate::{
    Masterclasses,
    domain::{Booking, SessionName},
    error::Error,
    store,
};
use futures_util::Stream;
use ledger::{FeedRow, Seen, Since};
use std::{collections::HashMap, sync::Arc};
use vocabulary::Call;

/// Which bookings to watch, and from where in the feed.
#[derive(Clone, Debug)]
pub struct WatchBookings {
    /// `None` is every session.
    pub session: Option<SessionName>,
    pub since: Since,
}

impl Masterclasses {
    /// Every change to the bookings that the caller may see: first what is kept since the beginning asked for, then
    /// live, with a checkpoint when all has been told and every five seconds after that.
    ///
    /// The stream ends with [`Error::ResyncRequired`] where what comes next is no longer kept.
    pub fn watch_bookings(
        &self,
        call: Call,
        ask: WatchBookings,
    ) -> impl Stream<Item = Result<Seen<Booking>, Error>> + use<> {
        let span = tracing::info_span!("watch_bookings");
        let (ledger, since) = (self.ledger.clone(), ask.since);
        let watcher = Arc::new(Watcher { app: self.clone(), call, ask });
        ledger::watch(ledger, since, span, move |rows| {
            let watcher = watcher.clone();
            async move { watcher.look(rows).await }
        })
    }
}

struct Watcher {
    app: Masterclasses,
    call: Call,
    ask: WatchBookings,
}

impl Watcher {
    /// Reads the bookings of these changes under the caller's rights as they are now.
    async fn look(&self, rows: Vec<Arc<FeedRow>>) -> Result<Vec<Seen<Booking>>, Error> {
        let caller = &self.call.caller;
        let prefix = self.ask.session.as_ref().map(|session| format!("{session}/"));
        let wanted = |row: &Arc<FeedRow>| {
            row.collection == "bookings"
                && row.visible_to(&caller.partner)
                && prefix.as_ref().is_none_or(|prefix| row.resource.starts_with(prefix))
        };
        let rows: Vec<Arc<FeedRow>> = rows.into_iter().filter(wanted).collect();
        if rows.is_empty() {
            return Ok(vec![]);
        }
        let mut ids: Vec<String> =
            rows.iter().filter_map(|row| row.resource.rsplit('/').next().map(str::to_owned)).collect();
        ids.sort_unstable();
        ids.dedup();
        let tx = self.app.ledger.database.read(&self.call.scope(), None).await?;
        let found: HashMap<String, Booking> = store::bookings::by_ids(&tx, &ids)
            .await?
            .into_iter()
            .filter(|booking| permit::may_see(caller, booking))
            .map(|booking| (booking.name.to_string(), booking.without_needs()))
            .collect();
        tx.commit().await?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let booking = found.get(&row.resource).cloned().map(Box::new);
                Seen::Change(row, booking)
            })
            .collect())
    }
}
