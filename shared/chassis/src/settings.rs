//! Settings in layers: the defaults that a service ships, then a file, then the environment.

mod server;

pub use server::{ServerSettings, TlsSettings};

use anyhow::{Context, bail};
use config::{Config, Environment, File, FileFormat, Map, Value, ValueKind};
use serde::de::DeserializeOwned;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

/// The ending of a setting that names a file which holds a secret: `password_file` fills `password`.
const SECRET_FILE: &str = "_file";

/// Reads `T` from `defaults_toml`, then from `file`, then from variables such as
/// `MASTERCLASSES_SERVER__ADDRESS` for the prefix `MASTERCLASSES`. `T` should refuse unknown fields
/// (`deny_unknown_fields`), so that a misspelt setting is an error. A setting whose name ends in
/// `_file` is replaced by what that file holds, without its last line end, under the name without the
/// ending: secrets come from files or from the environment, never from the command line.
///
/// # Errors
/// A file cannot be read, or a setting is unknown, missing or of the wrong type. Never shows a secret.
pub fn load<T: DeserializeOwned>(
    defaults_toml: &str,
    file: Option<&Path>,
    env_prefix: &str,
) -> anyhow::Result<T> {
    load_from(defaults_toml, file, env_prefix, environment())
}

#[allow(clippy::disallowed_methods, reason = "the one place that reads the environment for settings")]
fn environment() -> HashMap<String, String> {
    std::env::vars_os()
        .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

fn load_from<T: DeserializeOwned>(
    defaults_toml: &str,
    file: Option<&Path>,
    env_prefix: &str,
    variables: HashMap<String, String>,
) -> anyhow::Result<T> {
    let mut layers = Config::builder().add_source(File::from_str(defaults_toml, FileFormat::Toml));
    if let Some(path) = file {
        layers = layers.add_source(File::from(path).format(FileFormat::Toml));
    }
    // Nothing is parsed here: a password of digits stays as it is, and numbers are read as such where
    // a number is wanted.
    let variables = ours(variables, env_prefix);
    let from_environment =
        Environment::with_prefix(env_prefix).prefix_separator("_").separator("__").source(Some(variables));
    let mut tree: Map<String, Value> =
        layers.add_source(from_environment).build().and_then(Config::try_deserialize).context("settings")?;
    read_secrets(&mut tree)?;
    T::deserialize(Value::new(None, ValueKind::Table(tree))).context("settings")
}

/// The variables of this prefix, without those that Kubernetes puts into a pod for each `Service`
/// (`MASTERCLASSES_PORT_50051_TCP_ADDR` and its like): they are not settings.
fn ours(variables: HashMap<String, String>, env_prefix: &str) -> HashMap<String, String> {
    let start = format!("{}_", env_prefix.to_uppercase());
    let injected = |rest: &str| {
        rest == "PORT" || ["PORT_", "SERVICE_HOST", "SERVICE_PORT"].iter().any(|s| rest.starts_with(s))
    };
    variables
        .into_iter()
        .filter(|(key, _)| key.strip_prefix(&start).is_some_and(|rest| !injected(rest)))
        .collect()
}

fn read_secrets(table: &mut Map<String, Value>) -> anyhow::Result<()> {
    let mut named = Vec::new();
    for (key, value) in &mut *table {
        match &mut value.kind {
            ValueKind::Table(inner) => read_secrets(inner)?,
            ValueKind::String(path) if key.ends_with(SECRET_FILE) => {
                named.push((key.clone(), PathBuf::from(&*path)))
            }
            _ => {}
        }
    }
    for (key, path) in named {
        table.remove(&key);
        let secret = std::fs::read_to_string(&path).with_context(|| format!("{key}: {}", path.display()))?;
        let secret = secret.strip_suffix('\n').map_or(&*secret, |s| s.strip_suffix('\r').unwrap_or(s));
        if secret.is_empty() {
            bail!("{key}: {} is empty", path.display());
        }
        table.insert(key.trim_end_matches(SECRET_FILE).to_owned(), Value::new(None, secret));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
