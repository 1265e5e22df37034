//! WatchEnrolments.

use crate::{
    Enrolments,
    domain::{Enrolment, EnrolmentName},
    error::Error,
    store,
};
use futures_util::Stream;
use ledger::{FeedRow, Tail};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tracing::Instrument;
use vocabulary::{Call, PartnerId, Revision};

const CHECKPOINT: Duration = Duration::from_secs(5);
const AT_ONCE: usize = 500;

/// Which enrolments to watch, and from where in the feed.
#[derive(Clone, Debug)]
pub struct WatchEnrolments {
    /// `None` is every university.
    pub university: Option<PartnerId>,
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
    /// A change, and the enrolment as it is now: at least as new as the change, and absent where the caller may no
    /// longer see it.
    Change(Arc<FeedRow>, Option<Box<Enrolment>>),
    /// Everything up to here has been told.
    Checkpoint(Revision),
}

impl Enrolments {
    /// Every change to the enrolments that the caller may see: first what is kept since the beginning asked for, then
    /// live, with a checkpoint when all has been told and every five seconds after that.
    ///
    /// The stream ends with [`Error::ResyncRequired`] where what comes next is no longer kept.
    pub fn watch_enrolments(
        &self,
        call: Call,
        ask: WatchEnrolments,
    ) -> impl Stream<Item = Result<Seen, Error>> + use<> {
        let span = tracing::info_span!("watch_enrolments");
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
    app: Enrolments,
    call: Call,
    ask: WatchEnrolments,
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

    /// Reads the enrolments of these changes under the caller's rights as they are now.
    async fn look(&self, rows: Vec<Arc<FeedRow>>) -> Result<Vec<Seen>, Error> {
        let prefix = self.ask.university.as_ref().map(|university| format!("{}/", university.name()));
        let wanted = |row: &Arc<FeedRow>| {
            row.collection == "enrolments"
                && row.visible_to(&self.call.caller.partner)
                && prefix.as_ref().is_none_or(|prefix| row.resource.starts_with(prefix))
        };
        let rows: Vec<Arc<FeedRow>> = rows.into_iter().filter(wanted).collect();
        let names = rows.iter().filter_map(|row| row.resource.parse::<EnrolmentName>().ok());
        let mut keys: Vec<String> = names.map(|name| name.key()).collect();
        if keys.is_empty() {
            return Ok(vec![]);
        }
        keys.sort_unstable();
        keys.dedup();
        let tx = self.app.ledger.database.read(&self.call.scope(), None).await?;
        let found = store::enrolments::by_keys(&tx, &keys).await?;
        tx.commit().await?;
        let found: HashMap<String, Enrolment> =
            found.into_iter().map(|enrolment| (enrolment.name.to_string(), enrolment)).collect();
        let seen = |row: Arc<FeedRow>| {
            let enrolment = found.get(&row.resource).cloned().map(Box::new);
            Seen::Change(row, enrolment)
        };
        Ok(rows.into_iter().map(seen).collect())
    }
}
