//! A watcher's way through the feed: what is kept since where it began, then live.

use crate::{Fault, FeedRow, Ledger, Tail};
use std::{sync::Arc, time::Duration};
use vocabulary::Revision;

/// How often a watcher to whom nothing happens is told where it stands.
const CHECKPOINT: Duration = Duration::from_secs(5);
const AT_ONCE: usize = 500;

/// Where to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// The oldest change that is kept.
    Oldest,
    Now,
    After(Revision),
}

/// One stretch of the way.
#[derive(Debug)]
pub enum Step {
    /// Changes to anything by anybody, in order: what the watcher may be told of them is the service's to say.
    Rows(Vec<Arc<FeedRow>>),
    /// Everything up to here has been walked past.
    Checkpoint(Revision),
    /// What comes next is no longer kept.
    Gone,
}

/// One watcher.
#[derive(Debug)]
pub struct Walk {
    since: Since,
    position: Option<i64>,
    /// The position last told in a checkpoint.
    told: Option<i64>,
}

impl Walk {
    pub fn new(since: Since) -> Self {
        Self { since, position: None, told: None }
    }

    /// The next stretch; waits for it. A checkpoint comes when everything has been told, and every five seconds after
    /// that.
    ///
    /// # Errors
    /// Storage fails.
    pub async fn next(&mut self, ledger: &Ledger) -> Result<Step, Fault> {
        let position = match self.position {
            Some(position) => position,
            None => self.begin(ledger).await?,
        };
        loop {
            let rows = match ledger.follower.read(&ledger.database, position, AT_ONCE).await? {
                Tail::Gone => return Ok(Step::Gone),
                Tail::Rows(rows) => rows,
            };
            if let Some(last) = rows.last() {
                self.position = Some(last.seq);
                return Ok(Step::Rows(rows));
            }
            let waited = tokio::time::timeout(CHECKPOINT, ledger.follower.past(position));
            if self.told != Some(position) || waited.await.is_err() {
                self.told = Some(position);
                return Ok(Step::Checkpoint(Revision(position)));
            }
        }
    }

    async fn begin(&mut self, ledger: &Ledger) -> Result<i64, Fault> {
        let position = match self.since {
            Since::Oldest => ledger.follower.oldest(&ledger.database).await?,
            Since::Now => ledger.follower.seen().0,
            Since::After(revision) => revision.0,
        };
        self.position = Some(position);
        Ok(position)
    }
}
