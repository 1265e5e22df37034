//! Files that appear whole or not at all, and only once, whoever else is starting.

use std::{
    fs, io,
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

/// Readable by its owner alone.
pub(crate) const SECRET: u32 = 0o600;
/// Readable by all.
pub(crate) const PUBLIC: u32 = 0o644;

/// Writes `bytes` to `path` unless something is there already. Of several that try at once one wins,
/// and nobody sees half a file: the bytes are complete before the name is.
pub(crate) fn create_once(path: &Path, mode: u32, bytes: &[u8]) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let draft = draft(path);
    let written = write(&draft, mode, bytes).and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    });
    fs::remove_file(&draft).or_else(|error| if written.is_err() { Ok(()) } else { Err(error) })?;
    written
}

/// Puts `bytes` in the place of what is there. Whoever reads meanwhile sees the old or the new.
pub(crate) fn replace(path: &Path, mode: u32, bytes: &[u8]) -> io::Result<()> {
    let draft = draft(path);
    write(&draft, mode, bytes).and_then(|()| fs::rename(&draft, path)).inspect_err(|_| {
        // What went wrong is told; a draft that stays is the lesser evil.
        let _ = fs::remove_file(&draft);
    })
}

/// A name beside it that nobody else takes.
fn draft(path: &Path) -> PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)))
}

fn write(draft: &Path, mode: u32, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(draft)?;
    file.write_all(bytes)?;
    file.sync_all()
}
