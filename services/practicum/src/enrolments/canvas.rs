//! Canvas SIS CSV.

mod columns;
mod records;
mod survey;
#[cfg(test)]
mod tests;

use super::{notes::Notes, package::Package, source::Ask};
use crate::failure::Usage;
use anyhow::Result;
use columns::FILES;
use survey::Survey;

pub use columns::TABLES;

/// An export, after a first look at it.
#[derive(Debug)]
pub struct Canvas {
    package: Package,
    survey: Survey,
    ask: Ask,
    /// What the first look noticed.
    notes: Notes,
    /// Whether what is missing has been dropped.
    pub snapshot: bool,
    pub years: Vec<String>,
    /// About how many records there will be.
    pub rows: u64,
}

impl Canvas {
    /// # Errors
    /// A file cannot be read, or nothing says whether it is a snapshot.
    pub fn open(package: Package, ask: Ask) -> Result<Self> {
        let mut notes = Notes::default();
        let snapshot = match ask.snapshot {
            Some(true) if package.is_sheet() => {
                return Err(
                    Usage("a sheet of rejects is never a snapshot: leave out --snapshot".into()).into()
                );
            }
            Some(snapshot) => snapshot,
            None if package.is_sheet() => false,
            None => {
                return Err(Usage("Canvas' files do not say which: give --snapshot or --delta".into()).into());
            }
        };
        if !package.is_sheet() {
            for stranger in package.strangers(&FILES) {
                notes.say(format!("{stranger}: not a file that enrolments are made of, and not read"));
            }
        }
        if let Some(missing) =
            FILES[..2].iter().chain(&["enrollments"]).find(|name| snapshot && !package.has(name))
        {
            return Err(
                Usage(format!("a snapshot needs {missing}.csv, and there is none: give --delta")).into()
            );
        }
        let survey = Survey::make(&package, &ask, &mut notes)?;
        let (years, rows) = (survey.scope(&ask.years), survey.rows);
        Ok(Self { package, survey, ask, notes, snapshot, years, rows })
    }

    pub fn package(&self) -> &Package {
        &self.package
    }
}
