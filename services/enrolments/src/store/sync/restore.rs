//! Undoing an applied run: what it changed becomes what it was, what it dropped comes back, and the enrolments that
//! it made are withdrawn. Courses, runs and people that it made stay, empty: nothing is erased.

use super::{
    kinds::{ALL, LIVE, Tables},
    runs,
    statement::{Desk, Names},
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
/// Enrolments of people whose fields come back, beside those.
const THEIRS: &str = "(SELECT e.id, e.sponsor, row_number() OVER (ORDER BY e.id) AS place FROM staged_people s \
     JOIN enrolments e ON e.partner = :partner AND e.person = s.id WHERE s.run = :run AND s.action = 'update' AND s.fields <> '' \
     AND NOT EXISTS (SELECT 1 FROM staged_enrolments t WHERE t.run = :run AND t.id = e.id \
     AND t.action IN ('create', 'update', 'reactivate', 'drop')))";
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
    let desk = Desk { tx: unit.tx(), names };
    desk.plan_for_sets().await?;
    if desk.built_on().await? {
        return Ok(Err(Refusal::NotTheLastRun));
    }
    let count = |set: &str| format!("SELECT count(*) AS n FROM {set} x");
    let courses = run.counts[0].updated;
    let (ours, theirs, runs) =
        (desk.count(&count(OURS)).await?, desk.count(&count(THEIRS)).await?, desk.count(&count(RUNS)).await?);
    let mut names = desk.names;
    let n = courses + runs + ours + theirs;
    let first = unit.block(n.cast_unsigned()).await?;
    names.set("last", first + n);
    let mut back = Back { unit, names };
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
                "SELECT count(*) AS n FROM (SELECT b.id FROM {} b JOIN {} s ON b.partner = :partner AND s.id = b.id WHERE {changed} \
                 AND b.revision >= :from AND b.revision <= :to{lock}) x",
                tables.base, tables.staged
            );
            if self.count(&all).await? != self.count(&ours).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

struct Back<'u> {
    unit: &'u mut Unit,
    names: Names,
}

impl Back<'_> {
    /// `first` are the positions before those of courses, runs, enrolments, and enrolments of people.
    async fn write(&mut self, first: [i64; 4]) -> Result<(), Fault> {
        self.courses(first[0]).await?;
        self.runs(first[1]).await?;
        let people = Tables::of(Kind::Learner);
        let sql = format!(
            "UPDATE people AS b SET {}, hash = NULL, revision = :last FROM staged_people AS s \
             WHERE s.run = :run AND s.action = 'update' AND b.partner = :partner AND b.id = s.id",
            self.sets(people)
        );
        self.run(&sql, 0).await?;
        self.enrolments(first[2]).await?;
        let told = entry(THEIRS, "", "s.sponsor");
        self.tell(&told, first[3]).await?;
        let sql = format!(
            "UPDATE enrolments AS b SET revision = :first + s.place, update_us = :now FROM {THEIRS} s WHERE b.partner = :partner AND b.id = s.id"
        );
        self.run(&sql, first[3]).await?;
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
        self.run(&sql, first).await?;
        let told = format!(
            "SELECT :first + s.place AS seq, 'courses' AS collection, 'partners/' || :partner || '/courses/' || \
             substr(s.id, length(:partner) + 2) AS resource, 'u' AS kind, '*' AS viewers FROM {set} s"
        );
        self.tell(&told, first).await
    }

    async fn runs(&mut self, first: i64) -> Result<(), Fault> {
        let tables = Tables::of(Kind::CourseRun);
        let dialect = self.unit.tx().dialect();
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
             WHERE b.id = s.changed"
        );
        self.run(&sql, first).await?;
        let told = format!(
            "SELECT :first + c.place AS seq, 'courseRuns' AS collection, 'partners/' || :partner || '/courses/' || \
             substr(r.course, length(:partner) + 2) || '/runs/' || substr(r.id, length(r.course) + 2) AS resource, \
             'u' AS kind, '*' AS viewers FROM {RUNS} c JOIN course_runs r ON r.partner = :partner AND r.id = c.id"
        );
        self.tell(&told, first).await?;
        let sql = "UPDATE enrolments AS e SET academic_year = r.academic_year FROM course_runs r, staged_course_runs s \
                   WHERE s.run = :run AND s.action = 'update' AND s.fields LIKE '%academic_year%' AND r.partner = :partner AND r.id = s.id \
                   AND e.partner = :partner AND e.run = r.id";
        self.run(sql, 0).await
    }

    async fn enrolments(&mut self, first: i64) -> Result<(), Fault> {
        let tables = Tables::of(Kind::Enrolment);
        // Whoever sponsored it until now is told, and whoever did before.
        self.tell(
            &entry(OURS, " JOIN enrolments e ON e.partner = :partner AND e.id = s.id", "e.sponsor"),
            first,
        )
        .await?;
        let made = format!(
            "UPDATE enrolments AS b SET state = CASE WHEN b.state IN {LIVE} THEN 'withdrawn' ELSE b.state END, \
             dropped = b.state IN {LIVE}, reason = :reason, hash = NULL, revision = :first + s.place, update_us = :now \
             FROM {OURS} s WHERE s.action = 'create' AND b.partner = :partner AND b.id = s.id"
        );
        self.run(&made, first).await?;
        let dialect = self.unit.tx().dialect();
        let dropped = match dialect {
            Dialect::Postgres => "(s.before::json->>'dropped')::boolean",
            Dialect::Sqlite => "s.before->>'dropped'",
        };
        let changed = |live: &str| {
            format!(
                "UPDATE enrolments AS b SET {}, dropped = {dropped}, reason = {}, hash = NULL, \
                 revision = :first + s.place, update_us = :now FROM {OURS} s \
                 WHERE s.action <> 'create' AND b.partner = :partner AND b.id = s.id AND {live} {} IN {LIVE}",
                self.sets(tables),
                was(dialect, "reason", false),
                was(dialect, "state", false)
            )
        };
        // What ends first, so that one place is never held twice.
        let (ends, goes_on) = (changed("NOT"), changed(""));
        self.run(&ends, first).await?;
        self.run(&goes_on, first).await
    }

    /// Each field as it was.
    fn sets(&self, tables: &Tables) -> String {
        let dialect = self.unit.tx().dialect();
        tables.sets(|field| was(dialect, field.name, field.number))
    }

    async fn run(&mut self, sql: &str, first: i64) -> Result<(), Fault> {
        self.names.set("first", first);
        let (sql, values) = self.names.place(sql)?;
        self.unit.tx().run(&sql, values).await?;
        Ok(())
    }

    async fn tell(&mut self, sql: &str, first: i64) -> Result<(), Fault> {
        self.names.set("first", first);
        let select = format!(
            "SELECT x.seq, :now, x.collection, x.resource, x.kind, x.viewers, :partner FROM ({sql}) x"
        );
        let (sql, values) = self.names.place(&select)?;
        self.unit.feed(&sql, values).await?;
        Ok(())
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

fn entry(set: &str, join: &str, sponsor: &str) -> String {
    format!(
        "SELECT :first + s.place AS seq, 'enrolments' AS collection, \
         'partners/' || :partner || '/enrolments/' || substr(s.id, length(:partner) + 2) AS resource, 'u' AS kind, \
         ' ' || :partner || ' ' || CASE WHEN {sponsor} IS NULL OR {sponsor} = :partner THEN '' \
         ELSE {sponsor} || ' ' END AS viewers FROM {set} s{join}"
    )
}
