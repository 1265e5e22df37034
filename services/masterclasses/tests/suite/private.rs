//! A database holds personal data: on SQLite its files are their owner's alone.

use ledger::Database;
use masterclasses::{Settings, store::migrations::Migrator};
use std::{
    fs::{File, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

fn files(database: &Path) -> [PathBuf; 3] {
    ["db", "db-wal", "db-shm"].map(|ending| database.with_extension(ending))
}

async fn everything_is_private(settings: &Settings, file: &Path) {
    let database = Database::open::<Migrator>(&settings.database).await.unwrap();
    for path in files(file) {
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}: {mode:o}", path.display());
    }
    drop(database);
}

#[tokio::test]
async fn nobody_else_reads_the_database_or_what_lies_beside_it() {
    let (new, old) = (testkit::sqlite_path(), testkit::sqlite_path());
    let mut settings = Settings::load(None).unwrap();
    let file = new.path().with_extension("db");
    settings.database.file = Some(file.clone());
    everything_is_private(&settings, &file).await;
    // One that an earlier release left behind, as it was when its process was killed.
    let file = old.path().with_extension("db");
    for path in files(&file) {
        File::create(&path).unwrap().set_permissions(Permissions::from_mode(0o644)).unwrap();
    }
    settings.database.file = Some(file.clone());
    everything_is_private(&settings, &file).await;
}
