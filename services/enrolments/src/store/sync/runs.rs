//! `sync_runs`: one row a run.

use crate::domain::sync::{CountsByKind, RunState, SyncRun, SyncRunName, run::Opening};
use crate::store::tables::{from_text, from_word, key, to_text, word};
use ledger::{Dialect, Fault, Tx};
use sea_orm::QueryResult;
use vocabulary::{Instant, PartnerId, Revision, from_micros, micros};

fn read(row: &QueryResult) -> Result<SyncRun, Fault> {
    let text = |column: &str| row.try_get::<String>("", column);
    let number = |column: &str| row.try_get::<i64>("", column);
    let instant = |column: &str| Ok::<_, Fault>(row.try_get::<Option<i64>>("", column)?.map(from_micros));
    Ok(SyncRun {
        name: key(SyncRunName::from_key(&text("id")?))?,
        revision: Revision(number("revision")?),
        opening: from_text::<Opening>(&text("opening")?)?,
        state: from_word::<RunState>(&text("state")?)?,
        guards: from_text(&text("guards")?)?,
        counts: from_text::<CountsByKind>(&text("counts")?)?,
        senders: from_text(&text("senders")?)?,
        epoch: number("epoch")?,
        records: number("records")?,
        next_sequence: number("next_sequence")?,
        complete: row.try_get("", "complete")?,
        base: text("base")?,
        created: from_micros(number("create_us")?),
        finished: instant("finish_us")?,
        expires: instant("expire_us")?,
    })
}

/// A run of the scope's partner.
pub async fn get(tx: &Tx, name: &SyncRunName) -> Result<Option<SyncRun>, Fault> {
    find(tx, name, "").await
}

/// As [`get`], and nobody else changes it before this transaction ends.
pub async fn lock(tx: &Tx, name: &SyncRunName) -> Result<Option<SyncRun>, Fault> {
    find(tx, name, tx.dialect().for_update()).await
}

/// Waits until nobody else plans, applies or undoes a run of this data set, and keeps others from it until this
/// transaction ends. What is read before is not to be relied on. Take it after the run's own lock.
pub async fn take_turn(tx: &Tx, run: &SyncRun) -> Result<(), Fault> {
    // SQLite has one writer at a time anyway.
    if tx.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    // A long application is waited for; every other lock is waited for as briefly as before.
    let usual = tx.one("SELECT current_setting('lock_timeout') AS usual", vec![]).await?;
    let usual = usual.map(|row| row.try_get::<String>("", "usual")).transpose()?.unwrap_or_default();
    let patience = "SELECT set_config('lock_timeout', $1, true)";
    tx.run(patience, vec!["0".into()]).await?;
    let keys = vec![run.name.partner.as_str().into(), run.opening.data_set.as_str().into()];
    tx.run("SELECT pg_advisory_xact_lock(hashtext($1), hashtext($2))", keys).await?;
    tx.run(patience, vec![usual.into()]).await?;
    Ok(())
}

async fn find(tx: &Tx, name: &SyncRunName, lock: &str) -> Result<Option<SyncRun>, Fault> {
    let sql = format!("SELECT * FROM sync_runs WHERE id = $1{lock}");
    tx.one(&sql, vec![name.key().into()]).await?.as_ref().map(read).transpose()
}

/// The run of this data set that is being received, if there is one.
pub async fn receiving(tx: &Tx, partner: &PartnerId, data_set: &str) -> Result<Option<SyncRunName>, Fault> {
    let sql = "SELECT id FROM sync_runs WHERE partner = $1 AND data_set = $2 AND state = 'receiving'";
    let row = tx.one(sql, vec![partner.as_str().into(), data_set.into()]).await?;
    row.map(|row| key(SyncRunName::from_key(&row.try_get::<String>("", "id")?))).transpose()
}

/// The run of this data set that was the last to be applied, with its state: `partner/run:applied`. Empty for none.
pub async fn last_applied(tx: &Tx, partner: &PartnerId, data_set: &str) -> Result<String, Fault> {
    let sql = "SELECT id || ':' || state AS last FROM sync_runs \
               WHERE partner = $1 AND data_set = $2 AND apply_us IS NOT NULL ORDER BY apply_us DESC LIMIT 1";
    let row = tx.one(sql, vec![partner.as_str().into(), data_set.into()]).await?;
    Ok(row.map(|row| row.try_get("", "last")).transpose()?.unwrap_or_default())
}

/// Enrolments that runs of this data set dropped since then, and that no restore has brought back.
pub async fn drops_since(tx: &Tx, partner: &PartnerId, data_set: &str, since: Instant) -> Result<i64, Fault> {
    let sql = "SELECT counts FROM sync_runs \
               WHERE partner = $1 AND data_set = $2 AND state = 'applied' AND apply_us > $3";
    let values = vec![partner.as_str().into(), data_set.into(), micros(since).into()];
    let mut drops = 0;
    for row in tx.all(sql, values).await? {
        let counts: CountsByKind = from_text(&row.try_get::<String>("", "counts")?)?;
        drops += counts[3].dropped;
    }
    Ok(drops)
}

