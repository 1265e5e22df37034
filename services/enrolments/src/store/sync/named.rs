//! What new enrolments name: a learner and a run, by their source ids.

use super::kinds::Tables;
use super::statement::Names;
use crate::domain::sync::Kind;

/// Records `t` of learners who were entered by hand, and get a source id.
const ADOPTED: &str = "t.action = 'update' AND t.ordinal IS NULL";

/// The column in which a staged enrolment names one of these.
pub fn named_in(kind: Kind) -> &'static str {
    Tables::of(Kind::Enrolment).references[usize::from(kind == Kind::Learner)]
}

fn columns(row: &str, names: &[&str]) -> String {
    names.iter().map(|name| format!("{row}.{name}")).collect::<Vec<_>>().join(", ")
}

fn staged(kind: Kind, names: &[&str], which: &str) -> String {
    format!(
        "SELECT {} FROM {} t WHERE t.run = :run AND ({which})",
        columns("t", names),
        Tables::of(kind).staged
    )
}

impl Names {
    /// Rows `o` that have a source id, `columns` of each; where few are staged, those that new enrolments name.
    pub fn there(&self, kind: Kind, names: &[&str]) -> String {
        let named = format!(
            "SELECT k.{} FROM staged_enrolments k WHERE k.run = :run AND k.action = 'create'",
            named_in(kind)
        );
        format!(
            "SELECT {} FROM {} o WHERE {} AND o.source_id IS NOT NULL",
            columns("o", names),
            Tables::of(kind).base,
            self.own("o.source_id", &named)
        )
    }

    /// Learners whose enrolments may be there: also those who have no source id yet.
    pub fn people_there(&self, names: &[&str]) -> String {
        let adopted = staged(Kind::Learner, names, ADOPTED);
        format!("{} UNION ALL {adopted}", self.there(Kind::Learner, names))
    }

    /// Whatever new enrolments may name: what is there, and what the run makes. No source id is in it twice.
    pub fn known(&self, kind: Kind, names: &[&str]) -> String {
        let there = if kind == Kind::Learner { self.people_there(names) } else { self.there(kind, names) };
        format!("{there} UNION ALL {}", staged(kind, names, "t.action = 'create'"))
    }
}
