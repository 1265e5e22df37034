//! An SQLite file: one process's at a time, and nobody else's to read.

use anyhow::{Context, Result, bail};
use std::{
    fs::{File, OpenOptions, Permissions},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

/// The lock is given back by the operating system when the process ends, however it ends.
pub fn lock(file: &Path) -> Result<File> {
    let path = file.with_extension("lock");
    let lock = File::create(&path).with_context(|| format!("cannot make {}", path.display()))?;
    if lock.try_lock().is_err() {
        bail!("{} is in use by another process: SQLite serves one at a time", file.display());
    }
    Ok(lock)
}

/// Makes the database its owner's alone, for it holds personal data. SQLite gives the files beside it the same mode;
/// those that an earlier process left are told.
pub fn keep_private(file: &Path) -> Result<()> {
    let made = OpenOptions::new().create(true).append(true).mode(0o600).open(file);
    made.with_context(|| format!("cannot open {}", file.display()))?;
    for ending in ["", "-wal", "-shm"] {
        let mut path = file.as_os_str().to_owned();
        path.push(ending);
        let path = Path::new(&path);
        let Ok(found) = path.metadata() else { continue };
        if found.permissions().mode() & 0o077 != 0 {
            std::fs::set_permissions(path, Permissions::from_mode(0o600))
                .with_context(|| format!("cannot keep {} from others", path.display()))?;
        }
    }
    Ok(())
}
