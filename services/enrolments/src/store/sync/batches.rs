//! `sync_batches`: what has been stored of a run, batch by batch, each whole or not at all.

use super::Staging;
use crate::domain::sync::{ContentHash, Seen, SyncRunName, Tally, seen};
use ledger::{Database, Fault, Tx};
use sea_orm::Value;
use tokio::sync::watch;
use vocabulary::{Deadline, Instant, Scope, micros};

/// One batch, ready to be stored.
pub struct Batch {
    pub sequence: i64,
    pub records: i64,
    pub digest: ContentHash,
    /// What it met of the rows that are there, coded.
    pub seen: Vec<u8>,
    pub staging: Staging,
}

/// Whether a stream may still store something: another one may have taken its run over, or ended it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    Yes,
    Fenced,
}

/// How far the storing of a batch has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    #[default]
    Waiting,
    /// It has its connection: whoever comes after cannot keep one from it.
    Begun,
    Stored,
}

/// The place of a batch among those of its stream that are under way. Their rows are written side by side; each waits
/// for the one before it to be stored before it counts.
pub struct Turn {
    before: watch::Receiver<Stage>,
    mine: watch::Sender<Stage>,
}

impl Turn {
    /// What tells of no batch: the first need not wait.
    pub fn none() -> watch::Receiver<Stage> {
        watch::channel(Stage::Stored).1
    }

    /// The turn after the batch that `last` tells of, which then tells of this one.
    pub fn after(last: &mut watch::Receiver<Stage>) -> Self {
        let (mine, next) = watch::channel(Stage::default());
        Self { before: std::mem::replace(last, next), mine }
    }

    /// Whether the one before has come so far: it has not, if it never will.
    async fn comes(&self, stage: Stage) -> bool {
        self.before.clone().wait_for(|so_far| *so_far >= stage).await.is_ok()
    }

    fn is_at(&self, stage: Stage) {
        self.mine.send_replace(stage);
    }
}

/// What PostgreSQL says where a key is there already.
const TWICE: &str = "23505";
const FENCE: &str = "UPDATE sync_runs SET records = records + $3, next_sequence = $4 + 1, touched_us = $5 \
     WHERE id = $1 AND epoch = $2 AND next_sequence = $4 AND state = 'receiving' AND NOT complete";
const INSERT: &str = "INSERT INTO sync_batches (run, sequence, partner, records, digest, seen) \
     VALUES ($1, $2, $3, $4, $5, $6)";

/// Stores a batch of the run that a stream opened as the `epoch`-th, when its turn comes. After one that was not stored it
/// is fenced too.
///
/// # Errors
/// Storage fails.
pub async fn store(
    database: &Database,
    (run, epoch): (&SyncRunName, i64),
    batch: &Batch,
    turn: &Turn,
    now: Instant,
    deadline: Deadline,
) -> Result<Stored, Fault> {
    let scope = Scope::Partner(run.partner.clone());
    let key = run.key();
    let fence: Vec<Value> = vec![
        key.as_str().into(),
        epoch.into(),
        batch.records.into(),
        batch.sequence.into(),
        micros(now).into(),
    ];
    let insert: Vec<Value> = vec![
        key.as_str().into(),
        batch.sequence.into(),
        run.partner.as_str().into(),
        batch.records.into(),
        batch.digest.to_vec().into(),
        batch.seen.clone().into(),
    ];
    if !turn.comes(Stage::Begun).await {
        return Ok(Stored::Fenced);
    }
    if let Some(mut load) = database.load(&scope, Some(deadline)).await? {
        turn.is_at(Stage::Begun);
        match batch.staging.load(&mut load).await {
            // Whoever has the run by now has stored records with these numbers.
            Err(Fault::Constraint(what)) if what.starts_with(TWICE) => return Ok(Stored::Fenced),
            done => done?,
        }
        if !turn.comes(Stage::Stored).await || load.run(FENCE, fence).await? == 0 {
            return Ok(Stored::Fenced);
        }
        load.run(INSERT, insert).await?;
        load.commit().await?;
        turn.is_at(Stage::Stored);
        return Ok(Stored::Yes);
    }
    // SQLite has one writer: whoever began first would keep it from the one before.
    if !turn.comes(Stage::Stored).await {
        return Ok(Stored::Fenced);
    }
    let tx = database.write(&scope, Some(deadline)).await?;
    if tx.run(FENCE, fence).await? == 0 {
        tx.rollback().await?;
        return Ok(Stored::Fenced);
    }
    tx.run(INSERT, insert).await?;
    batch.staging.insert(&tx).await?;
    tx.commit().await?;
    turn.is_at(Stage::Stored);
    Ok(Stored::Yes)
}

/// What a stored batch held, in sixteen bytes.
pub async fn digest(tx: &Tx, run: &SyncRunName, sequence: i64) -> Result<Option<Vec<u8>>, Fault> {
    let sql = "SELECT digest FROM sync_batches WHERE run = $1 AND sequence = $2";
    let row = tx.one(sql, vec![run.key().into(), sequence.into()]).await?;
    Ok(row.map(|row| row.try_get("", "digest")).transpose()?)
}

/// What all batches of a run met, and their counts.
pub async fn met(tx: &Tx, run: &SyncRunName) -> Result<(Seen, Tally), Fault> {
    const PAGE: usize = 1_000;
    let sql = format!(
        "SELECT sequence, seen FROM sync_batches WHERE run = $1 AND sequence > $2 ORDER BY sequence LIMIT {PAGE}"
    );
    let (mut met, mut tally, mut last) = (Seen::default(), Tally::default(), -1_i64);
    loop {
        let rows = tx.all(&sql, vec![run.key().into(), last.into()]).await?;
        for row in &rows {
            let bytes: Vec<u8> = row.try_get("", "seen")?;
            let read = seen::decode(&bytes, |ordinal| {
                met.meet(ordinal);
            });
            tally.add(&read.ok_or_else(|| Fault::Bug("a stored batch is malformed".into()))?);
            last = row.try_get("", "sequence")?;
        }
        if rows.len() < PAGE {
            return Ok((met, tally));
        }
    }
}
