//! The unit of work: a task that the server owns runs the transaction, so that a caller that goes away in the
//! middle leaves nothing half done.

use crate::{
    Answered, Change, Database, Deed, Fault, Fingerprint, Follower, Head, Key, Plant, Tx, answers, audit,
    feed,
};
use futures_util::future::BoxFuture;
use serde::{Serialize, de::DeserializeOwned};
use std::{sync::Arc, time::Duration};
use tracing::Instrument;
use vocabulary::{Call, Clock, Instant, RequestId, Revision, Scope, from_micros};

const TRIES: u32 = 5;

/// What a service's writes go through. Cheap to clone.
#[derive(Clone)]
pub struct Ledger {
    pub database: Database,
    pub clock: Clock,
    pub follower: Follower,
}

/// One write that somebody asks for.
#[derive(Clone, Debug)]
pub struct Write {
    pub call: Call,
    pub request_id: Option<RequestId>,
    pub fingerprint: Fingerprint,
    /// The resource that the audit log names.
    pub resource: String,
    /// Whose rows its transaction reaches.
    scope: Scope,
}

impl Write {
    /// A write that `call` asks for. `ask` is everything that the caller asked, and nothing else.
    ///
    /// # Errors
    /// `ask` cannot be serialised: a bug.
    pub fn of(
        call: &Call,
        request_id: Option<RequestId>,
        ask: &impl Serialize,
        resource: &impl ToString,
    ) -> Result<Self, Fault> {
        let fingerprint = Fingerprint::of(ask)?;
        let (call, resource, scope) = (call.clone(), resource.to_string(), call.scope());
        Ok(Self { call, request_id, fingerprint, resource, scope })
    }

    /// It changes rows of other partners too, and itself sees to it that the caller may.
    #[must_use]
    pub fn across(self) -> Self {
        Self { scope: Scope::Service, ..self }
    }
}

/// What a write answered, now or when its request id was first used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done<T> {
    pub value: T,
    /// The position of its last change: what `practicum-min-revision` waits for.
    pub revision: Revision,
}

/// What a unit's work may do.
pub struct Unit {
    tx: Tx,
    now: Instant,
    head: Option<Head>,
    block: Option<Block>,
    deeds: Vec<Deed>,
    /// [`Plant::NaiveFeed`]: where positions are drawn instead of in this transaction.
    apart: Option<Database>,
}

/// Positions that were drawn for changes which a query makes.
#[derive(Debug)]
struct Block {
    /// The position before the first.
    before: i64,
    last: i64,
    used: i64,
}

impl Unit {
    pub fn tx(&self) -> &Tx {
        &self.tx
    }

    /// The database's clock at the start of the unit.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// Draws a position for each change, in order. Call it once, when everything is decided: from here on the
    /// service's other writers wait.
    ///
    /// # Errors
    /// Storage fails, or positions were drawn already.
    pub async fn revise(&mut self, changes: Vec<Change>) -> Result<Vec<Revision>, Fault> {
        if self.head.is_some() {
            return Err(Fault::bug("positions were drawn twice in one unit"));
        }
        let mut head = self.take(changes.len()).await?;
        let revisions = changes.into_iter().map(|change| head.add(change)).collect();
        self.head = Some(head);
        Ok(revisions)
    }

    /// Draws positions for changes whose number is known before they are. Give them back, used, to
    /// [`Unit::drawn`].
    pub async fn draw(&self, n: usize) -> Result<Head, Fault> {
        self.take(n).await
    }

    /// The positions that were drawn, each with its change.
    pub fn drawn(&mut self, head: Head) {
        self.head = Some(head);
    }

    /// Draws `n` positions more for changes that [`Unit::feed`] enters, set by set, and answers the one before the
    /// first of them. Call it when everything is decided and locked: from the first call to the commit the service's
    /// other writers wait. Further calls continue where the last one ended.
    ///
    /// # Errors
    /// Storage fails, or positions were drawn in another way already.
    pub async fn block(&mut self, n: u64) -> Result<i64, Fault> {
        if self.head.is_some() || self.apart.is_some() {
            return Err(Fault::bug("positions were drawn in two ways in one unit"));
        }
        let n = i64::try_from(n).map_err(|_| Fault::bug("too many changes"))?;
        let before = feed::draw(&self.tx, n).await?;
        let block = self.block.get_or_insert(Block { before, last: before, used: 0 });
        block.last = before + n;
        Ok(before)
    }

