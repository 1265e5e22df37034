//! Staged records and the rows that they are of.

use super::Refused;
use crate::domain::sync::{Code, Kind, Seen};
use crate::store::sync::gauge::MATCHED;
use crate::store::sync::kinds::{LIVE, Tables};
use crate::store::sync::statement::{Desk, among_numbers};
use ledger::{Dialect, Fault};

/// What a row held, for a restore.
pub fn before(dialect: Dialect, tables: &Tables) -> String {
    let more = match tables.kind {
        Kind::Enrolment => ", 'dropped', b.dropped, 'reason', b.reason",
        Kind::Course | Kind::CourseRun | Kind::Learner => "",
    };
    let (object, end) = match dialect {
        Dialect::Postgres => ("json_build_object", "::text"),
        Dialect::Sqlite => ("json_object", ""),
    };
    format!("{object}({}{more}){end}", tables.pairs())
}

impl Desk<'_> {
    /// Finds the row of each staged record, and says what becomes of it. Answers how many have one.
    pub(super) async fn match_rows(&self, tables: &Tables) -> Result<u64, Fault> {
        let special = match tables.kind {
            Kind::Enrolment => format!(
                "WHEN s.gone THEN CASE WHEN b.state IN {LIVE} AND b.held NOT LIKE '%\"state\"%' THEN 'drop' \
                 ELSE 'same' END WHEN b.dropped AND s.state IN {LIVE} THEN 'reactivate' "
            ),
            Kind::Course | Kind::CourseRun | Kind::Learner => "WHEN s.gone THEN 'drop' ".into(),
        };
        let sql = format!(
            "UPDATE {} AS s SET id = b.id, base_revision = b.revision, \
             ordinal = CASE WHEN b.data_set = :set THEN b.ordinal END, \
             action = CASE WHEN b.data_set <> :set THEN 'foreign' {special}WHEN {} THEN 'update' ELSE 'same' END, \
             fields = CASE WHEN s.gone THEN '' ELSE {} END, before = {} \
             FROM {} AS b WHERE s.run = :run AND {} AND b.source_id = s.source_id",
            tables.staged,
            tables.differs(),
            tables.differing(),
            before(self.dialect(), tables),
            tables.base,
            self.names.own(
                "b.source_id",
                &format!("SELECT k.source_id FROM {} k WHERE k.run = :run", tables.staged)
            ),
        );
        let mut matched = self.run(&sql).await?;
        if tables.kind == Kind::Learner {
            matched += self.adopt(tables).await?;
        }
        Ok(matched)
    }

    /// Refuses records of rows that are another data set's, and drops of rows that are not there.
    pub(super) async fn refuse_mismatched(&self, tables: &Tables) -> Result<(), Fault> {
        let foreign = Refused {
            field: "source_id",
            code: Code::ForeignDataSet,
            found: "s.source_id",
            expected: "'a source_id that no other data set of the university uses for its own record'",
        };
        if self.names.gauge.has(tables.kind, &["foreign"]) {
            self.refuse(tables, "s.action = 'foreign'", &foreign).await?;
        }
        let unknown = Refused {
            field: "source_id",
            code: Code::ReferenceMissing,
            found: "s.source_id",
            expected: "'the source_id of a record that this data set holds: nothing else can be dropped'",
        };
        if self.names.gauge.has(tables.kind, &["gone"]) {
            self.refuse(tables, "s.action = 'gone'", &unknown).await?;
        }
        Ok(())
    }

    /// A learner whom somebody entered by hand becomes the data set's.
    async fn adopt(&self, tables: &Tables) -> Result<u64, Fault> {
        let sql = format!(
            "UPDATE staged_people AS s SET base_revision = b.revision, action = 'update', fields = {}, before = {} \
             FROM people AS b WHERE s.run = :run AND s.action = 'create' AND b.id = s.id \
             AND b.source_id IS NULL AND {}",
            tables.differing(),
            before(self.dialect(), tables),
            self.names.own_staged("b.id", tables),
        );
        self.run(&sql).await
    }

    /// Refuses every record whose source id came more than once: nobody knows which of them is right, and the row
    /// stays as it was. One that came first and said what is there already is not among them: it was not stored.
    pub(super) async fn refuse_twins(&self, tables: &Tables, seen: &mut Seen) -> Result<(), Fault> {
        let twins = Refused {
            field: "source_id",
            code: Code::DuplicateSourceId,
            found: "s.source_id",
            expected: "'a source_id once in a run'",
        };
        let when = format!(
            "s.source_id IN (SELECT d.source_id FROM {} d WHERE d.run = :run \
             GROUP BY d.source_id HAVING count(*) > 1)",
            tables.staged
        );
        if !self.names.clear.single[tables.kind.at()] {
            self.refuse(tables, &when, &twins).await?;
        }
        if !self.names.gauge.has(tables.kind, MATCHED) {
            return Ok(());
        }
        let mut met_twice = Vec::new();
        let mut after = -1_i64;
        loop {
            let mut page = Desk { tx: self.tx, names: self.names.clone() };
            page.names.set("after", after);
            let sql = format!(
                "SELECT n, ordinal FROM {} WHERE run = :run AND n > :after AND ordinal IS NOT NULL ORDER BY n LIMIT 10000",
                tables.staged
            );
            let rows = page.all(&sql).await?;
            for row in &rows {
                let (n, ordinal): (i64, i64) = (row.try_get("", "n")?, row.try_get("", "ordinal")?);
                after = n;
                if !seen.meet(u32::try_from(ordinal).unwrap_or_default()) {
                    met_twice.push(n);
                }
            }
            if rows.len() < 10_000 {
                break;
            }
        }
        for some in met_twice.chunks(10_000) {
            let mut page = Desk { tx: self.tx, names: self.names.clone() };
            page.names.set("some", serde_json::to_string(some)?);
            page.refuse(tables, &among_numbers(self.dialect(), "s.n", ":some"), &twins).await?;
        }
        Ok(())
    }
}
