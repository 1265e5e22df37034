//! How much a run has staged, as far as it decides how its statements go about it, and which have anything to do.

use super::{kinds::ALL, statement::Desk};
use crate::domain::sync::{Kind, Tally};
use ledger::{Dialect, Fault};

/// Up to so many rows are looked up by their keys, whatever is held: on a small university not much is lost.
const FEW: i64 = 10_000;
/// Looking a row up takes as long as passing over so many.
const PASSED: i64 = 2;

/// What a staged record may be for.
const ACTIONS: [&str; 9] =
    ["create", "update", "same", "reactivate", "drop", "kept", "gone", "foreign", "reject"];
/// What it is for where it has a row, and is not refused.
pub const MATCHED: &[&str] = &["update", "same", "reactivate", "drop"];

/// Records at most, by kind and by action. Whatever is refused or kept later is still counted as what it was before.
#[derive(Clone, Copy, Default)]
pub struct Gauge {
    staged: [[i64; ACTIONS.len()]; 4],
    pub rejected: [i64; 4],
    /// Enrolments that the university's data sets hold, about.
    held: i64,
    by_key: bool,
}

impl Gauge {
    /// Before anything is known but how many records were not met.
    pub fn before(tally: &Tally, held: i64, dialect: Dialect) -> Self {
        let staged = Kind::ALL.map(|kind| [unmet(tally, kind); ACTIONS.len()]);
        let all: i64 = staged.iter().map(|of| of[0]).sum();
        Self { staged, rejected: [0; 4], held, by_key: by_key(all, held, dialect) }
    }

    /// Whether a record of this kind may be for any of these.
    pub fn has(&self, kind: Kind, actions: &[&str]) -> bool {
        actions.iter().any(|action| self.count(kind, action) > 0)
    }

    pub fn any(&self, kind: Kind) -> bool {
        self.has(kind, &ACTIONS)
    }

    pub fn count(&self, kind: Kind, action: &str) -> i64 {
        let of = self.staged[kind.at()];
        ACTIONS.iter().zip(of).find(|(known, _)| **known == action).map_or(0, |(_, n)| n)
    }

    /// Whether rows are to be looked up by the keys of what is staged.
    pub fn by_key(&self) -> bool {
        self.by_key
    }
}

/// SQLite joins row by row anyway.
fn by_key(rows: i64, held: i64, dialect: Dialect) -> bool {
    dialect == Dialect::Postgres && (rows <= FEW || rows <= held / PASSED)
}

/// Records that say something else than any row, or were refused at once.
fn unmet(tally: &Tally, kind: Kind) -> i64 {
    let unmet = tally.received[kind.at()].saturating_sub(tally.unchanged[kind.at()]);
    i64::try_from(unmet).unwrap_or(i64::MAX / 64)
}

/// A kind's place among all.
fn at_of(kind: &str) -> usize {
    Kind::ALL.into_iter().find(|known| known.as_str() == kind).map_or(3, Kind::at)
}

impl Desk<'_> {
    /// Without looking at what is staged, where none of it has a row and none of it is gone: it is all new.
    pub async fn gauge_new(&mut self, tally: &Tally) -> Result<(), Fault> {
        let held = self.names.gauge.held;
        let mut gauge = Gauge { rejected: self.rejected().await?, held, ..Gauge::default() };
        for kind in Kind::ALL {
            gauge.staged[kind.at()][0] = unmet(tally, kind) - gauge.rejected[kind.at()];
        }
        gauge.by_key = by_key(Kind::ALL.map(|kind| unmet(tally, kind)).iter().sum(), held, self.dialect());
        self.names.gauge = gauge;
        Ok(())
    }

    /// What the last numbers of the university's data sets come to, one look at the index for each set. Nothing on SQLite,
    /// where it decides nothing.
    pub async fn held(&self) -> Result<i64, Fault> {
        if self.dialect() == Dialect::Sqlite {
            return Ok(0);
        }
        let last = |before: &str| {
            format!(
                "SELECT e.data_set, e.ordinal FROM enrolments e WHERE e.partner = :partner \
                 AND e.ordinal IS NOT NULL {before} ORDER BY e.data_set DESC, e.ordinal DESC LIMIT 1"
            )
        };
        let sql = format!(
            "WITH RECURSIVE sets AS (({}) UNION ALL SELECT b.* FROM sets CROSS JOIN LATERAL ({}) b) \
             SELECT COALESCE(sum(ordinal + 1), 0)::bigint AS n FROM sets",
            last(""),
            last("AND e.data_set < sets.data_set")
        );
        self.count(&sql).await
    }

    /// Records that were refused so far, by kind.
    async fn rejected(&self) -> Result<[i64; 4], Fault> {
        let sql = "SELECT kind, count(*) AS n FROM sync_rejects WHERE run = :run GROUP BY kind";
        let mut rejected = [0; 4];
        for row in self.all(sql).await? {
            let (kind, n): (String, i64) = (row.try_get("", "kind")?, row.try_get("", "n")?);
            rejected[at_of(&kind)] = n;
        }
        Ok(rejected)
    }

    /// Looks at what is staged.
    pub async fn gauge(&mut self) -> Result<(), Fault> {
        let staged = ALL.iter().map(|tables| {
            format!(
                "SELECT '{}' AS kind, action, count(*) AS n FROM {} WHERE run = :run GROUP BY action",
                tables.kind.as_str(),
                tables.staged
            )
        });
        let sql = staged.collect::<Vec<_>>().join(" UNION ALL ");
        let held = self.held().await?;
        let mut gauge = Gauge { rejected: self.rejected().await?, held, ..Gauge::default() };
        let mut all: i64 = gauge.rejected.iter().sum();
        for row in self.all(&sql).await? {
            let (kind, action): (String, String) = (row.try_get("", "kind")?, row.try_get("", "action")?);
            let n: i64 = row.try_get("", "n")?;
            if let Some(action) = ACTIONS.iter().position(|known| *known == action) {
                gauge.staged[at_of(&kind)][action] = n;
            }
            all += n;
        }
        gauge.by_key = by_key(all, held, self.dialect());
        self.names.gauge = gauge;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_looked_up_where_they_are_few_or_much_is_held() {
        for (rows, held, sought) in
            [(FEW, 0, true), (FEW + 1, 0, false), (100_000, 199_999, false), (100_000, 200_000, true)]
        {
            assert_eq!(by_key(rows, held, Dialect::Postgres), sought, "{rows} of {held}");
            assert!(!by_key(rows, held, Dialect::Sqlite));
        }
    }
}