pub async fn insert(tx: &Tx, run: &SyncRun) -> Result<(), Fault> {
    let sql = "INSERT INTO sync_runs (id, partner, data_set, opening, state, guards, counts, senders, epoch, records, \
               next_sequence, complete, base, revision, create_us, touched_us, kept) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, false, '', $10, $11, $11, true)";
    let values = vec![
        run.name.key().into(),
        run.name.partner.as_str().into(),
        run.opening.data_set.as_str().into(),
        to_text(&run.opening).into(),
        word(&run.state).into(),
        to_text(&run.guards).into(),
        to_text(&run.counts).into(),
        to_text(&run.senders).into(),
        run.epoch.into(),
        run.revision.0.into(),
        micros(run.created).into(),
    ];
    tx.run(sql, values).await.map_err(|fault| match fault {
        // Another run of the data set was opened meanwhile: look again.
        Fault::Constraint(_) => Fault::Raced,
        other => other,
    })?;
    Ok(())
}

/// Writes what changes of a run with its state, one revision on.
pub async fn save(tx: &Tx, run: &mut SyncRun, now: Instant) -> Result<(), Fault> {
    run.revision.0 += 1;
    let sql = "UPDATE sync_runs SET state = $2, guards = $3, counts = $4, senders = $5, epoch = $6, complete = $7, \
               base = $8, revision = $9, finish_us = $10, expire_us = $11, touched_us = $12 WHERE id = $1";
    let values = vec![
        run.name.key().into(),
        word(&run.state).into(),
        to_text(&run.guards).into(),
        to_text(&run.counts).into(),
        to_text(&run.senders).into(),
        run.epoch.into(),
        run.complete.into(),
        run.base.as_str().into(),
        run.revision.0.into(),
        run.finished.map(micros).into(),
        run.expires.map(micros).into(),
        micros(now).into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// Notes the positions that applying the run drew: `first` is the one before them.
pub async fn applied(
    tx: &Tx,
    name: &SyncRunName,
    now: Instant,
    (first, last): (i64, i64),
) -> Result<(), Fault> {
    let sql = "UPDATE sync_runs SET apply_us = $2, first_seq = $3, last_seq = $4 WHERE id = $1";
    tx.run(sql, vec![name.key().into(), micros(now).into(), first.into(), last.into()]).await?;
    Ok(())
}

/// The positions that applying the run drew.
pub async fn positions(tx: &Tx, name: &SyncRunName) -> Result<(i64, i64), Fault> {
    let sql =
        "SELECT COALESCE(first_seq, 0) AS first, COALESCE(last_seq, 0) AS last FROM sync_runs WHERE id = $1";
    let row = tx.one(sql, vec![name.key().into()]).await?;
    let row = row.ok_or_else(|| Fault::Bug("a locked run is gone".into()))?;
    Ok((row.try_get("", "first")?, row.try_get("", "last")?))
}

/// Whether what the run staged is still there.
pub async fn is_kept(tx: &Tx, name: &SyncRunName) -> Result<bool, Fault> {
    let row = tx.one("SELECT kept FROM sync_runs WHERE id = $1", vec![name.key().into()]).await?;
    Ok(row.map(|row| row.try_get("", "kept")).transpose()?.unwrap_or(false))
}

/// Which runs to list, newest first.
#[derive(Clone, Debug)]
pub struct Filter {
    pub partner: PartnerId,
    /// Empty for all.
    pub data_set: String,
    /// The last one of the page before.
    pub after: Option<(i64, String)>,
}

pub async fn list(tx: &Tx, filter: &Filter, limit: u64) -> Result<Vec<SyncRun>, Fault> {
    let mut sql = String::from("SELECT * FROM sync_runs WHERE partner = $1 AND ($2 = '' OR data_set = $2)");
    let mut values = vec![filter.partner.as_str().into(), filter.data_set.as_str().into()];
    if let Some((created, id)) = &filter.after {
        sql += " AND (create_us, id) < ($3, $4)";
        values.extend([(*created).into(), id.as_str().into()]);
    }
    sql += &format!(" ORDER BY create_us DESC, id DESC LIMIT {limit}");
    tx.all(&sql, values).await?.iter().map(read).collect()
}

/// Runs that time has something to do with, of all partners.
pub async fn open(tx: &Tx) -> Result<Vec<(SyncRun, Instant)>, Fault> {
    let rows = tx.all("SELECT * FROM sync_runs WHERE kept ORDER BY id LIMIT 1000", vec![]).await?;
    rows.iter().map(|row| Ok((read(row)?, from_micros(row.try_get::<i64>("", "touched_us")?)))).collect()
}
