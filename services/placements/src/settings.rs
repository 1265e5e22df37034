//! What an operator may set. Every setting, its default and why: placements.toml.

use crate::domain::{Outcodes, rules::RuleBook};
use anyhow::{Context, Result};
use chassis::{PeerSettings, ServerSettings};
use serde::Deserialize;
use std::path::{Path, PathBuf};

const DEFAULTS: &str = include_str!("../placements.toml");
const BOOK: &str = include_str!("../rules.toml");

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub server: ServerSettings,
    pub database: ledger::Settings,
    pub cache: cache::Settings,
    pub identity: Identity,
    #[serde(default)]
    pub peers: PeerSettings,
    #[serde(default)]
    pub rules: Rules,
}

/// Whom the service believes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    pub partners: PathBuf,
    pub seal_key: PathBuf,
    pub audience: String,
}

/// The partnership's own data.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub book: Option<PathBuf>,
    pub outcodes: Option<PathBuf>,
}

impl Rules {
    /// The rule book that is set, or the one that is shipped.
    ///
    /// # Errors
    /// The file cannot be read, or a row of it is wrong; the text names both.
    pub fn book(&self) -> Result<RuleBook> {
        let Some(path) = &self.book else { return Ok(RuleBook::parse(BOOK)?) };
        let named = || format!("rules.book: {}", path.display());
        let text = std::fs::read_to_string(path).with_context(named)?;
        RuleBook::parse(&text).with_context(named)
    }

    /// # Errors
    /// The file cannot be read, or a line of it is wrong; the text names both.
    pub fn outcodes(&self) -> Result<Outcodes> {
        let Some(path) = &self.outcodes else { return Ok(Outcodes::default()) };
        let named = || format!("rules.outcodes: {}", path.display());
        let text = std::fs::read_to_string(path).with_context(named)?;
        Outcodes::parse(&text).with_context(named)
    }
}

impl Settings {
    /// The defaults, then `file`, then the environment.
    ///
    /// # Errors
    /// A setting is unknown, malformed, or makes no sense; the text names it.
    pub fn load(file: Option<&Path>) -> Result<Self> {
        chassis::settings::load(DEFAULTS, file, "PLACEMENTS")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_settings_are_whole() {
        let settings = Settings::load(None).unwrap();
        assert_eq!(settings.database.schema, "placements");
        assert!(settings.database.postgres.is_none() && settings.database.file.is_none());
        assert!(settings.rules.outcodes().unwrap().is_empty());
        let day = "2026-09-21".parse().unwrap();
        assert_eq!(settings.rules.book().unwrap().on(day).numbers.stale_days(), 60);
    }
}
