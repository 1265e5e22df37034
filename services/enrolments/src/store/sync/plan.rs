//! The plan of a run: which of the staged records are refused, what becomes of the others, and what is dropped.
//!
//! A new record stays as it was staged, so that planning a first sync reads much and writes little. All statements
//! are over whole sets; only which rows were met is worked out here, on bits.

mod counts;
mod drops;
mod duplicates;
mod matching;
mod places;
mod references;

use super::{
    Phase, Progress, batches,
    gauge::Gauge,
    kinds::{ALL, Tables},
    statement::{Desk, Names},
};
use crate::domain::sync::{Clear, Code, CountsByKind, Kind, Mode, SyncRun};
use ledger::{Fault, Tx};

/// What a plan comes to.
pub struct Planned {
    pub counts: CountsByKind,
    /// Live enrolments in scope before the run.
    pub live: i64,
    /// Enrolments that are kept because of a placement, and some of their names.
    pub placed: i64,
    pub placed_names: Vec<String>,
    /// How much of it there is to apply.
    pub gauge: Gauge,
}

/// Why records are refused, in SQL: `found` and `expected` are expressions over the staged row `s`.
struct Refused<'r> {
    field: &'r str,
    code: Code,
    found: &'r str,
    expected: &'r str,
}

/// Links `x` of records that are not refused.
const NOT_REFUSED: &str = "AND NOT EXISTS (SELECT 1 FROM sync_rejects j WHERE j.run = :run AND j.n = x.n)";

/// Plans a run whose records have all been staged, in the transaction that keeps the plan. What is `clear` is not looked
/// for among them.
///
/// # Errors
/// Storage fails.
pub async fn make(tx: &Tx, run: &SyncRun, clear: Clear, progress: &Progress) -> Result<Planned, Fault> {
    let (mut seen, tally) = batches::met(tx, &run.name).await?;
    let names = Names::default()
        .with("run", run.name.key())
        .with("partner", run.name.partner.as_str())
        .with("set", run.opening.data_set.as_str())
        .with("records", run.records)
        .with("years", serde_json::to_string(&run.opening.academic_years)?);
    let mut desk = Desk { tx, names };
    desk.names.clear = clear;
    desk.plan_for_sets().await?;
    desk.names.gauge = Gauge::before(&tally, desk.held().await?, desk.dialect());
    let step = |done| progress.set(Phase::Planning, done, 8);
    let mut matched = 0;
    for (done, tables) in (0..).zip(&ALL) {
        step(done);
        if desk.names.gauge.any(tables.kind) {
            matched += desk.match_rows(tables).await?;
        }
    }
    if matched == 0 && run.opening.mode == Mode::Snapshot {
        desk.gauge_new(&tally).await?;
    } else {
        desk.gauge().await?;
    }
    for tables in ALL.iter().filter(|tables| desk.names.gauge.any(tables.kind)) {
        desk.refuse_mismatched(tables).await?;
        desk.refuse_twins(tables, &mut seen).await?;
    }
    step(4);
    desk.refer(run.opening.mode == Mode::Snapshot).await?;
    step(5);
    let live = desk.drop_missing(run, &mut seen).await?;
    let (placed, placed_names) = desk.settle(|| step(6)).await?;
    step(7);
    let counts = desk.counts(&tally).await?;
    Ok(Planned { counts, live, placed, placed_names, gauge: desk.names.gauge })
}

impl Desk<'_> {
    /// What is left once it is known what is dropped. Answers how many enrolments a placement keeps, and some names.
    async fn settle(&self, kept: impl FnOnce()) -> Result<(i64, Vec<String>), Fault> {
        let gauge = self.names.gauge;
        let mut placed = (0, Vec::new());
        if gauge.has(Kind::Enrolment, &["drop"]) {
            placed = self.keep_placed().await?;
            self.link_drops().await?;
        }
        kept();
        if gauge.any(Kind::Enrolment) {
            self.refuse_duplicates().await?;
        }
        if gauge.any(Kind::Enrolment) || gauge.any(Kind::CourseRun) {
            self.refuse_full().await?;
            self.note_places().await?;
        }
        Ok(placed)
    }

    /// Whether any record has been refused since the run was received.
    async fn has_refused(&self) -> Result<bool, Fault> {
        let sql =
            "SELECT count(*) AS n FROM (SELECT 1 FROM sync_rejects WHERE run = :run AND planned LIMIT 1) x";
        Ok(self.count(sql).await? > 0)
    }

    /// Refuses the staged records of a kind that meet a condition on `s`.
    async fn refuse(&self, tables: &Tables, when: &str, why: &Refused<'_>) -> Result<u64, Fault> {
        let sql = format!(
            "INSERT INTO sync_rejects \
             (run, n, partner, source_id, origin, kind, field, code, found, expected, planned) \
             SELECT s.run, s.n, s.partner, s.source_id, s.origin, '{}', '{}', '{}', {}, {}, true \
             FROM {} s WHERE s.run = :run AND s.n < :records AND s.action <> 'reject' AND {when}",
            tables.kind.as_str(),
            why.field,
            why.code.as_str(),
            why.found,
            why.expected,
            tables.staged,
        );
        let refused = self.run(&sql).await?;
        if refused > 0 {
            let sql = format!(
                "UPDATE {} SET action = 'reject' WHERE run = :run AND action <> 'reject' \
                 AND n IN (SELECT n FROM sync_rejects WHERE run = :run AND planned)",
                tables.staged
            );
            self.run(&sql).await?;
        }
        Ok(refused)
    }
}
