//! Many writes in two statements, on PostgreSQL: one that reads all that is needed, one that writes all that was
//! decided. Each round trip costs as much as several rows, so that a lone caller waits for two of them and a
//! hundred callers for the same two.
//!
//! What was read is not locked. It need not be: every change of the service draws a position from the feed's head,
//! so that a head which has not moved says that nothing has changed. The write takes its locks in the order that
//! everybody does (the service's rows, the head, the audit chains), and fails as contention where the head has moved;
//! the same is then done under locks from the beginning ([`Batch::locked`]).

use crate::{
    Answered, Database, Deed, Dialect, Fault, Head, Known, Ledger, Plant, Tx, Type, among_sql, answers,
    audit::{self, Chains},
    feed, names_sql, recordset_sql,
    rows::Column,
};
use sea_orm::{QueryResult, Value};
use std::sync::LazyLock;
use vocabulary::{Instant, Revision, from_micros, micros};

/// What the ledger itself has to read for a batch.
#[derive(Debug, Default)]
pub struct Wanted {
    /// The request ids that may have been answered.
    pub keys: Vec<String>,
    /// The partners in whose audit logs something will be entered.
    pub partners: Vec<String>,
}

/// A service's part of a statement: SQL text, and the values of its placeholders. The ledger's own come first.
pub struct More<'a> {
    pub sql: &'a str,
    pub values: Vec<Value>,
}

impl More<'_> {
    /// The number of the first placeholder of a service's part when reading: `$1` and `$2` are the ledger's, and
    /// `$3` is the clock's shift.
    pub const FIRST_READ: u32 = 4;
    /// The same when writing.
    pub const FIRST_WRITE: u32 = 9;
}

/// One batch, read and not yet written.
pub struct Batch {
    head: i64,
    chains: Chains,
    now: Instant,
    known: Vec<Known>,
    tx: Option<Tx>,
}

const HEADS: &[Column] = &[("partner", Type::Text), ("position", Type::Integer), ("hash", Type::Text)];
const BEFORE: &[Column] = &[("partner", Type::Text), ("position", Type::Integer)];

impl Batch {
    /// Reads without locks: the ledger's part, and `more`, a list of columns that begins with a comma.
    ///
    /// # Errors
    /// Storage fails.
    pub async fn open(
        ledger: &Ledger,
        wanted: &Wanted,
        more: More<'_>,
    ) -> Result<(Self, QueryResult), Fault> {
        Self::read(ledger, None, wanted, more).await
    }

    /// As [`Batch::open`], within a transaction in which the service has locked its rows: the head and the audit
    /// chains stay locked until the batch is written.
    ///
    /// # Errors
    /// Storage fails.
    pub async fn locked(
        ledger: &Ledger,
        tx: Tx,
        wanted: &Wanted,
        more: More<'_>,
    ) -> Result<(Self, QueryResult), Fault> {
        Self::read(ledger, Some(tx), wanted, more).await
    }

    async fn read(
        ledger: &Ledger,
        tx: Option<Tx>,
        wanted: &Wanted,
        mut more: More<'_>,
    ) -> Result<(Self, QueryResult), Fault> {
        let lock = if tx.is_some() { " FOR UPDATE" } else { "" };
        let among = |column, n| among_sql(Dialect::Postgres, column, n);
        let (keys, theirs) = (among("id", 1), among("partner", 2));
        let sql = format!(
            "SELECT clock.now, (SELECT seq FROM feed_head{lock}) AS head, \
             (SELECT json_agg(k) FROM (SELECT id, fingerprint, answer, revision FROM answers \
              WHERE {keys}) k)::text AS known, \
             (SELECT json_agg(a) FROM (SELECT partner, position, hash FROM audit_heads \
              WHERE {theirs} ORDER BY partner{lock}) a)::text AS chains{} \
             FROM (SELECT (extract(epoch from clock_timestamp()) * 1000000)::bigint + $3 AS now) clock",
            more.sql
        );
        let partners = serde_json::to_string(&wanted.partners)?;
        let mut values: Vec<Value> = vec![
            serde_json::to_string(&wanted.keys)?.into(),
            partners.clone().into(),
            ledger.clock.shift_micros().into(),
        ];
        values.append(&mut more.values);
        let row = ledger.database.one(tx.as_ref(), &sql, values.clone()).await?;
        let mut chains = Chains::from_json(row.try_get("", "chains")?)?;
        if chains.len() < wanted.partners.len() {
            // Somebody's first entry: its chain begins here, for good, whatever becomes of this batch.
            ledger.database.one_or_none(tx.as_ref(), audit::BEGIN_CHAINS, vec![partners.into()]).await?;
            wanted.partners.iter().for_each(|partner| chains.begin(partner));
        }
        let known: Option<String> = row.try_get("", "known")?;
        let batch = Self {
            head: row.try_get("", "head")?,
            chains,
            now: from_micros(row.try_get("", "now")?),
            known: known.map(|json| serde_json::from_str(&json)).transpose()?.unwrap_or_default(),
            tx,
        };
        Ok((batch, row))
    }

