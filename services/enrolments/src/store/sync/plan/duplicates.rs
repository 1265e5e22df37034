//! One live enrolment of a learner on a run.

use super::Refused;
use crate::domain::sync::{Code, Kind};
use crate::store::sync::kinds::{Tables, live};
use crate::store::sync::statement::Desk;
use ledger::{Dialect, Fault};

const DUPLICATE: Refused<'_> = Refused {
    field: "learner_source_id",
    code: Code::DuplicateEnrolment,
    found: "s.learner_source_id",
    expected: "'one enrolment of a learner on a run that has not ended'",
};

impl Desk<'_> {
    /// Refuses a second live enrolment of a learner on a run. Those that stay live stand first, then those that the
    /// run changes, then the new ones in order of arrival.
    pub(super) async fn refuse_duplicates(&self) -> Result<(), Fault> {
        let gauge = self.names.gauge;
        let made = gauge.has(Kind::Enrolment, &["create"]);
        let changed = gauge.has(Kind::Enrolment, &["update", "reactivate"]);
        if !made && !changed {
            return Ok(());
        }
        if !self.names.clear.pairs {
            self.refuse_second(made, changed).await?;
        }
        self.refuse_standing(made, changed).await
    }

    /// Among what is staged. Whoever changes still names the learner and the run that the row is of.
    async fn refuse_second(&self, made: bool, changed: bool) -> Result<(), Fault> {
        let named = "s.learner_source_id AS learner, s.course_run_source_id AS course_run";
        let new = format!(
            "SELECT s.n, {named}, 2 AS rank FROM staged_enrolments s \
             WHERE s.run = :run AND s.action = 'create' AND {}",
            live("s.state")
        );
        let old = format!(
            "SELECT s.n, {named}, l.rank FROM sync_links l JOIN staged_enrolments s ON s.run = :run AND s.n = l.n \
             WHERE l.run = :run AND l.is_live AND s.action IN ('update', 'reactivate')"
        );
        let when = format!(
            "s.n IN (SELECT l.n FROM (SELECT x.n, row_number() OVER (PARTITION BY x.learner, x.course_run \
             ORDER BY x.rank, x.n) AS place FROM ({}) x) l WHERE l.place > 1)",
            either((made, new), (changed, old))
        );
        self.refuse(Tables::of(Kind::Enrolment), &when, &DUPLICATE).await?;
        Ok(())
    }

    /// Beside what is there and stays as it is.
    async fn refuse_standing(&self, made: bool, changed: bool) -> Result<(), Fault> {
        let new = format!(
            "SELECT s.n, p.id AS person, r.id AS course_run FROM staged_enrolments s \
             JOIN ({}) p ON p.source_id = s.learner_source_id JOIN ({}) r ON r.source_id = s.course_run_source_id \
             WHERE s.run = :run AND s.action = 'create' AND {}",
            self.names.people_there(&["source_id", "id"]),
            self.names.there(Kind::CourseRun, &["source_id", "id"]),
            live("s.state")
        );
        let old = "SELECT l.n, l.person, l.course_run FROM sync_links l WHERE l.run = :run AND l.is_live";
        let staged = either((made, new), (changed, old.into()));
        // From the records to what stands, by index and never the other way round, whatever the statistics say. That
        // is all found before it is compared with what is staged: what is hashed of a million records goes to disk, and
        // would be read again for each of them.
        let standing = format!(
            "SELECT e.id FROM enrolments e WHERE e.person = x.person AND e.run = x.course_run AND {}",
            live("e.state")
        );
        let standing = match self.dialect() {
            Dialect::Postgres => {
                format!(
                    "SELECT x.n, o.id FROM ({staged}) x CROSS JOIN LATERAL ({standing} OFFSET 0) o OFFSET 0"
                )
            }
            Dialect::Sqlite => format!("SELECT x.n, ({standing}) AS id FROM ({staged}) x"),
        };
        let when = format!(
            "s.n IN (SELECT p.n FROM ({standing}) p WHERE p.id IS NOT NULL AND {})",
            self.dialect().pick(
                "NOT EXISTS (SELECT 1 FROM staged_enrolments t WHERE t.run = :run AND t.id = p.id \
                 AND t.action IN ('update', 'reactivate', 'drop'))",
                "p.id NOT IN (SELECT t.id FROM staged_enrolments t WHERE t.run = :run \
                 AND t.action IN ('update', 'reactivate', 'drop'))",
            )
        );
        self.refuse(Tables::of(Kind::Enrolment), &when, &DUPLICATE).await?;
        Ok(())
    }
}

/// One set of the two, or both.
fn either((first, one): (bool, String), (second, other): (bool, String)) -> String {
    match (first, second) {
        (true, true) => format!("{one} UNION ALL {other}"),
        (true, false) => one,
        (false, _) => other,
    }
}
