//! Many writes in two statements, on PostgreSQL: one that reads all that is needed, one that writes all that was
//! decided. Each round trip costs as much as several rows, so that a lone caller waits for two of them and a
//! hundred callers for the same two.
//!
//! What was read is not locked. It need not be: every change of the service draws a position from the feed's head,
//! so that a head which has not moved says that nothing has changed. The write takes its locks in the order that
//! everybody does (the service's rows, the head, the audit chains), and fails as contention where the head has moved;
//! the same is then done under locks from the beginning ([`Batch::locked`]).
//!
//! The same guard lets a service go on from what its last batch left ([`Left`]), and read nothing: memory that is out
//! of date fails as contention too.

use crate::{
    Answered, Database, Deed, Dialect, Fault, Head, Known, Ledger, Plant, Tx, Type, among_sql, answers,
    arrays, arrays_sql,
    audit::{self, Chains},
    feed, names_sql,
    rows::Column,
};
use sea_orm::{QueryResult, Value};
use std::{sync::LazyLock, time::Duration};
use vocabulary::{Instant, from_micros, micros};

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
    pub const FIRST_READ: usize = 4;
    /// The same when writing.
    pub const FIRST_WRITE: usize = ANSWERS + answers::COLUMNS.len();
}

/// Where the ledger's own arrays begin when writing: `$1` is the head, `$2` the number of changes, `$3` that of partners.
const CHAINS: usize = 4;
const FEED: usize = CHAINS + BEFORE.len();
const AUDIT: usize = FEED + feed::COLUMNS.len();
const HEADS_AFTER: usize = AUDIT + audit::COLUMNS.len();
const ANSWERS: usize = HEADS_AFTER + HEADS.len();

/// One batch, read and not yet written.
pub struct Batch {
    head: i64,
    chains: Chains,
    read: Reading,
    now: Instant,
    known: Vec<Known>,
    tx: Option<Tx>,
}

/// The database's clock, in microseconds and without the shift of tests, and when it was read.
#[derive(Clone, Copy)]
struct Reading {
    us: i64,
    at: std::time::Instant,
}

/// How long what a batch left is gone on from: the database's clock is read again at least so often.
const FRESH: Duration = Duration::from_secs(1);

impl Reading {
    #[allow(clippy::disallowed_methods, reason = "monotonic: it carries on what the database's clock said")]
    fn of(us: i64) -> Self {
        Self { us, at: std::time::Instant::now() }
    }

    /// What the database's clock says by now, unless it was read too long ago.
    fn now(&self) -> Option<i64> {
        let passed = self.at.elapsed();
        (passed < FRESH).then(|| self.us + i64::try_from(passed.as_micros()).unwrap_or(i64::MAX / 2))
    }
}

/// Where a batch left the head and the audit chains that it wrote: true as long as nobody else writes, which whoever
/// goes on from here is told of when writing.
pub struct Left {
    before: i64,
    head: i64,
    chains: Chains,
    read: Reading,
}

impl Left {
    /// Whether this is what came next after `other`.
    pub fn follows(&self, other: &Left) -> bool {
        self.before == other.head
    }

    /// Remembers besides the chains that `other` knew, and this does not.
    pub fn carry(&mut self, other: Left) {
        self.chains.carry(other.chains);
    }