    /// Enters the changes that a query makes: `SELECT` seq, at_us, collection, resource, kind (`c`, `u` or `r`), viewers
    /// (`*`, or ids with a space on either side of each) and actor. Answers how many. A position that was drawn and is
    /// not used fails the commit.
    ///
    /// # Errors
    /// Storage fails.
    pub async fn feed(&mut self, select: &str, values: Vec<sea_orm::Value>) -> Result<u64, Fault> {
        let entered = self.tx.run(&feed::insert_from(select), values).await?;
        if let Some(block) = &mut self.block {
            block.used += i64::try_from(entered).map_err(|_| Fault::bug("too many changes"))?;
        }
        Ok(entered)
    }

    /// The last position drawn; zero where none was.
    fn last(&self) -> Revision {
        let block = self.block.as_ref().filter(|block| block.last > block.before);
        block.map(|block| Revision(block.last)).or(self.head.as_ref().map(Head::last)).unwrap_or(Revision(0))
    }

    async fn take(&self, n: usize) -> Result<Head, Fault> {
        let now_us = vocabulary::micros(self.now);
        let Some(apart) = &self.apart else { return Head::take(&self.tx, n, now_us).await };
        let tx = apart.write(&Scope::Service, None).await?;
        let head = Head::take(&tx, n, now_us).await?;
        tx.commit().await?;
        Ok(head)
    }

    /// Enters something in the audit log, with the rest.
    pub fn enter(&mut self, deed: Deed) {
        self.deeds.push(deed);
    }

    /// The answers already given to any of these keys.
    pub async fn known(&self, keys: &[&str]) -> Result<Vec<crate::Known>, Fault> {
        answers::known(&self.tx, keys).await
    }

    /// Writes feed, audit log and answers, commits, and tells those who follow.
    async fn finish(self, ledger: &Ledger, mut kept: Vec<Answered>) -> Result<Revision, Fault> {
        let plant = ledger.database.plant();
        let now_us = vocabulary::micros(self.now);
        let revision = self.last();
        if let Some(block) = &self.block
            && block.used != block.last - block.before
        {
            return Err(Fault::bug(format!("{block:?}: not as many positions were used as drawn")));
        }
        if let Some(head) = &self.head
            && plant != Plant::NoFeed
        {
            head.write(&self.tx).await?;
        }
        audit::enter(&self.tx, &self.deeds, now_us).await?;
        if plant != Plant::NoAnswers {
            kept.iter_mut().for_each(|answer| answer.created_us = now_us);
            answers::keep(&self.tx, &kept).await?;
        }
        self.tx.commit().await?;
        match self.head {
            Some(head) if plant != Plant::NoFeed => ledger.follower.committed(head.into_rows()),
            _ if revision > Revision(0) => ledger.follower.wake(),
            _ => {}
        }
        Ok(revision)
    }
}

