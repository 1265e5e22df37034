//! Where in the feed a watcher is, and the file that remembers it.

use crate::folder;
use anyhow::{Context, Result};
use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// As the contract spells the beginnings.
const OLDEST: &str = "";
const NOW: &str = "now";

/// A place that is kept at each checkpoint and at the end: what was shown after the last one is shown again by a
/// watcher that was killed, and nothing is ever left out.
pub struct Place {
    file: Option<PathBuf>,
    token: String,
    kept: Option<String>,
}

impl Place {
    /// Begins where `from` says; else where the file left off; else now.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    pub fn open(file: Option<&Path>, from: Option<&str>) -> Result<Self> {
        let kept = file.map(read).transpose()?.flatten();
        let token = match from {
            Some("oldest") => OLDEST.to_owned(),
            Some(token) => token.to_owned(),
            None => kept.clone().unwrap_or_else(|| NOW.to_owned()),
        };
        Ok(Self { file: file.map(Path::to_owned), token, kept })
    }

    /// As the request wants it.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Everything up to this token has been shown.
    pub fn reach(&mut self, token: &str) {
        self.token = token.to_owned();
    }

    /// # Errors
    /// The file cannot be written.
    pub fn keep(&mut self) -> Result<()> {
        let begun = self.token != NOW && self.token != OLDEST;
        if let Some(file) = self.file.as_deref().filter(|_| begun && self.kept.as_ref() != Some(&self.token))
        {
            folder::replace(file, format!("{}\n", self.token).as_bytes())?;
            self.kept = Some(self.token.clone());
        }
        Ok(())
    }
}

fn read(file: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(file) {
        Ok(token) => Ok(Some(token.trim().to_owned()).filter(|token| !token.is_empty())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{}", file.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_kept_and_found_again_unless_another_is_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("place");
        let open = |from| Place::open(Some(&file), from).unwrap();
        let mut place = open(None);
        assert_eq!(place.token(), "now");
        place.keep().unwrap();
        assert!(!file.exists(), "a place was kept before one was reached");
        place.reach("token-1");
        place.keep().unwrap();
        assert_eq!(open(None).token(), "token-1");
        assert_eq!(open(Some("oldest")).token(), "");
        assert_eq!(open(Some("token-0")).token(), "token-0");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "a draft was left behind");
    }
}
