//! The change feed: one position a change, in order of commit, without gaps.

use crate::{Database, Fault, Tx, Type, insert_sql, rows::Column};
use serde::{Deserialize, Serialize};
use vocabulary::{PartnerId, Revision};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChangeKind {
    #[serde(rename = "c")]
    Created,
    #[serde(rename = "u")]
    Updated,
    #[serde(rename = "r")]
    Removed,
}

/// Who may be told of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Viewers {
    Everybody,
    Partners(Vec<PartnerId>),
}

impl Viewers {
    /// `*`, or ` durham gateshead ` with a space on either side of each.
    fn to_text(&self) -> String {
        match self {
            Viewers::Everybody => "*".into(),
            Viewers::Partners(partners) => {
                partners.iter().fold(String::from(" "), |text, partner| text + partner.as_str() + " ")
            }
        }
    }
}

/// One change to one resource, about to be written.
#[derive(Clone, Debug)]
pub struct Change {
    /// The collection, for example `bookings`: what a watcher asks for.
    pub collection: &'static str,
    /// The resource's full name.
    pub resource: String,
    pub kind: ChangeKind,
    pub viewers: Viewers,
    /// The partner on whose behalf it was made.
    pub actor: PartnerId,
}

/// One change as the feed holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedRow {
    pub seq: i64,
    pub at_us: i64,
    pub collection: String,
    pub resource: String,
    pub kind: ChangeKind,
    pub viewers: String,
    pub actor: String,
}

impl FeedRow {
    pub fn revision(&self) -> Revision {
        Revision(self.seq)
    }

    pub fn visible_to(&self, partner: &PartnerId) -> bool {
        self.viewers == "*" || self.viewers.contains(&format!(" {partner} "))
    }

    fn from_row(row: &sea_orm::QueryResult) -> Result<Self, Fault> {
        let kind: String = row.try_get("", "kind")?;
        Ok(Self {
            seq: row.try_get("", "seq")?,
            at_us: row.try_get("", "at_us")?,
            collection: row.try_get("", "collection")?,
            resource: row.try_get("", "resource")?,
            kind: match kind.as_str() {
                "c" => ChangeKind::Created,
                "u" => ChangeKind::Updated,
                "r" => ChangeKind::Removed,
                _ => return Err(Fault::bug("unknown kind of change")),
            },
            viewers: row.try_get("", "viewers")?,
            actor: row.try_get("", "actor")?,
        })
    }
}

pub(crate) const COLUMNS: &[Column] = &[
    ("seq", Type::Integer),
    ("at_us", Type::Integer),
    ("collection", Type::Text),
    ("resource", Type::Text),
    ("kind", Type::Text),
    ("viewers", Type::Text),
    ("actor", Type::Text),
];

/// The locked head of the feed: positions drawn from it are in order of commit, because whoever draws holds
/// the lock until it commits.
#[derive(Debug)]
pub struct Head {
    next: i64,
    end: i64,
    rows: Vec<FeedRow>,
    now_us: i64,
}

impl Head {
    /// Takes the head for `n` changes. Call it when everything is decided and nothing but writes remains.
    pub(crate) async fn take(tx: &Tx, n: usize, now_us: i64) -> Result<Self, Fault> {
        Self::from(draw(tx, signed(n)?).await?, n, now_us)
    }

    /// The `n` positions after `last`.
    pub(crate) fn from(last: i64, n: usize, now_us: i64) -> Result<Self, Fault> {
        Ok(Self { next: last + 1, end: last + 1 + signed(n)?, rows: Vec::new(), now_us })
    }

    /// The change's position, which is the resource's new revision.
    pub fn add(&mut self, change: Change) -> Revision {
        let seq = self.next;
        self.next += 1;
        self.rows.push(FeedRow {
            seq,
            at_us: self.now_us,
            collection: change.collection.into(),
            resource: change.resource,
            kind: change.kind,
            viewers: change.viewers.to_text(),
            actor: change.actor.to_string(),
        });
        Revision(seq)
    }

    /// The last position drawn so far.
    pub fn last(&self) -> Revision {
        Revision(self.next - 1)
    }

    pub(crate) fn rows(&self) -> &[FeedRow] {
        &self.rows
    }

    /// What has been written, for those who follow.
    pub(crate) fn into_rows(self) -> Vec<FeedRow> {
        self.rows
    }

    /// A position drawn and not used would be a gap, and a gap is how a watcher recognises a loss.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        if self.next == self.end {
            Ok(())
        } else {
            Err(Fault::bug("not as many positions were used as drawn"))
        }
    }

    pub(crate) async fn write(&self, tx: &Tx) -> Result<(), Fault> {
        self.check()?;
        if self.rows.is_empty() {
            return Ok(());
        }
        tx.run(&insert_sql(tx.dialect(), "feed", COLUMNS), vec![serde_json::to_string(&self.rows)?.into()])
            .await?;
        Ok(())
    }
}

/// Draws `n` positions; answers the one before the first.
pub(crate) async fn draw(tx: &Tx, n: i64) -> Result<i64, Fault> {
    let sql = "UPDATE feed_head SET seq = seq + $1 RETURNING seq - $1 AS seq";
    let row = tx.one(sql, vec![n.into()]).await?.ok_or_else(|| Fault::bug("the feed has no head"))?;
    Ok(row.try_get("", "seq")?)
}

/// `INSERT INTO feed (…)`, for changes that a query makes: seq, at_us, collection, resource, kind, viewers and actor.
pub(crate) fn insert_from(select: &str) -> String {
    format!("INSERT INTO feed ({}) {select}", crate::names_sql(COLUMNS, ""))
}

fn signed(n: usize) -> Result<i64, Fault> {
    i64::try_from(n).map_err(|_| Fault::bug("too many changes"))
}

const AFTER: &str = "SELECT seq, at_us, collection, resource, kind, viewers, actor FROM feed \
     WHERE seq > $1 ORDER BY seq LIMIT $2";

/// Up to `limit` changes after `after`, in order.
pub(crate) async fn after(tx: &Tx, after: i64, limit: u64) -> Result<Vec<FeedRow>, Fault> {
    tx.all(AFTER, page(after, limit)).await?.iter().map(FeedRow::from_row).collect()
}

/// As [`after`], in one round trip.
pub(crate) async fn next(database: &Database, after: i64, limit: u64) -> Result<Vec<FeedRow>, Fault> {
    database.all(AFTER, page(after, limit)).await?.iter().map(FeedRow::from_row).collect()
}

fn page(after: i64, limit: u64) -> Vec<sea_orm::Value> {
    vec![after.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()]
}

/// The first and last position: `first` is the oldest change kept, or one past the last where none is kept.
pub(crate) async fn bounds(tx: &Tx) -> Result<(i64, i64), Fault> {
    let sql =
        "SELECT h.seq AS last, COALESCE((SELECT min(seq) FROM feed), h.seq + 1) AS first FROM feed_head h";
    let row = tx.one(sql, vec![]).await?.ok_or_else(|| Fault::bug("the feed has no head"))?;
    Ok((row.try_get("", "first")?, row.try_get("", "last")?))
}

/// Forgets changes from before `before_us`.
pub(crate) async fn prune(tx: &Tx, before_us: i64) -> Result<u64, Fault> {
    tx.run("DELETE FROM feed WHERE at_us < $1", vec![before_us.into()]).await
}
