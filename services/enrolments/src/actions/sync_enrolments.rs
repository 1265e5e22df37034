//! SyncEnrolments: receiving a run, batch by batch. What ends a stream in any way but by its finish message leaves a run
//! that has changed nothing, and that the next stream goes on with.
//!
//! Whoever calls these does so from a task of the server's: a client that goes away must not stop a transaction.

mod conclude;
mod open;

pub(super) use conclude::AN_HOUR;

pub use crate::store::sync::Progress as SyncProgress;
use crate::{
    Enrolments,
    domain::{
        Refusal,
        sync::{
            Checker, Clear, Code, Hasher, Index, Named, Record, Reject, Seen, SyncRunName, Tally,
            hash::BatchHash, reject::Wrong, run::Opening, seen,
        },
    },
    error::Error,
    store::sync::{
        Staging, batches,
        batches::{Batch, Stage, Stored, Turn},
    },
};

use ledger::{Fault, retrying};
use std::{collections::VecDeque, time::Duration};
use tokio::{sync::watch, task::JoinHandle};
use tracing::Instrument;
use vocabulary::{Call, Deadline, Scope};

/// Batches that are stored at once: PostgreSQL writes the rows of one while those of the next are on their way.
const AT_ONCE: usize = 2;
/// The longest that storing a batch may take.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Clone, Debug)]
pub struct OpenSync {
    pub name: SyncRunName,
    pub opening: Opening,
}

/// A batch is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    pub sequence: i64,
    /// Records of the run stored by then.
    pub records: i64,
}

/// A run that one stream receives: what it compares records with is in memory, what it stored is in the tables.
pub struct Receiving {
    app: Enrolments,
    call: Call,
    name: SyncRunName,
    epoch: i64,
    next_sequence: i64,
    records: i64,
    index: Index,
    seen: Seen,
    named: Named,
    checker: Checker,
    hasher: Hasher,
    /// The batches that are being stored, and what each will have come to.
    under_way: VecDeque<(JoinHandle<Result<Stored, Fault>>, Accepted)>,
    /// How far the last of them is.
    last: watch::Receiver<Stage>,
}

impl Receiving {
    pub fn name(&self) -> &SyncRunName {
        &self.name
    }

    pub fn next_sequence(&self) -> i64 {
        self.next_sequence
    }

    pub fn records(&self) -> i64 {
        self.records
    }

    /// What need not be looked for any more. It counts for what this stream finishes, and for nothing else.
    pub fn clear(&self) -> Clear {
        self.named.clear()
    }

    /// Looks at a batch and begins to store it, beside the one before it. Answers the batches that are stored by then, but
    /// those that [`Receiving::stored`] has.
    ///
    /// # Errors
    /// It is not the next one, or another of its number is stored; else as [`Receiving::stored`].
    pub async fn take(&mut self, sequence: i64, records: Vec<Record>) -> Result<Vec<Accepted>, Error> {
        if sequence > self.next_sequence {
            return Err(Refusal::SequenceGap { next: self.next_sequence }.into());
        }
        if sequence < self.next_sequence {
            let mut stored = self.all_stored().await?;
            self.again(sequence, &records).await?;
            stored.push(Accepted { sequence, records: self.records });
            return Ok(stored);
        }
        let batch = self.judge(sequence, &records);
        drop(records);
        let stored = self.stored_but(AT_ONCE - 1).await?;
        self.next_sequence += 1;
        self.records += batch.records;
        let accepted = Accepted { sequence, records: self.records };
        let (database, name, epoch) = (self.app.ledger.database.clone(), self.name.clone(), self.epoch);
        let now = self.app.ledger.clock.now();
        let turn = Turn::after(&mut self.last);
        let store = async move {
            let deadline = || Deadline::after(PATIENCE);
            retrying(|| batches::store(&database, (&name, epoch), &batch, &turn, now, deadline())).await
        };
        self.under_way.push_back((tokio::spawn(store.in_current_span()), accepted));
        Ok(stored)
    }

    /// Waits for all that is being stored.
    ///
    /// # Errors
    /// As [`Receiving::stored`].
    pub async fn all_stored(&mut self) -> Result<Vec<Accepted>, Error> {
        self.stored_but(0).await
    }

