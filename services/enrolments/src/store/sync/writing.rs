//! What applying a run and undoing one both write, and what they say of it in the feed.

use super::{kinds::Tables, statement::Names};
use crate::domain::sync::Kind;
use ledger::{Fault, Unit};

/// Enrolments of the people whom a run changes, beside those that it makes or changes itself.
pub fn touched(names: &Names) -> String {
    let people =
        "SELECT k.id FROM staged_people k WHERE k.run = :run AND k.action = 'update' AND k.fields <> ''";
    format!(
        "(SELECT e.id, e.sponsor, row_number() OVER (ORDER BY e.id) AS place FROM staged_people s \
         JOIN enrolments e ON {} AND e.person = s.id \
         WHERE s.run = :run AND s.action = 'update' AND s.fields <> '' \
         AND NOT EXISTS (SELECT 1 FROM staged_enrolments t WHERE t.run = :run AND t.id = e.id \
         AND t.action IN ('create', 'update', 'reactivate', 'drop')))",
        names.own("e.person", people)
    )
}

/// The row of an enrolment `s` that something is staged for, as `e`.
pub fn row(names: &Names) -> String {
    let own = names.own_staged("e.id", Tables::of(Kind::Enrolment));
    format!(" JOIN enrolments e ON {own} AND e.id = s.id")
}

/// Nobody sees an enrolment's year: it is its run's, kept where snapshots look for it.
pub fn keep_years(names: &Names) -> String {
    let moved = "s.run = :run AND s.action = 'update' AND s.fields LIKE '%academic_year%'";
    format!(
        "UPDATE enrolments AS e SET academic_year = r.academic_year FROM course_runs r, staged_course_runs s \
         WHERE {moved} AND r.partner = :partner AND r.id = s.id AND {} AND e.run = r.id",
        names.own("e.run", &format!("SELECT s.id FROM staged_course_runs s WHERE {moved}"))
    )
}

/// A unit, and the values that its statements share.
pub struct Hand<'u> {
    pub unit: &'u mut Unit,
    pub names: Names,
}

impl Hand<'_> {
    /// Runs a statement with `:first`, the position before the set's own. Says how many rows it touched.
    pub async fn run(&mut self, sql: &str, first: i64) -> Result<u64, Fault> {
        self.names.set("first", first);
        let (sql, values) = self.names.place(sql)?;
        self.unit.tx().run(&sql, values).await
    }

    /// Enters what a query selects into the feed: `seq`, `collection`, `resource`, `kind` and `viewers`.
    pub async fn tell(&mut self, sql: &str, first: i64) -> Result<u64, Fault> {
        self.names.set("first", first);
        let select = format!(
            "SELECT x.seq, :now, x.collection, x.resource, x.kind, x.viewers, :partner FROM ({sql}) x"
        );
        let (sql, values) = self.names.place(&select)?;
        self.unit.feed(&sql, values).await
    }
}

/// The entries of a set of enrolments `s`: for the university, and for a sponsor.
pub fn entry(set: &str, join: &str, sponsor: &str, kind: &str) -> String {
    format!(
        "SELECT :first + s.place AS seq, 'enrolments' AS collection, {} AS resource, '{kind}' AS kind, \
         ' ' || :partner || ' ' || CASE WHEN {sponsor} IS NULL OR {sponsor} = :partner THEN '' \
         ELSE {sponsor} || ' ' END AS viewers FROM {set} s{join}",
        resource("enrolments", "s.id"),
    )
}

/// The entries of a set of courses `s`: for everybody.
pub fn course_entry(set: &str, kind: &str) -> String {
    format!(
        "SELECT :first + s.place AS seq, 'courses' AS collection, {} AS resource, '{kind}' AS kind, \
         '*' AS viewers FROM {set} s",
        resource("courses", "s.id")
    )
}

/// The entries of a set of runs of courses `s`: for everybody.
pub fn run_entry(set: &str, kind: &str) -> String {
    format!(
        "SELECT :first + s.place AS seq, 'courseRuns' AS collection, \
         {} || '/runs/' || substr(r.id, length(r.course) + 2) AS resource, '{kind}' AS kind, \
         '*' AS viewers FROM {set} s JOIN course_runs r ON r.partner = :partner AND r.id = s.id",
        resource("courses", "r.course")
    )
}

/// `partners/{partner}/{collection}/{id}` of a key, in SQL.
pub fn resource(collection: &str, key: &str) -> String {
    format!("'partners/' || :partner || '/{collection}/' || substr({key}, length(:partner) + 2)")
}
