//! SQLite files that vanish with the test.

use std::path::{Path, PathBuf};

/// A file that does not exist yet, in a folder that is removed when this is dropped, with `-wal` and `-shm`.
#[derive(Debug)]
pub struct SqlitePath {
    folder: PathBuf,
    file: PathBuf,
}

/// A path for a fresh SQLite database.
pub fn sqlite_path() -> SqlitePath {
    let folder = crate::or_stop(crate::guard::new_folder("sqlite"));
    let file = folder.join("practicum.db");
    SqlitePath { folder, file }
}

impl SqlitePath {
    pub fn path(&self) -> &Path {
        &self.file
    }

    /// `sqlite://…`; whoever opens it says that it may be created.
    pub fn url(&self) -> String {
        format!("sqlite://{}", self.file.display())
    }
}

impl Drop for SqlitePath {
    fn drop(&mut self) {
        // A folder that cannot be removed is the temporary folder's to clear up.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
