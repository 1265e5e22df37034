//! OneRoster 1.1 and 1.2 CSV.

mod columns;
mod manifest;
mod records;
mod survey;
#[cfg(test)]
mod tests;

use super::{notes::Notes, package::Package, source::Ask};
use anyhow::Result;
use manifest::Manifest;
use survey::Survey;

pub use columns::TABLES;
pub use records::learner;

/// An export, after a first look at it.
#[derive(Debug)]
pub struct OneRoster {
    package: Package,
    survey: Survey,
    ask: Ask,
    /// What the first look noticed.
    notes: Notes,
    /// Whether what is missing has been dropped.
    pub snapshot: bool,
    pub years: Vec<String>,
}

impl OneRoster {
    /// # Errors
    /// The manifest and the files do not agree, or nothing says how they are meant.
    pub fn open(package: Package, ask: Ask) -> Result<Self> {
        let mut notes = Notes::default();
        let manifest = Manifest::read(&package, &mut notes)?;
        let snapshot = manifest.mode(&package, ask.snapshot)?;
        let survey = Survey::make(&package, &manifest, &ask, &mut notes)?;
        let years = survey.scope(&ask.years);
        Ok(Self { package, survey, ask, notes, snapshot, years })
    }

    pub fn package(&self) -> &Package {
        &self.package
    }

    /// About how many records there will be.
    pub fn rows(&self) -> u64 {
        self.survey.rows
    }
}
