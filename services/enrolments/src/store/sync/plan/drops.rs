//! What is gone from the source.

use super::matching::before;
use crate::domain::sync::{Kind, Mode, Seen, SyncRun};
use crate::store::sync::holdings;
use crate::store::sync::kinds::{LIVE, Tables};
use crate::store::sync::statement::{Desk, among_texts};
use ledger::Fault;

/// Rows looked at, and rows dropped, in one statement.
const PAGE: i64 = 50_000;
const AT_ONCE: usize = 10_000;
/// Rows that are passed over in the time that one takes to be looked up.
const PASSED_IN_A_LOOK: u32 = 4;

impl Desk<'_> {
    /// Stages a drop for each live enrolment that is gone. Answers how many were live in scope.
    pub(super) async fn drop_missing(&mut self, run: &SyncRun, seen: &mut Seen) -> Result<i64, Fault> {
        let mut next = run.records;
        let live = self.stage_missing(run, seen, &mut next).await?;
        if next > run.records {
            self.gauge().await?;
        }
        Ok(live)
    }

    async fn stage_missing(&mut self, run: &SyncRun, seen: &mut Seen, next: &mut i64) -> Result<i64, Fault> {
        match run.opening.mode {
            Mode::Delta => {
                self.drop_of_dropped(next).await?;
                let live = format!(
                    "SELECT count(*) AS n FROM enrolments WHERE partner = :partner AND data_set = :set \
                     AND source_id IS NOT NULL AND state IN {LIVE}"
                );
                let drops = "SELECT count(*) AS n FROM (SELECT 1 FROM staged_enrolments \
                             WHERE run = :run AND action = 'drop' LIMIT 1) x";
                if self.count(drops).await? == 0 { Ok(0) } else { self.count(&live).await }
            }
            Mode::Snapshot => {
                self.meet_refused(seen).await?;
                let last = holdings::last_ordinal(self.tx, &run.name.partner, &run.opening.data_set).await?;
                let end = u32::try_from(last + 1).unwrap_or(u32::MAX);
                let looked_up = end / PASSED_IN_A_LOOK;
                let missing: Vec<u32> = seen.missing(end).take(looked_up as usize + 1).collect();
                if missing.len() > looked_up as usize {
                    self.drop_unseen(seen, next).await
                } else {
                    self.drop_among(&missing, next).await
                }
            }
        }
    }

    /// A row whose record was refused is not gone: it stays as it was.
    async fn meet_refused(&self, seen: &mut Seen) -> Result<(), Fault> {
        let refused = "SELECT k.source_id FROM sync_rejects k WHERE k.run = :run AND k.kind = 'enrolment'";
        let sql = format!(
            "SELECT e.ordinal FROM sync_rejects r \
             JOIN enrolments e ON {} AND e.source_id = r.source_id \
             WHERE r.run = :run AND r.kind = 'enrolment' AND e.data_set = :set",
            self.names.own("e.source_id", refused)
        );
        for row in self.all(&sql).await? {
            let ordinal: i64 = row.try_get("", "ordinal")?;
            seen.meet(u32::try_from(ordinal).unwrap_or_default());
        }
        Ok(())
    }

    /// Most rows were met: looks at the others alone. What is live besides matters only where something is dropped.
    async fn drop_among(&mut self, missing: &[u32], next: &mut i64) -> Result<i64, Fault> {
        let before = *next;
        let within = among_texts(self.dialect(), "b.academic_year", ":years");
        let in_scope = format!("b.state IN {LIVE} AND {within}");
        let live = format!(
            "SELECT count(*) AS n FROM enrolments b WHERE b.partner = :partner AND b.data_set = :set \
             AND b.source_id IS NOT NULL AND {in_scope}"
        );
        for some in missing.chunks(AT_ONCE) {
            self.names.set("some", serde_json::to_string(some)?);
            self.stage_drops(next, self.numbered(), &in_scope).await?;
        }
        if *next == before { Ok(0) } else { self.count(&live).await }
    }

    /// Passes over all rows.
    async fn drop_unseen(&mut self, seen: &Seen, next: &mut i64) -> Result<i64, Fault> {
        let list = self.dialect().pick("string_agg(ordinal::text, ',')", "group_concat(ordinal, ',')");
        let within = among_texts(self.dialect(), "academic_year", ":years");
        let sql = format!(
            "SELECT {list} AS ordinals, count(*) AS n, max(ordinal) AS last FROM (SELECT ordinal FROM enrolments \
             WHERE partner = :partner AND data_set = :set AND source_id IS NOT NULL AND ordinal > :after \
             AND state IN {LIVE} AND {within} ORDER BY ordinal LIMIT {PAGE}) x"
        );
        let (mut live, mut after) = (0, -1_i64);
        loop {
            self.names.set("after", after);
            let rows = self.all(&sql).await?;
            let Some(row) = rows.first() else { return Ok(live) };
            let (ordinals, n): (Option<String>, i64) = (row.try_get("", "ordinals")?, row.try_get("", "n")?);
            let ordinals = ordinals.unwrap_or_default();
            let unseen: Vec<u32> = ordinals
                .split(',')
                .filter_map(|ordinal| ordinal.parse().ok())
                .filter(|ordinal| !seen.has(*ordinal))
                .collect();
            for some in unseen.chunks(AT_ONCE) {
                self.names.set("some", serde_json::to_string(some)?);
                self.stage_drops(next, self.numbered(), "true").await?;
            }
            live += n;
            let last: Option<i64> = row.try_get("", "last")?;
            match last.filter(|_| n == PAGE) {
                Some(last) => after = last,
                None => return Ok(live),
            }
        }
    }

    /// In a delta a dropped learner, run or course takes its enrolments along.
    async fn drop_of_dropped(&mut self, next: &mut i64) -> Result<(), Fault> {
        let dropped = |kind| self.names.gauge.has(kind, &["drop"]);
        if ![Kind::Course, Kind::CourseRun, Kind::Learner].into_iter().any(dropped) {
            return Ok(());
        }
        let dropped = |tables: &Tables| {
            format!("SELECT id FROM {} WHERE run = :run AND action = 'drop'", tables.staged)
        };
        let (courses, runs, people) = (
            dropped(Tables::of(Kind::Course)),
            dropped(Tables::of(Kind::CourseRun)),
            dropped(Tables::of(Kind::Learner)),
        );
        let ways = [
            format!("b.person IN ({people})"),
            format!("b.run IN ({runs})"),
            format!(
                "b.run IN (SELECT r.id FROM course_runs r WHERE r.partner = :partner AND r.course IN ({courses}))"
            ),
        ];
        for way in ways {
            let more = format!(
                "{way} AND b.state IN {LIVE} AND NOT EXISTS (SELECT 1 FROM staged_enrolments t \
                 WHERE t.run = :run AND t.id = b.id)"
            );
            self.stage_drops(next, "enrolments", &more).await?;
        }
        Ok(())
    }

    /// The enrolments of the data set that have the numbers `:some`: each looked up, whatever the statistics say. They
    /// are numbers before they are looked up: behind a policy no index is used with what reads a text, which could tell
    /// of rows that are not to be seen. SQLite keeps to the order of a cross join.
    fn numbered(&self) -> &'static str {
        self.dialect().pick(
            "(SELECT o.* FROM (SELECT x.value::bigint AS value FROM json_array_elements_text(:some::json) x OFFSET 0) x \
             CROSS JOIN LATERAL (SELECT * FROM enrolments e \
             WHERE e.partner = :partner AND e.data_set = :set AND e.ordinal = x.value OFFSET 0) o)",
            "(SELECT e.* FROM json_each(:some) x CROSS JOIN enrolments e ON e.partner = :partner AND e.data_set = :set \
             AND e.ordinal = x.value)",
        )
    }

    /// Stages a drop for each enrolment `b` of the data set, among `rows`, that meets a condition and whose state nobody
    /// holds.
    async fn stage_drops(&mut self, next: &mut i64, rows: &str, which: &str) -> Result<(), Fault> {
        self.names.set("next", *next);
        let before = before(self.dialect(), Tables::of(Kind::Enrolment));
        let sql = format!(
            "INSERT INTO staged_enrolments (run, partner, n, source_id, origin, gone, id, action, ordinal, \
             base_revision, fields, before) \
             SELECT :run, b.partner, :next - 1 + row_number() OVER (ORDER BY b.ordinal), b.source_id, '', true, b.id, \
             'drop', b.ordinal, b.revision, '', {before} FROM {rows} b WHERE b.partner = :partner \
             AND b.data_set = :set AND b.source_id IS NOT NULL AND b.held NOT LIKE '%\"state\"%' AND {which}"
        );
        *next += i64::try_from(self.run(&sql).await?).unwrap_or_default();
        Ok(())
    }

    /// Takes those out of the drops whose learner is on a placement. Answers how many, and some of their names.
    pub(super) async fn keep_placed(&self) -> Result<(i64, Vec<String>), Fault> {
        let sql = format!(
            "UPDATE staged_enrolments SET action = 'kept' WHERE run = :run AND action = 'drop' AND id IN \
             (SELECT e.id FROM live_placements l JOIN enrolments e ON {} AND e.person = l.person \
             WHERE l.partner = :partner)",
            self.names
                .own("e.id", "SELECT k.id FROM staged_enrolments k WHERE k.run = :run AND k.action = 'drop'")
        );
        let kept = self.run(&sql).await?;
        let sql = "SELECT 'partners/' || :partner || '/enrolments/' || substr(id, length(:partner) + 2) AS name \
                   FROM staged_enrolments WHERE run = :run AND action = 'kept' ORDER BY n LIMIT 5";
        let rows = if kept == 0 { vec![] } else { self.all(sql).await? };
        let names = rows.iter().map(|row| row.try_get("", "name")).collect::<Result<_, _>>()?;
        Ok((i64::try_from(kept).unwrap_or(i64::MAX), names))
    }
}
