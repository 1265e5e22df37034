//! Undoing an applied run: what it changed becomes what it was, what it dropped comes back, and the enrolments that
//! it made are withdrawn. Courses, runs and people that it made stay, empty: nothing is erased.

use super::{
    kinds::{ALL, LIVE, Tables},
    runs,
    statement::{Desk, Names},
    writing::{Hand, course_entry, entry, keep_years, row, run_entry, touched},
};
use crate::domain::{
    Refusal,
    sync::{Kind, SyncRun},
};
use ledger::{Dialect, Fault, Unit};
use vocabulary::micros;

/// Enrolments whose row the run changed or made.
const OURS: &str = "(SELECT t.*, row_number() OVER (ORDER BY t.n) AS place FROM staged_enrolments t \
     WHERE t.run = :run AND t.action IN ('create', 'update', 'reactivate', 'drop'))";
/// Runs that change: those that the sync updated, and those whose places it moved.
const RUNS: &str = "(SELECT y.id, max(y.n) AS n, CAST(sum(y.delta) AS bigint) AS delta, \
     row_number() OVER (ORDER BY y.id) AS place FROM \
     (SELECT t.id, t.n, 0 AS delta FROM staged_course_runs t WHERE t.run = :run AND t.action = 'update' \
     UNION ALL SELECT p.course_run, CAST(NULL AS bigint), p.delta FROM sync_places p WHERE p.run = :run) y \
     GROUP BY y.id)";

/// Undoes the run, which is the last of its data set.
///
/// # Errors
/// Storage fails. The refusal is that somebody built on it.
pub async fn run(unit: &mut Unit, run: &SyncRun) -> Result<Result<(), Refusal>, Fault> {
    let (first, last) = runs::positions(unit.tx(), &run.name).await?;
    let names = Names::default()
        .with("run", run.name.key())
        .with("partner", run.name.partner.as_str())
        .with("from", first)
        .with("to", last)
        .with("now", micros(unit.now()))
        .with("reason", format!("{} was undone", run.name.id));
    let mut desk = Desk { tx: unit.tx(), names };
    desk.plan_for_sets().await?;
    desk.gauge().await?;
    if desk.built_on().await? {
        return Ok(Err(Refusal::NotTheLastRun));
    }
    let count = |set: &str| format!("SELECT count(*) AS n FROM {set} x");
    let courses = run.counts[0].updated;
    let (ours, theirs, runs) = (
        desk.count(&count(OURS)).await?,
        desk.count(&count(&touched(&desk.names))).await?,
        desk.count(&count(RUNS)).await?,
    );
    let mut names = desk.names;
    let n = courses + runs + ours + theirs;
    let first = unit.block(n.cast_unsigned()).await?;
    names.set("last", first + n);
    let mut back = Back(Hand { unit, names });
    match back.write([first, first + courses, first + courses + runs, first + courses + runs + ours]).await {
        Ok(()) => Ok(Ok(())),
        Err(Fault::Constraint(_)) => Ok(Err(Refusal::NotTheLastRun)),
        Err(fault) => Err(fault),
    }
}

