//! Following the feed: one task a process learns what was committed, here or elsewhere, and tells whoever waits.
//! What was committed here is handed to it, and is told without reading it where it comes next; it is woken by NOTIFY
//! after a commit elsewhere, and looks every half second besides: the table is the truth, all else only saves time.

use crate::{Database, Fault, FeedRow, feed};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use vocabulary::{Revision, Scope};

const POLL: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_secs(1);
/// Changes kept in memory, so that many watchers do not read the same rows from the database.
const RING: usize = 8_192;
const PAGE: u64 = 1_000;

/// What the follower tells the service: the changes that it read, in order, or nothing where it could not read.
pub type Tell = Box<dyn Fn(Option<&[Arc<FeedRow>]>, Revision) + Send + Sync>;

/// The process's place in the feed. Cheap to clone.
#[derive(Clone)]
pub struct Follower(Arc<Inner>);

struct Inner {
    /// Tells this process's announcements from others'.
    name: String,
    wake: Notify,
    committed: Mutex<Committed>,
    announce: Notify,
    seen: watch::Sender<i64>,
    ring: RwLock<VecDeque<Arc<FeedRow>>>,
}

/// What the follower was told of since it last looked.
#[derive(Default)]
struct Committed {
    rows: Vec<FeedRow>,
    /// Something was committed that is not among them.
    more: bool,
}

impl Committed {
    /// Takes what comes next after `seen`, in order, and says whether the table has to be read after it. Commits here may
    /// be told of in another order than they were made in, and others made between them.
    fn take(&mut self, seen: i64) -> (Vec<Arc<FeedRow>>, bool) {
        let Self { mut rows, more } = std::mem::take(self);
        rows.retain(|row| row.seq > seen);
        rows.sort_unstable_by_key(|row| row.seq);
        let told = rows.len();
        let next: Vec<_> = (seen + 1..).zip(rows).take_while(|(seq, row)| row.seq == *seq).collect();
        let more = more || next.len() < told;
        (next.into_iter().map(|(_, row)| Arc::new(row)).collect(), more)
    }
}

/// Changes read for one watcher.
#[derive(Debug)]
pub enum Tail {
    Rows(Vec<Arc<FeedRow>>),
    /// What would come next has been forgotten: start again from a snapshot.
    Gone,
}

impl Default for Follower {
    fn default() -> Self {
        Self(Arc::new(Inner {
            name: vocabulary::Ids.next(),
            wake: Notify::new(),
            committed: Mutex::default(),
            announce: Notify::new(),
            seen: watch::Sender::new(0),
            ring: RwLock::default(),
        }))
    }
}

impl Follower {
    /// These changes were committed here.
    pub fn committed(&self, rows: Vec<FeedRow>) {
        if rows.is_empty() {
            return;
        }
        {
            let mut committed = self.told();
            if committed.rows.len() + rows.len() > RING {
                *committed = Committed { rows: Vec::new(), more: true };
            } else {
                committed.rows.extend(rows);
            }
        }
        self.0.wake.notify_one();
        self.0.announce.notify_one();
    }

    /// Something was committed here that is best read from the table.
    pub fn wake(&self) {
        self.look();
        self.0.announce.notify_one();
    }

    fn look(&self) {
        self.told().more = true;
        self.0.wake.notify_one();
    }

    /// A panic elsewhere leaves it whole.
    fn told(&self) -> std::sync::MutexGuard<'_, Committed> {
        self.0.committed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The position up to which this process has read the feed.
    pub fn seen(&self) -> Revision {
        Revision(*self.0.seen.borrow())
    }

    /// Resolves when the feed has been read past `position`.
    pub async fn past(&self, position: i64) {
        let mut seen = self.0.seen.subscribe();
        // The sender lives in self, so this cannot fail.
        let _ = seen.wait_for(|seen| *seen > position).await;
    }

    /// Starts where the feed stands, then follows it until `stop`.
    ///
    /// # Errors
    /// The feed cannot be read now.
    pub async fn start(&self, database: Database, tell: Tell, stop: CancellationToken) -> Result<(), Fault> {
        let tx = database.read(&Scope::Service, None).await?;
        let (_, last) = feed::bounds(&tx).await?;
        self.0.seen.send_replace(last);
        tell(Some(&[]), Revision(last));
        if let Some(pool) = database.pg_pool() {
            let channel = format!("practicum_{}", database.schema());
            tokio::spawn(self.clone().listen(pool.clone(), channel.clone(), stop.clone()));
            tokio::spawn(self.clone().announce(pool.clone(), channel, stop.clone()));
        }
        tokio::spawn(self.clone().follow(database, tell, stop));
        Ok(())
    }

    async fn follow(self, database: Database, tell: Tell, stop: CancellationToken) {
        loop {
            let woken = tokio::select! {
                () = stop.cancelled() => return,
                () = self.0.wake.notified() => true,
                () = tokio::time::sleep(POLL) => false,
            };
            let (next, more) = self.told().take(self.seen().0);
            if !next.is_empty() {
                self.tell(next, &tell);
            }
            if woken && !more {
                continue;
            }
            while match self.advance(&database, &tell).await {
                Ok(more) => more,
                Err(_) => {
                    tell(None, self.seen());
                    false
                }
            } {}
        }
    }

