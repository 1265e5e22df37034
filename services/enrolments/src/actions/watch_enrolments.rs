//! WatchEnrolments.

use crate::{
    Enrolments,
    domain::{Enrolment, EnrolmentName},
    error::Error,
    store,
};
use futures_util::Stream;
use ledger::{FeedRow, Since, Step, Walk};
use std::{collections::HashMap, sync::Arc};
use tracing::Instrument;
use vocabulary::{Call, PartnerId, Revision};

/// Which enrolments to watch, and from where in the feed.
#[derive(Clone, Debug)]
pub struct WatchEnrolments {
    /// `None` is every university.
    pub university: Option<PartnerId>,
    pub since: Since,
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
        let walk = Walk::new(ask.since);
        let watcher = Watcher { app: self.clone(), call, ask, walk };
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
    walk: Walk,
}

impl Watcher {
    /// What to tell next; waits for it.
    async fn next(&mut self) -> Result<Vec<Seen>, Error> {
        match self.walk.next(&self.app.ledger).await? {
            Step::Gone => Err(Error::ResyncRequired),
            Step::Checkpoint(revision) => Ok(vec![Seen::Checkpoint(revision)]),
            Step::Rows(rows) => self.look(rows).await,
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
