//! What the files of a format are called, and their columns.

/// As the contract calls a run of a course.
pub const COURSE_RUN: &str = "course_run";
/// What a sheet of rejects calls a row that only helps to read others.
pub const CONTEXT: &str = "context";

/// A file of a format.
#[derive(Debug)]
pub struct Table {
    /// Without `.csv`.
    pub name: &'static str,
    /// Columns without which no row says anything.
    pub needed: &'static [&'static str],
    /// Every column of the format.
    pub known: &'static [&'static str],
    /// The contract's fields, and the columns that they are read from.
    pub fields: &'static [(&'static str, &'static str)],
    /// What its column status may say, in words.
    pub statuses: &'static str,
    /// Its rows help to read those of others: terms, courses.
    pub helps: bool,
}

impl Table {
    /// The column that a field is read from.
    pub fn column(&self, field: &str) -> Option<&'static str> {
        self.fields.iter().find(|(name, _)| *name == field).map(|(_, column)| *column)
    }
}