impl Ledger {
    /// Runs `work` once for a request id: the first time in a transaction with its answer, its feed entries and
    /// its audit line; afterwards it answers what it answered then. A refusal (`R`) is a fact, and is kept too;
    /// what its work had written is not. `with` is what the work works with, anew for each try.
    ///
    /// # Errors
    /// Storage fails, or contention outlasts five tries.
    pub async fn write<S, T, R, W>(&self, write: Write, with: S, work: W) -> Result<Outcome<T, R>, Fault>
    where
        S: Clone + Send + Sync + 'static,
        T: Serialize + DeserializeOwned + Send + 'static,
        R: Serialize + DeserializeOwned + Reason + Send + 'static,
        W: for<'u> Fn(&'u mut Unit, S) -> BoxFuture<'u, Result<Result<T, R>, Fault>> + Send + Sync + 'static,
    {
        let me = self.clone();
        let run = async move { retrying(|| me.attempt(&write, with.clone(), &work)).await }.in_current_span();
        if self.database.plant() == Plant::NoRollback {
            return run.await;
        }
        tokio::spawn(run).await.map_err(|_| Fault::bug("a unit of work panicked"))?
    }

    async fn attempt<S, T, R, W>(&self, write: &Write, with: S, work: &W) -> Result<Outcome<T, R>, Fault>
    where
        T: Serialize + DeserializeOwned,
        R: Serialize + DeserializeOwned + Reason,
        W: for<'u> Fn(&'u mut Unit, S) -> BoxFuture<'u, Result<Result<T, R>, Fault>>,
    {
        let key = write.request_id.map(|id| Key::new(&write.call, id));
        let mut unit = self.begin(&write.scope, Some(write.call.deadline)).await?;
        if let Some(key) = &key
            && let Some(known) = unit.known(&[key.as_str()]).await?.pop()
        {
            return Outcome::replay(&known, &write.fingerprint);
        }
        let answer = match work(&mut unit, with).await? {
            Ok(value) => Ok(value),
            Err(refusal) => {
                unit.tx.rollback().await?;
                unit = self.begin(&write.scope, Some(write.call.deadline)).await?;
                Err(refusal)
            }
        };
        let outcome = answer.as_ref().err().map_or("OK", Reason::reason);
        unit.enter(Deed::of(&write.call, write.resource.clone(), outcome));
        let revision = unit.last();
        let kept = match &key {
            Some(key) => {
                let text = serde_json::to_string(&answer)?;
                vec![Answered::new(key, &write.call, &write.fingerprint, text, revision)]
            }
            None => vec![],
        };
        unit.finish(self, kept).await?;
        Ok(Outcome::Answered(answer.map(|value| Done { value, revision })))
    }

    /// Begins a unit of the service's own, for the desk and the sweeper. The caller runs it in a task of the
    /// server's and ends it with [`Ledger::commit`].
    pub async fn begin(&self, scope: &Scope, deadline: Option<vocabulary::Deadline>) -> Result<Unit, Fault> {
        let tx = self.database.write(scope, deadline).await?;
        let now = self.now(&tx).await?;
        let apart = (self.database.plant() == Plant::NaiveFeed).then(|| self.database.clone());
        Ok(Unit { tx, now, head: None, block: None, deeds: Vec::new(), apart })
    }

    pub async fn commit(&self, unit: Unit, answers: Vec<Answered>) -> Result<Revision, Fault> {
        unit.finish(self, answers).await
    }

    /// Enters deeds that belong to no write: readings of protected data, refusals of a right.
    ///
    /// # Errors
    /// Storage fails: what was to be read must then not be shown.
    pub async fn enter(&self, deeds: Vec<Deed>) -> Result<(), Fault> {
        let me = self.clone();
        let deeds: Arc<[Deed]> = deeds.into();
        let run = async move {
            retrying(|| async {
                let tx = me.database.write(&Scope::Service, None).await?;
                let now = vocabulary::micros(me.now(&tx).await?);
                audit::enter(&tx, &deeds, now).await?;
                tx.commit().await
            })
            .await
        };
        tokio::spawn(run.in_current_span()).await.map_err(|_| Fault::bug("an audit entry panicked"))?
    }

    /// The audit log of a partner, newest first.
    pub async fn audit_list(
        &self,
        call: &Call,
        filter: &crate::AuditFilter,
        limit: u64,
    ) -> Result<Vec<crate::AuditRow>, Fault> {
        let tx = self.read(call).await?;
        audit::list(&tx, &call.caller.partner, filter, limit).await
    }

    /// Recomputes the chain of a partner's audit log.
    pub async fn audit_verify(
        &self,
        call: &Call,
        known: Option<(i64, String)>,
    ) -> Result<crate::Verdict, Fault> {
        let tx = self.read(call).await?;
        audit::verify(&tx, &call.caller.partner, known).await
    }

    async fn now(&self, tx: &Tx) -> Result<Instant, Fault> {
        let sql = format!("SELECT {} AS now", tx.dialect().now_sql());
        let row = tx.one(&sql, vec![]).await?.ok_or_else(|| Fault::bug("no clock"))?;
        Ok(from_micros(row.try_get::<i64>("", "now")? + self.clock.shift_micros()))
    }
}

/// How a refusal calls itself in the audit log: the reason that the caller sees.
pub trait Reason {
    fn reason(&self) -> &'static str;
}

/// What came of a write.
#[derive(Debug)]
pub enum Outcome<T, R> {
    Answered(Result<Done<T>, R>),
    /// The request id was used for another request.
    Reused,
}

impl<T: DeserializeOwned, R: DeserializeOwned> Outcome<T, R> {
    /// The answer given before, if the request is the same.
    pub fn replay(known: &crate::Known, fingerprint: &Fingerprint) -> Result<Self, Fault> {
        if !known.same(fingerprint) {
            return Ok(Outcome::Reused);
        }
        let answer: Result<T, R> = serde_json::from_str(&known.answer)?;
        Ok(Outcome::Answered(answer.map(|value| Done { value, revision: known.revision })))
    }
}

/// Runs a unit until it succeeds, fails for good, or has been tried five times, with growing random pauses.
pub async fn retrying<T, F, U>(mut unit: F) -> Result<T, Fault>
where
    F: FnMut() -> U,
    U: Future<Output = Result<T, Fault>>,
{
    let mut tried = 1;
    loop {
        match unit().await {
            Err(fault) if fault.may_pass() && tried < TRIES => {
                tokio::time::sleep(pause(tried)).await;
                tried += 1;
            }
            done => return done,
        }
    }
}

/// 2 to 4 ms, doubling. The fraction comes from the process's hasher seed: it need only differ between racers.
fn pause(tried: u32) -> Duration {
    use std::hash::{BuildHasher, RandomState};
    let jitter = RandomState::new().hash_one(tried) % 2_000;
    Duration::from_micros((2_000 + jitter) << (tried - 1))
}
