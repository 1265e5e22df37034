//! What a plan does to the tables, in one transaction: rows, feed entries, and the run's own row.
//!
//! Everything is looked at and locked first, then the feed's positions are drawn, then rows and entries are written set
//! by set, each with the position that its place in the set gives it.

mod enrolments;
mod learners;
mod taught;

use super::{
    Gauge, Phase, Progress,
    gauge::MATCHED,
    holdings,
    kinds::{ALL, Tables},
    runs,
    statement::{Desk, Names},
    writing::{Hand, touched},
};
use crate::domain::{
    Refusal,
    sync::{Kind, SyncRun},
};
use ledger::{Fault, Unit};
use vocabulary::micros;

/// What a run changes, in rows and in entries of the feed.
struct Work {
    created: [i64; 4],
    updated: [i64; 4],
    /// Runs whose places move, and nothing else of them.
    moved: i64,
    /// Enrolments whose learner changes, and nothing else of them.
    touched: i64,
    reactivated: i64,
    dropped: i64,
    /// Enrolments that a sponsor hears of for the first time.
    told: i64,
}

/// Where a set's positions begin: each statement takes its own and moves on.
struct Positions {
    next: i64,
}

impl Positions {
    fn take(&mut self, n: i64) -> i64 {
        let first = self.next;
        self.next += n;
        first
    }
}

/// The staged rows `s` of a kind that meet a condition on `t`, with `place`, 1 and up in the order of arrival.
fn numbered(tables: &Tables, which: &str) -> String {
    format!(
        "(SELECT t.*, row_number() OVER (ORDER BY t.n) AS place FROM {} t WHERE t.run = :run AND {which})",
        tables.staged
    )
}

/// Records of one statement that joins new ones with whom they name. Whichever side of it is hashed, a part fits in
/// memory, and what is written at once lies together: a million in one went to disk, and came back in another order.
const PART: usize = 200_000;

/// New records, and the numbers before which each part of them ends.
struct New {
    set: String,
    ends: Vec<i64>,
}

/// As [`numbered`], of new records that came one after the other: counting them would keep each in full first.
fn in_step(tables: &Tables) -> String {
    format!(
        "(SELECT t.*, t.n - :before AS place FROM {} t WHERE t.run = :run AND t.action = 'create')",
        tables.staged
    )
}

/// Applies a planned run. `gauge` is how much of it there is, where that is known.
///
/// # Errors
/// Storage fails. The refusal is that something has changed since the plan was made.
pub async fn run(
    unit: &mut Unit,
    run: &SyncRun,
    gauge: Option<Gauge>,
    progress: &Progress,
) -> Result<Result<(), Refusal>, Fault> {
    let now = unit.now();
    progress.set(Phase::Applying, 0, 5);
    let names = Names::default()
        .with("run", run.name.key())
        .with("partner", run.name.partner.as_str())
        .with("set", run.opening.data_set.as_str())
        .with("now", micros(now))
        .with("reason", format!("no longer in data set {}", run.opening.data_set));
    let mut desk = Desk { tx: unit.tx(), names };
    desk.plan_for_sets().await?;
    match gauge {
        Some(gauge) => desk.names.gauge = gauge,
        None => desk.gauge().await?,
    }
    if desk.lock_planned().await? {
        return Ok(Err(Refusal::StalePlan));
    }
    let work = desk.work(run).await?;
    let last = holdings::last_ordinal(desk.tx, &run.name.partner, &run.opening.data_set).await?;
    let names = desk.names;
    let hand = Hand { unit: &mut *unit, names };
    let mut writer = Writer { hand, positions: Positions { next: 0 }, ordinal: last };
    match writer.write(&work, progress).await {
        Ok((first, end)) => {
            runs::applied(unit.tx(), &run.name, now, (first, end)).await?;
            Ok(Ok(()))
        }
        // Somebody made, in the meantime, what the plan was to make, or took the last place.
        Err(Fault::Constraint(_)) => Ok(Err(Refusal::StalePlan)),
        Err(fault) => Err(fault),
    }
}