    /// The database's clock when the batch was read.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The answers already given to the keys wanted.
    pub fn known(&mut self) -> Vec<Known> {
        std::mem::take(&mut self.known)
    }

    /// The positions from here on, for `n` changes.
    pub fn draw(&self, n: usize) -> Result<Head, Fault> {
        Head::from(self.head, n, micros(self.now))
    }

    /// Writes everything and commits. `lock` selects, and locks, the service's rows that the batch was decided on;
    /// `more` is common table expressions, each beginning with a comma, that insert or update
    /// `FROM ok, json_to_recordset(…)`.
    ///
    /// # Errors
    /// [`Fault::Contention`] where something changed since the batch was read, or storage fails.
    pub async fn commit(
        mut self,
        ledger: &Ledger,
        head: &Head,
        deeds: &[Deed],
        mut kept: Vec<Answered>,
        lock: &str,
        mut more: More<'_>,
    ) -> Result<Revision, Fault> {
        head.check()?;
        let now_us = micros(self.now);
        kept.iter_mut().for_each(|answer| answer.created_us = now_us);
        let plant = ledger.database.plant();
        if plant == Plant::NoAnswers {
            kept.clear();
        }
        let fed = if plant == Plant::NoFeed { "[]".to_owned() } else { serde_json::to_string(head.rows())? };
        let (before, partners) = (self.chains.to_json()?, self.chains.len());
        let entries = self.chains.extend(deeds, now_us);
        if self.chains.len() != partners {
            return Err(Fault::bug("a deed of a partner that was not wanted"));
        }
        let mut values: Vec<Value> = vec![
            self.head.into(),
            i64::try_from(head.rows().len()).map_err(|_| Fault::bug("too many changes"))?.into(),
            before.into(),
            i64::try_from(partners).map_err(|_| Fault::bug("too many partners"))?.into(),
            fed.into(),
            serde_json::to_string(&entries)?.into(),
            self.chains.to_json()?.into(),
            serde_json::to_string(&kept)?.into(),
        ];
        values.append(&mut more.values);
        let sql = format!("WITH locked AS ({lock}), {}{} SELECT seq FROM head, ok", *LEDGER, more.sql);
        let written = ledger.database.one(self.tx.as_ref(), &sql, values).await;
        let row = written.map_err(|fault| match fault {
            // Another process answered the same request id meanwhile.
            Fault::Constraint(which) if which.ends_with("answers_pkey") => Fault::Raced,
            other => other,
        })?;
        if let Some(tx) = self.tx.take() {
            tx.commit().await?;
        }
        let revision = Revision(row.try_get("", "seq")?);
        if !head.rows().is_empty() {
            ledger.follower.wake();
        }
        Ok(revision)
    }
}

/// The ledger's part of the write. `ok` yields one row, or the statement fails: where the head has moved since it was
/// read ($1), or where one of the audit chains has grown.
static LEDGER: LazyLock<String> = LazyLock::new(|| {
    let (before, feed, audit, heads, answers) = (
        recordset_sql(BEFORE, 3),
        recordset_sql(feed::COLUMNS, 5),
        recordset_sql(audit::COLUMNS, 6),
        recordset_sql(HEADS, 7),
        recordset_sql(answers::COLUMNS, 8),
    );
    let list = |columns| (names_sql(columns, ""), names_sql(columns, "x."));
    let ((f, fx), (a, ax), (n, nx)) = (list(feed::COLUMNS), list(audit::COLUMNS), list(answers::COLUMNS));
    format!(
        "head AS (UPDATE feed_head SET seq = seq + $2 \
           WHERE (SELECT count(*) FROM locked) >= 0 AND practicum_expect(seq = $1) RETURNING seq), \
         chains AS (SELECT h.partner, h.position FROM audit_heads h \
           WHERE (SELECT count(*) FROM head) = 1 AND h.partner IN (SELECT x.partner FROM {before}) \
           ORDER BY h.partner FOR UPDATE), \
         ok AS (SELECT practicum_expect((SELECT count(*) FROM chains c JOIN {before} USING (partner, position)) = $4)), \
         fed AS (INSERT INTO feed ({f}) SELECT {fx} FROM ok, {feed}), \
         entered AS (INSERT INTO audit ({a}) SELECT {ax} FROM ok, {audit}), \
         chained AS (UPDATE audit_heads h SET position = x.position, hash = x.hash FROM ok, {heads} \
           WHERE h.partner = x.partner), \
         kept AS (INSERT INTO answers ({n}) SELECT {nx} FROM ok, {answers})"
    )
});

impl Database {
    /// One row of a statement, in a transaction or on its own, on the service's connections.
    async fn one(&self, tx: Option<&Tx>, sql: &str, values: Vec<Value>) -> Result<QueryResult, Fault> {
        self.one_or_none(tx, sql, values).await?.ok_or_else(|| Fault::bug("a statement answered nothing"))
    }
}
