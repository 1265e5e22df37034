//! The data directory: what a `serve` keeps, and where its clients look.

use admission::Partners;
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs::{DirBuilder, File, OpenOptions},
    io::Write,
    net::SocketAddr,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

/// A data directory, which need not exist yet.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

/// Who serves from a data directory, and where: `serving.toml`. It is there while the process runs, and stays where
/// the process was killed.
#[derive(Debug, Serialize, Deserialize)]
pub struct Serving {
    pub process: u32,
    /// By the service's name.
    pub addresses: BTreeMap<String, String>,
}

/// The right to serve from a data directory. The operating system takes it back when the process ends, however.
pub struct Hold(#[allow(dead_code, reason = "it is held, not read")] File);

impl Folder {
    pub fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn partners(&self) -> PathBuf {
        self.0.join("partners.toml")
    }

    pub fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }

    pub fn seal_key(&self) -> PathBuf {
        self.0.join("seal.key")
    }

    pub fn database(&self, service: &str) -> PathBuf {
        self.0.join(format!("{service}.db"))
    }

    pub fn demo(&self) -> PathBuf {
        self.0.join("demo.toml")
    }

    fn serving_file(&self) -> PathBuf {
        self.0.join("serving.toml")
    }

    /// Takes the directory for this process.
    ///
    /// # Errors
    /// Another process serves from it.
    pub fn hold(&self) -> Result<Hold> {
        self.make()?;
        let path = self.0.join("serve.lock");
        let file = OpenOptions::new().create(true).append(true).open(&path);
        let file = file.with_context(|| format!("cannot make {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Hold(file)),
            Err(std::fs::TryLockError::WouldBlock) => {
                let whom = self
                    .serving()
                    .map(|serving| format!(" (process {})", serving.process))
                    .unwrap_or_default();
                let data = self.0.display();
                bail!("another `practicum serve`{whom} uses {data}: stop it, or give this one another --data")
            }
            Err(std::fs::TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("{}", path.display()))
            }
        }
    }

    /// Writes partners.toml and keys for development where there are none.
    ///
    /// # Errors
    /// The directory cannot be written to.
    pub fn write_defaults(&self, addresses: &[(&str, SocketAddr)]) -> Result<()> {
        self.make()?;
        let usual: Vec<_> = crate::suite::built()
            .map(|service| {
                (service.name, SocketAddr::from(([127, 0, 0, 1], crate::suite::BASE_PORT + service.offset)))
            })
            .collect();
        Ok(Partners::write_defaults(&self.0, if addresses.is_empty() { &usual } else { addresses })?)
    }

    /// Tells services where to find one another, where partners.toml is as it was written here.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn move_defaults(&self, addresses: &[(&str, String)]) -> Result<()> {
        Ok(Partners::move_defaults(&self.0, addresses)?)
    }

    /// Who serves from here, or was killed while it did.
    pub fn serving(&self) -> Option<Serving> {
        toml::from_str(&std::fs::read_to_string(self.serving_file()).ok()?).ok()
    }

    /// Tells clients where this process answers.
    ///
    /// # Errors
    /// The directory cannot be written to.
    pub fn tell(&self, addresses: BTreeMap<String, String>) -> Result<()> {
        let serving = Serving { process: std::process::id(), addresses };
        let text = format!("# Written by `practicum serve` while it runs.\n{}", toml::to_string(&serving)?);
        replace(&self.serving_file(), text.as_bytes())
    }

    /// This process answers no more.
    pub fn untell(&self) {
        // Left behind it would only make clients say that nobody answers there.
        let _ = std::fs::remove_file(self.serving_file());
    }

    fn make(&self) -> Result<()> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&self.0);
        made.with_context(|| format!("cannot make {}", self.0.display()))
    }
}

/// Puts a file in another's place, so that a reader sees the old or the new and never half of one.
///
/// # Errors
/// The file's directory cannot be written to.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}", std::process::id()));
    let draft = PathBuf::from(draft);
    let write = || {
        let mut file = File::create(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&draft, path)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}