impl Desk<'_> {
    /// Locks the rows that will change. Says whether any has changed since the plan was made.
    async fn lock_planned(&self) -> Result<bool, Fault> {
        let lock = self.dialect().for_update();
        let sql = format!(
            "SELECT count(*) AS n FROM (SELECT r.id FROM course_runs r WHERE r.partner = :partner AND r.id IN \
             (SELECT p.course_run FROM sync_places p WHERE p.run = :run) ORDER BY r.id{lock}) x"
        );
        self.count(&sql).await?;
        for tables in ALL.iter().filter(|tables| self.names.gauge.has(tables.kind, MATCHED)) {
            let planned = "s.run = :run AND s.action IN ('update', 'reactivate', 'drop', 'same')";
            let lock = self.dialect().pick(" FOR UPDATE OF b", "");
            let all = format!("SELECT count(*) AS n FROM {} s WHERE {planned}", tables.staged);
            let as_planned = format!(
                "SELECT count(*) AS n FROM (SELECT b.id FROM {} b JOIN {} s ON {} AND s.id = b.id \
                 WHERE {planned} AND b.revision = s.base_revision{lock}) x",
                tables.base,
                tables.staged,
                self.names.own_staged("b.id", tables)
            );
            if self.count(&all).await? != self.count(&as_planned).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn work(&self, run: &SyncRun) -> Result<Work, Fault> {
        let moved = "SELECT count(*) AS n FROM sync_places p WHERE p.run = :run AND NOT EXISTS (SELECT 1 \
                     FROM staged_course_runs c WHERE c.run = :run AND c.id = p.course_run \
                     AND c.action IN ('create', 'update'))";
        let touched = format!("SELECT count(*) AS n FROM {} x", touched(&self.names));
        let told = format!("SELECT count(*) AS n FROM {} x", enrolments::TOLD);
        Ok(Work {
            created: Kind::ALL.map(|kind| run.counts[kind.at()].created),
            updated: Kind::ALL.map(|kind| run.counts[kind.at()].updated),
            moved: self.count(moved).await?,
            touched: if run.counts[2].updated == 0 { 0 } else { self.count(&touched).await? },
            reactivated: run.counts[3].reactivated,
            dropped: run.counts[3].dropped,
            told: if run.counts[3].updated + run.counts[3].reactivated == 0 {
                0
            } else {
                self.count(&told).await?
            },
        })
    }
}

/// Writes sets, with positions from the feed and numbers of the data set.
struct Writer<'u> {
    hand: Hand<'u>,
    positions: Positions,
    /// The last number that a row of the data set has.
    ordinal: i64,
}

impl Writer<'_> {
    async fn write(&mut self, work: &Work, progress: &Progress) -> Result<(i64, i64), Fault> {
        let Work { created: c, updated: u, .. } = work;
        let n = c[0]
            + u[0]
            + c[1]
            + u[1]
            + work.moved
            + c[3]
            + u[3]
            + work.reactivated
            + work.dropped
            + work.touched
            + work.told;
        let first = self.hand.unit.block(n.cast_unsigned()).await?;
        self.positions.next = first;
        self.hand.names.set("last", first + n);
        self.courses(work).await?;
        progress.set(Phase::Applying, 2, 5);
        self.course_runs(work).await?;
        progress.set(Phase::Applying, 3, 5);
        self.learners(work).await?;
        progress.set(Phase::Applying, 4, 5);
        self.enrolments(work).await?;
        let gauge = self.hand.names.gauge;
        for tables in ALL.iter().filter(|tables| gauge.has(tables.kind, &["same"])) {
            self.note_same(tables).await?;
        }
        Ok((first, first + n))
    }

    /// As [`Hand::run`], with `:ordinal`, the number before the set's own; as many numbers are then taken.
    async fn number(&mut self, sql: &str, first: i64) -> Result<u64, Fault> {
        self.hand.names.set("ordinal", self.ordinal);
        let made = self.hand.run(sql, first).await?;
        self.ordinal += i64::try_from(made).unwrap_or_default();
        Ok(made)
    }

    /// As [`Writer::number`], of new records `s`, part by part: `n` is from `:from` to before `:until` in each.
    async fn number_parts(&mut self, new: &New, sql: &str, first: i64) -> Result<u64, Fault> {
        self.hand.names.set("ordinal", self.ordinal);
        let (mut made, mut from) = (0, i64::MIN);
        for until in &new.ends {
            self.hand.names.set("from", from);
            self.hand.names.set("until", *until);
            made += self.hand.run(sql, first).await?;
            from = *until;
        }
        self.ordinal += i64::try_from(made).unwrap_or_default();
        Ok(made)
    }

    /// The staged records of a kind that are new, with `place`. There are so many of them.
    async fn new_ones(&mut self, tables: &Tables, created: i64) -> Result<New, Fault> {
        let span =
            |most| format!("SELECT COALESCE({most}(n), 0) AS n FROM {} WHERE run = :run", tables.staged);
        let desk = Desk { tx: self.hand.unit.tx(), names: self.hand.names.clone() };
        let (first, last) = (desk.count(&span("min")).await?, desk.count(&span("max")).await?);
        if last - first + 1 != created {
            return Ok(New { set: numbered(tables, "t.action = 'create'"), ends: vec![i64::MAX] });
        }
        self.hand.names.set("before", first - 1);
        let ends = (first..=last).step_by(PART).skip(1).chain([i64::MAX]).collect();
        Ok(New { set: in_step(tables), ends })
    }

    /// What differs only in fields that a person holds is noted as read, so that it does not come up again.
    async fn note_same(&mut self, tables: &Tables) -> Result<(), Fault> {
        let sql = format!(
            "UPDATE {} AS b SET hash = s.hash FROM {} AS s \
             WHERE s.run = :run AND s.action = 'same' AND NOT s.gone AND {} AND b.id = s.id",
            tables.base,
            tables.staged,
            self.hand.names.own_staged("b.id", tables)
        );
        self.hand.run(&sql, 0).await?;
        Ok(())
    }
}
