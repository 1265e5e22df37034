//! What an operator may set. Every setting, its default and why: enrolments.toml.

use crate::domain::RuleBook;
use anyhow::{Result, bail};
use chassis::{PeerSettings, ServerSettings};
use serde::Deserialize;
use std::path::{Path, PathBuf};

const DEFAULTS: &str = include_str!("../enrolments.toml");

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub server: ServerSettings,
    pub database: ledger::Settings,
    pub cache: cache::Settings,
    pub identity: Identity,
    #[serde(default)]
    pub peers: PeerSettings,
    pub rules: RuleBook,
}

/// Whom the service believes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    pub partners: PathBuf,
    pub seal_key: PathBuf,
    pub audience: String,
}

impl Settings {
    /// The defaults, then `file`, then the environment.
    ///
    /// # Errors
    /// A setting is unknown, malformed, or makes no sense; the text names it.
    pub fn load(file: Option<&Path>) -> Result<Self> {
        let settings: Self = chassis::settings::load(DEFAULTS, file, "ENROLMENTS")?;
        if let Some(problem) = settings.rules.problem() {
            bail!("rules: {problem}");
        }
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_settings_are_whole() {
        let settings = Settings::load(None).unwrap();
        assert_eq!(settings.database.schema, "enrolments");
        assert!(settings.database.postgres.is_none() && settings.database.file.is_none());
    }
}
