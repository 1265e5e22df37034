//! What staged records refer to.

use super::{NOT_REFUSED, Refused};
use crate::domain::sync::{Code, Kind};
use crate::store::sync::gauge::MATCHED;
use crate::store::sync::kinds::{Tables, live};
use crate::store::sync::statement::{Desk, among_texts};
use ledger::{Dialect, Fault};

const BEYOND: Refused<'_> = Refused {
    field: "course_run_source_id",
    code: Code::ForbiddenInSnapshot,
    found: "s.course_run_source_id",
    expected: "'a run of a year that the snapshot speaks for'",
};

impl Desk<'_> {
    /// Refuses whatever refers to nothing, or to something else than before, or out of the snapshot's years.
    pub(super) async fn refer(&self, snapshot: bool) -> Result<(), Fault> {
        if self.names.gauge.any(Kind::CourseRun) {
            self.refer_to_courses().await?;
        }
        if !self.names.gauge.any(Kind::Enrolment) {
            return Ok(());
        }
        self.link().await?;
        self.refer_to(
            "course_run_source_id",
            "course_run",
            "'the source_id of a course run that was sent with this run or before it'",
        )
        .await?;
        self.refer_to(
            "learner_source_id",
            "person",
            "'the source_id of a learner who was sent with this run or before it'",
        )
        .await?;
        let matched = self.names.gauge.has(Kind::Enrolment, MATCHED);
        if matched {
            self.refer_as_before().await?;
        }
        if snapshot {
            self.begin_in_years().await?;
        }
        if snapshot && matched {
            self.stay_in_years().await?;
        }
        Ok(())
    }

    /// A new run belongs to its course for good, and its name begins with the course's.
    async fn refer_to_courses(&self) -> Result<(), Fault> {
        let known = "(SELECT c.source_id, c.id FROM courses c WHERE c.partner = :partner AND c.source_id IS NOT NULL \
                     UNION ALL SELECT t.source_id, t.id FROM staged_courses t \
                     WHERE t.run = :run AND t.action = 'create')";
        let missing = Refused {
            field: "course_source_id",
            code: Code::ReferenceMissing,
            found: "s.course_source_id",
            expected: "'the source_id of a course that was sent with this run or before it'",
        };
        let when = format!(
            "s.action = 'create' AND NOT EXISTS (SELECT 1 FROM {known} k WHERE k.source_id = s.course_source_id)"
        );
        let runs = Tables::of(Kind::CourseRun);
        self.refuse(runs, &when, &missing).await?;
        let moved = Refused {
            field: "course_source_id",
            code: Code::InvalidValue,
            found: "s.course_source_id",
            expected: "'the course that the run was made for: a run never moves to another'",
        };
        let when = "s.action IN ('update', 'same') AND NOT s.gone AND EXISTS (SELECT 1 FROM course_runs b \
                    JOIN courses c ON c.partner = :partner AND c.id = b.course WHERE b.partner = :partner AND b.id = s.id AND c.source_id IS DISTINCT FROM s.course_source_id)";
        self.refuse(runs, when, &moved).await?;
        // The last segment was made when the record came; the course's key is known only now.
        let sql = format!(
            "UPDATE staged_course_runs AS s SET id = k.id || '/' || s.id FROM {known} AS k \
             WHERE s.run = :run AND s.action = 'create' AND k.source_id = s.course_source_id AND s.id NOT LIKE '%/%'"
        );
        self.run(&sql).await?;
        Ok(())
    }

    /// Finds learner and run of each enrolment, once.
    async fn link(&self) -> Result<(), Fault> {
        let (is_live, was_live, stays) = (live("s.state"), live("e.state"), live("e.state"));
        let named = |field| {
            format!("SELECT k.{field} FROM staged_enrolments k WHERE k.run = :run AND k.action = 'create'")
        };
        let (people, runs) = (
            self.names.near("p.source_id", &named("learner_source_id")),
            self.names.near("r.source_id", &named("course_run_source_id")),
        );
        let sql = format!(
            "INSERT INTO sync_links (run, n, partner, person, course_run, rank, was_live, is_live) \
             SELECT s.run, s.n, s.partner, COALESCE(p.id, q.id), COALESCE(r.id, t.id), 2, false, {is_live} \
             FROM staged_enrolments s \
             LEFT JOIN people p ON p.partner = :partner AND p.source_id = s.learner_source_id{people} \
             LEFT JOIN staged_people q ON q.run = :run AND q.source_id = s.learner_source_id \
             AND (q.action = 'create' OR q.action = 'update' AND q.ordinal IS NULL) \
             LEFT JOIN course_runs r ON r.partner = :partner AND r.source_id = s.course_run_source_id{runs} \
             LEFT JOIN staged_course_runs t ON t.run = :run AND t.source_id = s.course_run_source_id \
             AND t.action = 'create' WHERE s.run = :run AND s.action = 'create'"
        );
        if self.names.gauge.has(Kind::Enrolment, &["create"]) {
            self.run(&sql).await?;
        }
        if !self.names.gauge.has(Kind::Enrolment, &["update", "reactivate"]) {
            return Ok(());
        }
        let sql = format!(
            "INSERT INTO sync_links (run, n, partner, person, course_run, rank, was_live, is_live) \
             SELECT s.run, s.n, s.partner, e.person, e.run, CASE WHEN {was_live} THEN 0 ELSE 1 END, {was_live}, \
             CASE WHEN e.held LIKE '%\"state\"%' THEN {stays} ELSE {is_live} END \
             FROM staged_enrolments s JOIN enrolments e ON e.partner = :partner AND e.id = s.id{} \
             WHERE s.run = :run AND s.action IN ('update', 'reactivate')",
            self.near_enrolments("e.id")
        );
        self.run(&sql).await?;
        Ok(())
    }

    /// The same of what is dropped.
    pub(super) async fn link_drops(&self) -> Result<(), Fault> {
        let sql = format!(
            "INSERT INTO sync_links (run, n, partner, person, course_run, rank, was_live, is_live) \
             SELECT s.run, s.n, s.partner, e.person, e.run, 0, {}, false \
             FROM staged_enrolments s JOIN enrolments e ON e.partner = :partner AND e.id = s.id{} \
             WHERE s.run = :run AND s.action = 'drop'",
            live("e.state"),
            self.near_enrolments("e.id")
        );
        self.run(&sql).await?;
        Ok(())
    }

    fn near_enrolments(&self, column: &str) -> String {
        self.names.near_staged(column, Tables::of(Kind::Enrolment))
    }

    async fn refer_to(&self, field: &str, link: &str, expected: &str) -> Result<(), Fault> {
        let found = format!("s.{field}");
        let missing = Refused { field, code: Code::ReferenceMissing, found: &found, expected };
        let when = format!("s.n IN (SELECT l.n FROM sync_links l WHERE l.run = :run AND l.{link} IS NULL)");
        self.refuse(Tables::of(Kind::Enrolment), &when, &missing).await?;
        Ok(())
    }

    /// An enrolment is of one learner on one run, for good.
    async fn refer_as_before(&self) -> Result<(), Fault> {
        let rows = self.near_enrolments("b.id");
        let of = |table: &str, key: &str, field: &str| {
            let referred = format!(
                "SELECT e.{key} FROM enrolments e WHERE e.partner = :partner{}",
                self.near_enrolments("e.id")
            );
            let referred = self.names.near("o.id", &referred);
            format!(
                "s.action IN ('update', 'same', 'reactivate') AND NOT s.gone AND EXISTS (SELECT 1 FROM enrolments b \
                 JOIN {table} o ON o.partner = :partner AND o.id = b.{key}{referred} \
                 WHERE b.partner = :partner AND b.id = s.id{rows} AND o.source_id IS DISTINCT FROM s.{field})"
            )
        };
        let enrolments = Tables::of(Kind::Enrolment);
        let run = Refused {
            field: "course_run_source_id",
            code: Code::InvalidValue,
            found: "s.course_run_source_id",
            expected: "'the run that the enrolment was made for: send another enrolment for another run'",
        };
        self.refuse(enrolments, &of("course_runs", "run", run.field), &run).await?;
        let learner = Refused {
            field: "learner_source_id",
            code: Code::InvalidValue,
            found: "s.learner_source_id",
            expected: "'the learner whom the enrolment was made for: send another enrolment for another learner'",
        };
        self.refuse(enrolments, &of("people", "person", learner.field), &learner).await?;
        Ok(())
    }

    /// New enrolments are on runs of the snapshot's years.
    async fn begin_in_years(&self) -> Result<(), Fault> {
        let within = |column| among_texts(self.dialect(), column, ":years");
        let beyond = format!(
            "SELECT r.id FROM course_runs r WHERE r.partner = :partner AND NOT ({}) \
             UNION ALL SELECT t.id FROM staged_course_runs t \
             WHERE t.run = :run AND t.action = 'create' AND NOT ({})",
            within("r.academic_year"),
            within("t.academic_year")
        );
        let when = format!(
            "s.action = 'create' AND s.n IN (SELECT l.n FROM sync_links l \
             WHERE l.run = :run AND l.course_run IN ({beyond}))"
        );
        self.refuse(Tables::of(Kind::Enrolment), &when, &BEYOND).await?;
        Ok(())
    }

    /// What an enrolment becomes is within the snapshot's years, as what it was.
    async fn stay_in_years(&self) -> Result<(), Fault> {
        let enrolments = Tables::of(Kind::Enrolment);
        let within = among_texts(self.dialect(), "k.academic_year", ":years");
        let when = format!(
            "s.action IN ('update', 'same', 'reactivate') AND NOT EXISTS (SELECT 1 FROM enrolments k \
             WHERE k.partner = :partner AND k.id = s.id{} AND {within})",
            self.near_enrolments("k.id")
        );
        self.refuse(enrolments, &when, &BEYOND).await?;
        Ok(())
    }

    /// Refuses a second live enrolment of a learner on a run. Those that stay live stand first, then those that the
    /// run changes, then the new ones in order of arrival.
    pub(super) async fn refuse_duplicates(&self) -> Result<(), Fault> {
        let duplicate = Refused {
            field: "learner_source_id",
            code: Code::DuplicateEnrolment,
            found: "s.learner_source_id",
            expected: "'one enrolment of a learner on a run that has not ended'",
        };
        let enrolments = Tables::of(Kind::Enrolment);
        let when = format!(
            "s.n IN (SELECT l.n FROM (SELECT x.n, row_number() OVER (PARTITION BY x.person, x.course_run \
             ORDER BY x.rank, x.n) AS place FROM sync_links x WHERE x.run = :run AND x.is_live {NOT_REFUSED}) l \
             WHERE l.place > 1)"
        );
        self.refuse(enrolments, &when, &duplicate).await?;
        // From the links to what stands, by index and never the other way round, whatever the statistics say.
        let standing = format!(
            "SELECT e.id FROM enrolments e WHERE e.person = x.person AND e.run = x.course_run AND {}",
            live("e.state")
        );
        let standing = match self.dialect() {
            Dialect::Postgres => {
                format!("SELECT x.n, o.id FROM sync_links x CROSS JOIN LATERAL ({standing} OFFSET 0) o")
            }
            Dialect::Sqlite => format!("SELECT x.n, ({standing}) AS id FROM sync_links x"),
        };
        let when = format!(
            "s.n IN (SELECT p.n FROM ({standing} WHERE x.run = :run AND x.is_live) p WHERE p.id IS NOT NULL \
             AND {})",
            self.dialect().pick(
                "NOT EXISTS (SELECT 1 FROM staged_enrolments t WHERE t.run = :run AND t.id = p.id \
                 AND t.action IN ('update', 'reactivate', 'drop'))",
                "p.id NOT IN (SELECT t.id FROM staged_enrolments t WHERE t.run = :run \
                 AND t.action IN ('update', 'reactivate', 'drop'))",
            )
        );
        self.refuse(enrolments, &when, &duplicate).await?;
        Ok(())
    }
}