    async fn stored_but(&mut self, left: usize) -> Result<Vec<Accepted>, Error> {
        let mut stored = Vec::new();
        while self.under_way.len() > left {
            stored.extend(self.stored().await?);
        }
        Ok(stored)
    }

    pub fn is_storing(&self) -> bool {
        !self.under_way.is_empty()
    }

    /// Waits for the first batch that is being stored. Whoever stops waiting may ask again.
    ///
    /// # Errors
    /// Another stream has taken the run over, or the run has ended; storage fails.
    pub async fn stored(&mut self) -> Result<Option<Accepted>, Error> {
        let Some((task, accepted)) = self.under_way.front_mut() else { return Ok(None) };
        let (done, accepted) = (task.await, *accepted);
        self.under_way.pop_front();
        match done.map_err(|_| Fault::Bug("storing a batch panicked".into()))?? {
            Stored::Yes => Ok(Some(accepted)),
            Stored::Fenced => Err(self.fenced().await?.into()),
        }
    }

    /// A batch that is stored already.
    async fn again(&mut self, sequence: i64, records: &[Record]) -> Result<(), Error> {
        let mut digest = BatchHash::default();
        records.iter().for_each(|record| digest.add(record, self.hasher.hash(record)));
        let digest = digest.finish();
        let scope = Scope::Partner(self.name.partner.clone());
        let tx = self.app.ledger.database.read(&scope, Some(Deadline::after(PATIENCE))).await?;
        let stored = batches::digest(&tx, &self.name, sequence).await?;
        if stored.is_none_or(|stored| stored != digest) {
            return Err(Refusal::BatchDiffers { sequence }.into());
        }
        Ok(())
    }

    /// Looks at each record: it is as it was, or refused, or to be planned for.
    fn judge(&mut self, sequence: i64, records: &[Record]) -> Batch {
        let dialect = self.app.ledger.database.dialect();
        let partner = self.name.partner.as_str();
        let mut staging = Staging::new(dialect, self.name.key(), partner);
        let (mut tally, mut met, mut digest) = (Tally::default(), Vec::new(), BatchHash::default());
        for (n, record) in (self.records..).zip(records) {
            let kind = record.kind().at();
            let hash = self.hasher.hash(record);
            digest.add(record, hash);
            tally.received[kind] += 1;
            let known = hash.filter(|_| !record.dropped).and_then(|hash| self.index.find(&hash));
            if let Some(ordinal) = known {
                if self.seen.meet(ordinal) {
                    met.push(ordinal);
                    self.named.note(record, false);
                    tally.unchanged[kind] += 1;
                } else {
                    staging.reject(Reject::of(n, record, twin(record)));
                }
                continue;
            }
            match self.checker.check(record) {
                Ok(()) => {
                    self.named.note(record, true);
                    staging.stage(n, record, hash.filter(|_| !record.dropped), &self.new_key(record));
                }
                Err(wrong) => staging.reject(Reject::of(n, record, wrong)),
            }
        }
        Batch {
            sequence,
            records: i64::try_from(records.len()).unwrap_or(i64::MAX),
            digest: digest.finish(),
            seen: seen::encode(&tally, &met),
            staging,
        }
    }

    /// The key that a record's row gets if it is new. A learner is called by their source id where that is a name; a run
    /// gets its last segment only, since its course may not be known yet.
    fn new_key(&self, record: &Record) -> String {
        use crate::domain::sync::Kind;
        let partner = &self.name.partner;
        match record.kind() {
            Kind::Learner if vocabulary::is_person_id(&record.source_id) => {
                format!("{partner}/{}", record.source_id)
            }
            Kind::CourseRun => self.app.ids.next(),
            Kind::Course | Kind::Learner | Kind::Enrolment => format!("{partner}/{}", self.app.ids.next()),
        }
    }
}

/// A second record of a row that has been met.
fn twin(record: &Record) -> Wrong {
    Wrong {
        field: "source_id",
        code: Code::DuplicateSourceId,
        found: crate::domain::sync::reject::shown(&record.source_id),
        expected: "a source_id once in a run".into(),
    }
}
