//! A watcher's way through the feed: what is kept since where it began, then live.

use crate::{Fault, FeedRow, Ledger, Tail};
use futures_util::Stream;
use std::{sync::Arc, time::Duration};
use tracing::Instrument;
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

/// One thing that a watcher is told.
#[derive(Debug)]
pub enum Seen<T> {
    /// A change, and what changed as it is now: at least as new as the change, and absent where the caller may no
    /// longer see it.
    Change(Arc<FeedRow>, Option<Box<T>>),
    /// Everything up to here has been told.
    Checkpoint(Revision),
}

/// What comes next is no longer kept.
#[derive(Clone, Copy, Debug)]
pub struct Gone;

/// Every change that `look` makes of the feed's rows: first what is kept since the beginning asked for, then live, with
/// a checkpoint when all has been told and every five seconds after that. Each stretch of it is read within `span`.
///
/// The stream ends with [`Gone`] where what comes next is no longer kept.
pub fn watch<T, E, F>(
    ledger: Ledger,
    since: Since,
    span: tracing::Span,
    look: impl Fn(Vec<Arc<FeedRow>>) -> F + Send + Sync,
) -> impl Stream<Item = Result<Seen<T>, E>> + Send
where
    T: Send,
    E: From<Fault> + From<Gone> + Send,
    F: Future<Output = Result<Vec<Seen<T>>, E>> + Send,
{
    let begun = (Walk::new(since), ledger, look, Vec::new().into_iter(), span);
    futures_util::stream::try_unfold(begun, |(mut walk, ledger, look, mut ready, span)| async move {
        loop {
            if let Some(seen) = ready.next() {
                return Ok(Some((seen, (walk, ledger, look, ready, span))));
            }
            let stretch = async {
                match walk.next(&ledger).await? {
                    Step::Gone => Err(Gone.into()),
                    Step::Checkpoint(revision) => Ok(vec![Seen::Checkpoint(revision)]),
                    Step::Rows(rows) => look(rows).await,
                }
            };
            ready = stretch.instrument(span.clone()).await?.into_iter();
        }
    })
}
