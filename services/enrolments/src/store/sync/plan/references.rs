//! What staged records refer to.

use super::Refused;
use crate::domain::sync::{Code, Kind};
use crate::store::sync::gauge::MATCHED;
use crate::store::sync::kinds::{Tables, live};
use crate::store::sync::named::named_in;
use crate::store::sync::statement::{Desk, among_texts};
use ledger::Fault;

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
        let made = self.names.gauge.has(Kind::Enrolment, &["create"]);
        // What was sent is there by the end of the run, unless it has been refused.
        if made && (!self.names.clear.referred || self.has_refused().await?) {
            let expected = "'the source_id of a course run that was sent with this run or before it'";
            self.refer_to(Kind::CourseRun, expected).await?;
            let expected = "'the source_id of a learner who was sent with this run or before it'";
            self.refer_to(Kind::Learner, expected).await?;
        }
        let matched = self.names.gauge.has(Kind::Enrolment, MATCHED);
        if matched {
            self.link().await?;
            self.refer_as_before().await?;
        }
        if snapshot && made {
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

    /// Notes learner and run of each enrolment that changes, once. One that is new is never written before it is made:
    /// its learner and its run are known by their source ids.
    async fn link(&self) -> Result<(), Fault> {
        let (is_live, was_live, stays) = (live("s.state"), live("e.state"), live("e.state"));
        if !self.names.gauge.has(Kind::Enrolment, &["update", "reactivate"]) {
            return Ok(());
        }
        let sql = format!(
            "INSERT INTO sync_links (run, n, partner, person, course_run, rank, was_live, is_live) \
             SELECT s.run, s.n, s.partner, e.person, e.run, CASE WHEN {was_live} THEN 0 ELSE 1 END, {was_live}, \
             CASE WHEN e.held LIKE '%\"state\"%' THEN {stays} ELSE {is_live} END \
             FROM staged_enrolments s JOIN enrolments e ON {} AND e.id = s.id \
             WHERE s.run = :run AND s.action IN ('update', 'reactivate')",
            self.own_enrolments("e.id")
        );
        self.run(&sql).await?;
        Ok(())
    }

    /// The same of what is dropped.
    pub(super) async fn link_drops(&self) -> Result<(), Fault> {
        let sql = format!(
            "INSERT INTO sync_links (run, n, partner, person, course_run, rank, was_live, is_live) \
             SELECT s.run, s.n, s.partner, e.person, e.run, 0, {}, false \
             FROM staged_enrolments s JOIN enrolments e ON {} AND e.id = s.id \
             WHERE s.run = :run AND s.action = 'drop'",
            live("e.state"),
            self.own_enrolments("e.id")
        );
        self.run(&sql).await?;
        Ok(())
    }

    fn own_enrolments(&self, column: &str) -> String {
        self.names.own_staged(column, Tables::of(Kind::Enrolment))
    }

    /// Refuses new enrolments of somebody, or on a run, that nobody knows.
    async fn refer_to(&self, kind: Kind, expected: &str) -> Result<(), Fault> {
        let field = named_in(kind);
        let found = format!("s.{field}");
        let missing = Refused { field, code: Code::ReferenceMissing, found: &found, expected };
        let when = format!(
            "s.n IN (SELECT x.n FROM staged_enrolments x LEFT JOIN ({}) k ON k.source_id = x.{field} \
             WHERE x.run = :run AND x.action = 'create' AND k.source_id IS NULL)",
            self.names.known(kind, &["source_id"])
        );
        self.refuse(Tables::of(Kind::Enrolment), &when, &missing).await?;
        Ok(())
    }

    /// An enrolment is of one learner on one run, for good.
    async fn refer_as_before(&self) -> Result<(), Fault> {
        let rows = self.own_enrolments("b.id");
        let of = |table: &str, key: &str, field: &str| {
            let referred = format!("SELECT e.{key} FROM enrolments e WHERE {}", self.own_enrolments("e.id"));
            let referred = self.names.own("o.id", &referred);
            format!(
                "s.action IN ('update', 'same', 'reactivate') AND NOT s.gone AND EXISTS (SELECT 1 FROM enrolments b \
                 JOIN {table} o ON {referred} AND o.id = b.{key} \
                 WHERE {rows} AND b.id = s.id AND o.source_id IS DISTINCT FROM s.{field})"
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
        let when = format!(
            "s.action = 'create' AND s.course_run_source_id IN (SELECT k.source_id FROM ({}) k WHERE NOT ({}))",
            self.names.known(Kind::CourseRun, &["source_id", "academic_year"]),
            within("k.academic_year")
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
             WHERE {} AND k.id = s.id AND {within})",
            self.own_enrolments("k.id")
        );
        self.refuse(enrolments, &when, &BEYOND).await?;
        Ok(())
    }
}
