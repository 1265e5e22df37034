//! The four kinds of record: their tables, and the fields that a sync compares and writes.

use crate::domain::sync::Kind;

/// One field that a data set writes unless a person holds it.
pub struct Field {
    /// Of the column, in the staged table and in the one that it becomes.
    pub name: &'static str,
    /// As `held` spells it.
    pub held: &'static str,
    pub number: bool,
}

const fn text(name: &'static str) -> Field {
    Field { name, held: name, number: false }
}

const fn number(name: &'static str) -> Field {
    Field { name, held: name, number: true }
}

const fn person(name: &'static str, held: &'static str) -> Field {
    Field { name, held, number: false }
}

/// States that take a place.
pub const LIVE: &str = "('pending', 'active', 'interrupted')";

/// Whether a state is live, in SQL.
pub fn live(state: &str) -> String {
    format!("({state} IN {LIVE})")
}

/// Where the records of a kind are kept.
pub struct Tables {
    pub kind: Kind,
    pub staged: &'static str,
    /// Where rows go in bulk.
    pub inbox: &'static str,
    pub base: &'static str,
    pub fields: &'static [Field],
    /// Columns of the staged table that name other records.
    pub references: &'static [&'static str],
}

const COURSES: &[Field] = &[
    text("code"),
    text("title"),
    text("kind"),
    text("credits"),
    number("fheq_level"),
    text("awarding_body"),
];
const COURSE_RUNS: &[Field] =
    &[text("academic_year"), text("start_date"), text("end_date"), number("places")];
const PEOPLE: &[Field] = &[
    person("given_name", crate::domain::learner::DISPLAY_NAME),
    person("family_name", crate::domain::learner::DISPLAY_NAME),
    person("email", crate::domain::learner::EMAIL),
    person("social_work_england_number", crate::domain::learner::NUMBER),
];
const ENROLMENTS: &[Field] = &[
    text("state"),
    text("start_date"),
    text("end_date"),
    text("study_mode"),
    text("sponsor"),
    text("funding"),
];

/// In the order in which one may refer to another.
pub const ALL: [Tables; 4] = [
    Tables {
        kind: Kind::Course,
        staged: "staged_courses",
        inbox: "staged_courses_inbox",
        base: "courses",
        fields: COURSES,
        references: &[],
    },
    Tables {
        kind: Kind::CourseRun,
        staged: "staged_course_runs",
        inbox: "staged_course_runs_inbox",
        base: "course_runs",
        fields: COURSE_RUNS,
        references: &["course_source_id"],
    },
    Tables {
        kind: Kind::Learner,
        staged: "staged_people",
        inbox: "staged_people_inbox",
        base: "people",
        fields: PEOPLE,
        references: &[],
    },
    Tables {
        kind: Kind::Enrolment,
        staged: "staged_enrolments",
        inbox: "staged_enrolments_inbox",
        base: "enrolments",
        fields: ENROLMENTS,
        references: &["course_run_source_id", "learner_source_id"],
    },
];

impl Tables {
    pub fn of(kind: Kind) -> &'static Tables {
        const TABLES: &[Tables; 4] = &ALL;
        &TABLES[kind.at()]
    }

    /// Names of the compared columns, each after `prefix`.
    pub fn columns(&self, prefix: &str) -> String {
        self.fields.iter().map(|field| format!("{prefix}{}", field.name)).collect::<Vec<_>>().join(", ")
    }

    /// `name = value` for each field, where `value` says what it becomes.
    pub fn sets(&self, value: impl Fn(&Field) -> String) -> String {
        let sets = self.fields.iter().map(|field| format!("{} = {}", field.name, value(field)));
        sets.collect::<Vec<_>>().join(", ")
    }

    /// Whether any field differs that nobody holds.
    pub fn differs(&self) -> String {
        self.fields.iter().map(Field::differs).collect::<Vec<_>>().join(" OR ")
    }

    /// The names of the fields that differ, each followed by a comma.
    pub fn differing(&self) -> String {
        let names = self
            .fields
            .iter()
            .map(|field| format!("CASE WHEN {} THEN '{},' ELSE '' END", field.differs(), field.name));
        names.collect::<Vec<_>>().join(" || ")
    }

    /// Name and value pairs of what a row holds, as a JSON object is made of.
    pub fn pairs(&self) -> String {
        self.fields.iter().map(|field| format!("'{0}', b.{0}", field.name)).collect::<Vec<_>>().join(", ")
    }
}

impl Field {
    /// The row `b` has another value than the record `s`, and nobody holds it.
    fn differs(&self) -> String {
        format!("(b.{0} IS DISTINCT FROM s.{0} AND b.held NOT LIKE '%\"{1}\"%')", self.name, self.held)
    }

    /// What the row `b` holds after the record `s`.
    pub fn taken(&self, base: &str) -> String {
        format!("CASE WHEN {base}.held LIKE '%\"{1}\"%' THEN {base}.{0} ELSE s.{0} END", self.name, self.held)
    }
}
