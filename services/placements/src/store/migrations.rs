//! The tables of this service, after those of the ledger.

mod m0002_placements;
mod m0003_absences;

use ledger::migrations::LedgerTables;
use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// All migrations, in order. None is ever edited once it has been released.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(LedgerTables),
            Box::new(m0002_placements::Migration),
            Box::new(m0003_absences::Migration),
        ]
    }
}
