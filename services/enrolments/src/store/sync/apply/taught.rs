//! Courses and their runs.

use super::{Work, Writer, numbered};
use crate::domain::sync::Kind;
use crate::store::sync::kinds::{Field, Tables};
use crate::store::sync::writing::{course_entry, keep_years, run_entry};
use ledger::Fault;

/// Runs that change: those that the plan updates, and those whose places move. `n` is the staged record's, if any.
const CHANGED_RUNS: &str = "(SELECT y.id, max(y.n) AS n, CAST(sum(y.delta) AS bigint) AS delta, \
     row_number() OVER (ORDER BY y.id) AS place FROM \
     (SELECT t.id, t.n, 0 AS delta FROM staged_course_runs t WHERE t.run = :run AND t.action = 'update' \
     UNION ALL SELECT p.course_run, CAST(NULL AS bigint), p.delta FROM sync_places p WHERE p.run = :run \
     AND NOT EXISTS (SELECT 1 FROM staged_course_runs c WHERE c.run = :run AND c.action = 'create' \
     AND c.id = p.course_run)) y GROUP BY y.id)";

impl Writer<'_> {
    pub(super) async fn courses(&mut self, work: &Work) -> Result<(), Fault> {
        let tables = Tables::of(Kind::Course);
        let (made, changed) =
            (numbered(tables, "t.action = 'create'"), numbered(tables, "t.action = 'update'"));
        if work.updated[0] > 0 {
            let first = self.positions.take(work.updated[0]);
            let sql = format!(
                "UPDATE courses AS b SET {}, hash = s.hash, revision = :first + s.place, update_us = :now \
                 FROM {changed} s WHERE b.partner = :partner AND b.id = s.id",
                tables.sets(|field| field.taken("b"))
            );
            self.hand.run(&sql, first).await?;
            self.hand.tell(&course_entry(&changed, "u"), first).await?;
        }
        if work.created[0] > 0 {
            let first = self.positions.take(work.created[0]);
            let sql = format!(
                "INSERT INTO courses (id, partner, revision, {}, create_us, update_us, data_set, source_id, ordinal, \
                 hash) SELECT s.id, s.partner, :first + s.place, {}, :now, :now, :set, s.source_id, \
                 :ordinal + s.place, s.hash FROM {made} s",
                tables.columns(""),
                tables.columns("s.")
            );
            self.number(&sql, first).await?;
            self.hand.tell(&course_entry(&made, "c"), first).await?;
        }
        Ok(())
    }

    pub(super) async fn course_runs(&mut self, work: &Work) -> Result<(), Fault> {
        if work.updated[1] + work.moved > 0 {
            let first = self.positions.take(work.updated[1] + work.moved);
            self.change_runs(first).await?;
        }
        if work.created[1] > 0 {
            let first = self.positions.take(work.created[1]);
            self.make_runs(first).await?;
        }
        Ok(())
    }

    async fn change_runs(&mut self, first: i64) -> Result<(), Fault> {
        let tables = Tables::of(Kind::CourseRun);
        let taken = |field: &Field| {
            let taken = field.taken("b");
            format!("CASE WHEN s.n IS NULL THEN b.{} ELSE {taken} END", field.name)
        };
        let sql = format!(
            "UPDATE course_runs AS b SET {}, places_taken = b.places_taken + s.delta, \
             hash = CASE WHEN s.n IS NULL THEN b.hash ELSE s.hash END, revision = :first + s.place, update_us = :now \
             FROM (SELECT c.id AS changed, c.delta, c.place, t.n, t.hash, {} FROM {CHANGED_RUNS} c \
             LEFT JOIN staged_course_runs t ON t.run = :run AND t.n = c.n) s \
             WHERE b.partner = :partner AND b.id = s.changed",
            tables.sets(taken),
            tables.columns("t.")
        );
        self.hand.run(&sql, first).await?;
        self.hand.tell(&run_entry(CHANGED_RUNS, "u"), first).await?;
        self.hand.run(&keep_years(&self.hand.names), 0).await?;
        Ok(())
    }

    async fn make_runs(&mut self, first: i64) -> Result<(), Fault> {
        let tables = Tables::of(Kind::CourseRun);
        let made = numbered(tables, "t.action = 'create'");
        let sql = format!(
            "INSERT INTO course_runs (id, partner, course, revision, {}, places_taken, create_us, update_us, data_set, \
             source_id, ordinal, hash) SELECT s.id, s.partner, c.id, :first + s.place, {}, COALESCE(p.delta, 0), \
             :now, :now, :set, s.source_id, :ordinal + s.place, s.hash FROM {made} s \
             JOIN courses c ON c.partner = :partner AND c.source_id = s.course_source_id \
             LEFT JOIN sync_places p ON p.run = :run AND p.course_run = s.id",
            tables.columns(""),
            tables.columns("s.")
        );
        self.number(&sql, first).await?;
        self.hand.tell(&run_entry(&made, "c"), first).await?;
        Ok(())
    }
}
