//! WatchBookings.

use super::permit;
use crate::{
    Masterclasses,
    domain::{Booking, SessionName},
    error::Error,
    store,
};
use futures_util::Stream;
use ledger::{FeedRow, Tail};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tracing::Instrument;
use vocabulary::{Call, Revision};

const CHECKPOINT: Duration = Duration::from_secs(5);
const AT_ONCE: usize = 500;

/// Which bookings to watch, and from where in the feed.
#[derive(Clone, Debug)]
pub struct WatchBookings {
    /// `None` is every session.
    pub session: Option<SessionName>,
    pub from: From,
}

/// Where to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    Oldest,
    Now,
    After(Revision),
}

/// One thing that a watcher is told.
#[derive(Debug)]
pub enum Seen {
    /// A change, and the booking as it is now: at least as new as the change, and absent where the caller may no
    /// longer see it.
    Change(Arc<FeedRow>, Option<Box<Booking>>),
    /// Everything up to here has been told.
    Checkpoint(Revision),
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
    ) -> impl Stream<Item = Result<Seen, Error>> + use<> {
        let span = tracing::info_span!("watch_bookings");
        let watcher = Watcher { app: self.clone(), call, ask, position: None, told: None };
        futures_util::stream::try_unfold(
            (watcher, Vec::new().into_iter(), span),
            |(mut watcher, mut ready, span)| async move {
                loop {
                    if let Some(seen) = ready.next() {
                        return Ok(Some((seen, (watcher, ready, span))));
                    }
                    ready = watcher.next().instrument(span.clone()).await?.into_iter();
                }
            },
        )
    }
}

struct Watcher {
    app: Masterclasses,
    call: Call,
    ask: WatchBookings,
    position: Option<i64>,
    /// The position last told in a checkpoint.
    told: Option<i64>,
}

impl Watcher {
    /// What to tell next; waits for it.
    async fn next(&mut self) -> Result<Vec<Seen>, Error> {
        let position = match self.position {
            Some(position) => position,
            None => self.begin().await?,
        };
        let ledger = &self.app.ledger;
        let rows = match ledger.follower.read(&ledger.database, position, AT_ONCE).await? {
            Tail::Gone => return Err(Error::ResyncRequired),
            Tail::Rows(rows) => rows,
        };
        let Some(last) = rows.last().map(|row| row.seq) else {
            return Ok(self.wait(position).await);
        };
        let seen = self.look(rows).await?;
        self.position = Some(last);
        Ok(seen)
    }

    async fn begin(&mut self) -> Result<i64, Error> {
        let ledger = &self.app.ledger;
        let position = match self.ask.from {
            From::Oldest => ledger.follower.oldest(&ledger.database).await?,
            From::Now => ledger.follower.seen().0,
            From::After(revision) => revision.0,
        };
        self.position = Some(position);
        Ok(position)
    }

    /// Tells that all has been told, if that is news; otherwise waits for a change or for the next checkpoint.
    async fn wait(&mut self, position: i64) -> Vec<Seen> {
        if self.told != Some(position) {
            self.told = Some(position);
            return vec![Seen::Checkpoint(Revision(position))];
        }
        let follower = &self.app.ledger.follower;
        match tokio::time::timeout(CHECKPOINT, follower.past(position)).await {
            Ok(()) => vec![],
            Err(_) => vec![Seen::Checkpoint(Revision(position))],
        }
    }

    /// Reads the bookings of these changes under the caller's rights as they are now.
    async fn look(&self, rows: Vec<Arc<FeedRow>>) -> Result<Vec<Seen>, Error> {
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