impl Desk<'_> {
    /// Locks what the run changed. Says whether any of it has changed since.
    async fn built_on(&self) -> Result<bool, Fault> {
        let lock = self.dialect().pick(" FOR UPDATE OF b", "");
        for tables in &ALL {
            let changed = match tables.kind {
                Kind::Enrolment => "s.run = :run AND s.action IN ('create', 'update', 'reactivate', 'drop')",
                Kind::Course | Kind::CourseRun | Kind::Learner => "s.run = :run AND s.action = 'update'",
            };
            let all = format!("SELECT count(*) AS n FROM {} s WHERE {changed}", tables.staged);
            let ours = format!(
                "SELECT count(*) AS n FROM (SELECT b.id FROM {} b JOIN {} s ON {} AND s.id = b.id \
                 WHERE {changed} AND b.revision >= :from AND b.revision <= :to{lock}) x",
                tables.base,
                tables.staged,
                self.names.own_staged("b.id", tables)
            );
            if self.count(&all).await? != self.count(&ours).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

struct Back<'u>(Hand<'u>);

impl Back<'_> {
    /// `first` are the positions before those of courses, runs, enrolments, and enrolments of people.
    async fn write(&mut self, first: [i64; 4]) -> Result<(), Fault> {
        self.courses(first[0]).await?;
        self.runs(first[1]).await?;
        let people = Tables::of(Kind::Learner);
        let sql = format!(
            "UPDATE people AS b SET {}, hash = NULL, revision = :last FROM staged_people AS s \
             WHERE s.run = :run AND s.action = 'update' AND {} AND b.id = s.id",
            self.sets(people),
            self.0.names.own_staged("b.id", people)
        );
        self.0.run(&sql, 0).await?;
        self.enrolments(first[2]).await?;
        let touched = touched(&self.0.names);
        self.0.tell(&entry(&touched, "", "s.sponsor", "u"), first[3]).await?;
        let sql = format!(
            "UPDATE enrolments AS b SET revision = :first + s.place, update_us = :now FROM {touched} s \
             WHERE {} AND b.id = s.id",
            self.0.names.own("b.id", &format!("SELECT k.id FROM {touched} k"))
        );
        self.0.run(&sql, first[3]).await?;
        Ok(())
    }

    async fn courses(&mut self, first: i64) -> Result<(), Fault> {
        let set = "(SELECT t.*, row_number() OVER (ORDER BY t.n) AS place FROM staged_courses t \
                   WHERE t.run = :run AND t.action = 'update')";
        let sql = format!(
            "UPDATE courses AS b SET {}, hash = NULL, revision = :first + s.place, update_us = :now \
             FROM {set} s WHERE b.partner = :partner AND b.id = s.id",
            self.sets(Tables::of(Kind::Course))
        );
        self.0.run(&sql, first).await?;
        self.0.tell(&course_entry(set, "u"), first).await?;
        Ok(())
    }

    async fn runs(&mut self, first: i64) -> Result<(), Fault> {
        let tables = Tables::of(Kind::CourseRun);
        let dialect = self.0.unit.tx().dialect();
        let sets = tables.sets(|field| {
            format!(
                "CASE WHEN s.n IS NULL THEN b.{} ELSE {} END",
                field.name,
                was(dialect, field.name, field.number)
            )
        });
        let sql = format!(
            "UPDATE course_runs AS b SET {sets}, places_taken = b.places_taken - s.delta, \
             hash = CASE WHEN s.n IS NULL THEN b.hash END, revision = :first + s.place, update_us = :now \
             FROM (SELECT c.id AS changed, c.delta, c.place, t.n, t.before FROM {RUNS} c \
             LEFT JOIN staged_course_runs t ON t.run = :run AND t.n = c.n AND t.action = 'update') s \
             WHERE b.partner = :partner AND b.id = s.changed"
        );
        self.0.run(&sql, first).await?;
        self.0.tell(&run_entry(RUNS, "u"), first).await?;
        self.0.run(&keep_years(&self.0.names), 0).await?;
        Ok(())
    }

    async fn enrolments(&mut self, first: i64) -> Result<(), Fault> {
        let tables = Tables::of(Kind::Enrolment);
        // Whoever sponsored it until now is told, and whoever did before.
        self.0.tell(&entry(OURS, &row(&self.0.names), "e.sponsor", "u"), first).await?;
        let own = self.0.names.own_staged("b.id", tables);
        let made = format!(
            "UPDATE enrolments AS b SET state = CASE WHEN b.state IN {LIVE} THEN 'withdrawn' ELSE b.state END, \
             dropped = b.state IN {LIVE}, reason = :reason, hash = NULL, revision = :first + s.place, update_us = :now \
             FROM {OURS} s WHERE s.action = 'create' AND {own} AND b.id = s.id"
        );
        self.0.run(&made, first).await?;
        let dialect = self.0.unit.tx().dialect();
        let dropped = match dialect {
            Dialect::Postgres => "(s.before::json->>'dropped')::boolean",
            Dialect::Sqlite => "s.before->>'dropped'",
        };
        let changed = |live: &str| {
            format!(
                "UPDATE enrolments AS b SET {}, dropped = {dropped}, reason = {}, hash = NULL, \
                 revision = :first + s.place, update_us = :now FROM {OURS} s \
                 WHERE s.action <> 'create' AND {own} AND b.id = s.id AND {live} {} IN {LIVE}",
                self.sets(tables),
                was(dialect, "reason", false),
                was(dialect, "state", false)
            )
        };
        // What ends first, so that one place is never held twice.
        let (ends, goes_on) = (changed("NOT"), changed(""));
        self.0.run(&ends, first).await?;
        self.0.run(&goes_on, first).await?;
        Ok(())
    }

    /// Each field as it was.
    fn sets(&self, tables: &Tables) -> String {
        let dialect = self.0.unit.tx().dialect();
        tables.sets(|field| was(dialect, field.name, field.number))
    }
}

/// What a field of the row was before the run, in SQL.
fn was(dialect: Dialect, field: &str, number: bool) -> String {
    match dialect {
        Dialect::Postgres if number => format!("(s.before::json->>'{field}')::bigint"),
        Dialect::Postgres => format!("s.before::json->>'{field}'"),
        Dialect::Sqlite => format!("s.before->>'{field}'"),
    }
}