    /// Reads one page; says whether there may be more.
    async fn advance(&self, database: &Database, tell: &Tell) -> Result<bool, Fault> {
        let seen = self.seen().0;
        // A frozen database is as good as none: what is in memory must then not be believed.
        let read = tokio::time::timeout(PATIENCE, feed::next(database, seen, PAGE)).await;
        let rows = read.map_err(|_| Fault::Unavailable("the feed does not answer".into()))??;
        let full = rows.len() as u64 == PAGE;
        self.tell(rows.into_iter().map(Arc::new).collect(), tell);
        Ok(full)
    }

    /// Keeps what comes next, and tells everybody.
    fn tell(&self, rows: Vec<Arc<FeedRow>>, tell: &Tell) {
        let seen = self.seen().0;
        let last = rows.last().map_or(seen, |row| row.seq);
        {
            // Poisoning would need a panic between these lines; the ring is whole in any case.
            let mut ring = self.0.ring.write().unwrap_or_else(PoisonError::into_inner);
            ring.extend(rows.iter().cloned());
            let surplus = ring.len().saturating_sub(RING);
            ring.drain(..surplus);
        }
        tell(Some(&rows), Revision(last));
        if last > seen {
            self.0.seen.send_replace(last);
        }
    }

    /// Up to `limit` changes after `position`: from memory where they are there, else from the table.
    ///
    /// # Errors
    /// Storage fails.
    pub async fn read(&self, database: &Database, position: i64, limit: usize) -> Result<Tail, Fault> {
        let kept = {
            let ring = self.0.ring.read().unwrap_or_else(PoisonError::into_inner);
            match ring.front() {
                Some(first) if first.seq <= position + 1 => {
                    let skip = usize::try_from(position + 1 - first.seq).unwrap_or(usize::MAX);
                    Some(ring.iter().skip(skip).take(limit).cloned().collect())
                }
                _ => None,
            }
        };
        if let Some(rows) = kept {
            return Ok(Tail::Rows(rows));
        }
        let tx = database.read(&Scope::Service, None).await?;
        let (first, last) = feed::bounds(&tx).await?;
        if position + 1 < first || position > last {
            return Ok(Tail::Gone);
        }
        Ok(Tail::Rows(feed::after(&tx, position, limit as u64).await?.into_iter().map(Arc::new).collect()))
    }

    /// The position before the oldest change that is kept.
    ///
    /// # Errors
    /// Storage fails.
    pub async fn oldest(&self, database: &Database) -> Result<i64, Fault> {
        let tx = database.read(&Scope::Service, None).await?;
        Ok(feed::bounds(&tx).await?.0 - 1)
    }

    async fn listen(self, pool: sqlx::PgPool, channel: String, stop: CancellationToken) {
        loop {
            let listening = async {
                let mut listener = sqlx::postgres::PgListener::connect_with(&pool).await?;
                listener.listen(&channel).await?;
                loop {
                    // What this process announced it knows already.
                    if listener.recv().await?.payload() != self.0.name {
                        self.look();
                    }
                }
            };
            let lost: Result<(), sqlx::Error> = tokio::select! {
                () = stop.cancelled() => return,
                lost = listening => lost,
            };
            drop(lost);
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    /// Tells other replicas, in a transaction of its own: NOTIFY inside a write would make all writers of the
    /// database wait for each other. At most fifty a second, however many commits there were.
    async fn announce(self, pool: sqlx::PgPool, channel: String, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.0.announce.notified() => {}
            }
            let _ = sqlx::query("SELECT pg_notify($1, $2)")
                .bind(&channel)
                .bind(&self.0.name)
                .execute(&pool)
                .await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ChangeKind;

    fn row(seq: i64) -> FeedRow {
        let (collection, viewers) = ("bookings".into(), "*".into());
        let resource = format!("bookings/{seq}");
        FeedRow { seq, at_us: 0, collection, resource, kind: ChangeKind::Created, viewers, actor: "a".into() }
    }

    /// What of these commits is told after `seen`, and whether the table is read after it.
    fn told(seen: i64, commits: &[&[i64]]) -> (Vec<i64>, bool) {
        let rows = commits.concat().into_iter().map(row).collect();
        let mut committed = Committed { rows, more: false };
        let (next, more) = committed.take(seen);
        assert!(committed.rows.is_empty() && !committed.more);
        (next.iter().map(|row| row.seq).collect(), more)
    }

    #[test]
    fn what_was_committed_here_is_told_as_far_as_nothing_lies_between() {
        assert_eq!(told(3, &[&[4, 5], &[6]]), (vec![4, 5, 6], false));
        assert_eq!(told(3, &[&[6], &[4, 5]]), (vec![4, 5, 6], false), "told of in another order");
        assert_eq!(told(3, &[&[4], &[6, 7]]), (vec![4], true), "5 was committed elsewhere");
        assert_eq!(told(3, &[&[5, 6]]), (vec![], true), "so was 4");
        assert_eq!(told(5, &[&[4, 5], &[6]]), (vec![6], false), "the first were read already");
        assert_eq!(told(5, &[]), (vec![], false));
    }
}