    /// A batch that goes on from here, for these partners. `None` where it has to read: too much time has passed, or a
    /// chain is not known. The request ids of such a batch have not been looked up: one that was answered before fails
    /// the write as [`Fault::Raced`].
    pub fn resume(&self, ledger: &Ledger, partners: &[String]) -> Option<Batch> {
        let now = from_micros(self.read.now()? + ledger.clock.shift_micros());
        let chains = self.chains.of(partners)?;
        Some(Batch { head: self.head, chains, read: self.read, now, known: Vec::new(), tx: None })
    }
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
        let shift = ledger.clock.shift_micros();
        let mut values: Vec<Value> =
            vec![serde_json::to_string(&wanted.keys)?.into(), partners.clone().into(), shift.into()];
        values.append(&mut more.values);
        let row = ledger.database.one(tx.as_ref(), &sql, values).await?;
        let mut chains = Chains::from_json(row.try_get("", "chains")?)?;
        if chains.len() < wanted.partners.len() {
            // Somebody's first entry: its chain begins here, for good, whatever becomes of this batch.
            ledger.database.one_or_none(tx.as_ref(), audit::BEGIN_CHAINS, vec![partners.into()]).await?;
            wanted.partners.iter().for_each(|partner| chains.begin(partner));
        }
        let known: Option<String> = row.try_get("", "known")?;
        let now: i64 = row.try_get("", "now")?;
        let batch = Self {
            head: row.try_get("", "head")?,
            chains,
            read: Reading::of(now - shift),
            now: from_micros(now),
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

    /// Writes everything and commits, and answers what the next batch may go on from. `lock` selects, and locks, the
    /// service's rows that the batch was decided on; `more` is common table expressions, each beginning with a comma,
    /// that insert or update `FROM ok, (…) x`, a table of arrays ([`arrays_sql`]).
    ///
    /// # Errors
    /// [`Fault::Contention`] where something changed since the batch was read, or storage fails.
    pub async fn commit(
        mut self,
        ledger: &Ledger,
        head: Head,
        deeds: &[Deed],
        mut kept: Vec<Answered>,
        lock: &str,
        mut more: More<'_>,
    ) -> Result<Left, Fault> {
        head.check()?;
        let now_us = micros(self.now);
        kept.iter_mut().for_each(|answer| answer.created_us = now_us);
        let plant = ledger.database.plant();
        if plant == Plant::NoAnswers {
            kept.clear();
        }
        let before = arrays(BEFORE, &self.chains.heads())?;
        let partners = self.chains.len();
        let entries = self.chains.extend(deeds, now_us);
        if self.chains.len() != partners {
            return Err(Fault::bug("a deed of a partner that was not wanted"));
        }
        let fed = if plant == Plant::NoFeed { &[] } else { head.rows() };
        let mut values: Vec<Value> = vec![
            self.head.into(),
            i64::try_from(head.rows().len()).map_err(|_| Fault::bug("too many changes"))?.into(),
            i64::try_from(partners).map_err(|_| Fault::bug("too many partners"))?.into(),
        ];
        values.extend(before);
        values.extend(arrays(feed::COLUMNS, fed)?);
        values.extend(arrays(audit::COLUMNS, &entries)?);
        values.extend(arrays(HEADS, &self.chains.heads())?);
        values.extend(arrays(answers::COLUMNS, &kept)?);
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
        if plant != Plant::NoFeed {
            ledger.follower.committed(head.into_rows());
        }
        let seq = row.try_get("", "seq")?;
        Ok(Left { before: self.head, head: seq, chains: self.chains, read: self.read })
    }
}

/// The ledger's part of the write. `ok` yields one row, or the statement fails: where the head has moved since it was
/// read ($1), or where one of the audit chains has grown.
static LEDGER: LazyLock<String> = LazyLock::new(|| {
    let (before, feed, audit, heads, answers) = (
        arrays_sql(BEFORE, CHAINS),
        arrays_sql(feed::COLUMNS, FEED),
        arrays_sql(audit::COLUMNS, AUDIT),
        arrays_sql(HEADS, HEADS_AFTER),
        arrays_sql(answers::COLUMNS, ANSWERS),
    );
    let list = |columns| (names_sql(columns, ""), names_sql(columns, "x."));
    let ((f, fx), (a, ax), (n, nx)) = (list(feed::COLUMNS), list(audit::COLUMNS), list(answers::COLUMNS));
    format!(
        "head AS (UPDATE feed_head SET seq = seq + $2 \
           WHERE (SELECT count(*) FROM locked) >= 0 AND practicum_expect(seq = $1) RETURNING seq), \
         chains AS (SELECT h.partner, h.position FROM audit_heads h \
           WHERE (SELECT count(*) FROM head) = 1 AND h.partner IN (SELECT x.partner FROM {before}) \
           ORDER BY h.partner FOR UPDATE), \
         ok AS (SELECT practicum_expect((SELECT count(*) FROM chains c JOIN {before} USING (partner, position)) = $3)), \
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
