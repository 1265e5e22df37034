//! Enrolments that were away when they were last heard of, of students who were on a placement then.

use ledger::migrations::make;
use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0003_absences"
    }
}

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        make(manager, TABLES, POLICIES).await
    }
}

/// `id` is the enrolment's whole name, `state` how it was away: "withdrawn" or "interrupted".
const TABLES: &[&str] = &[
    "CREATE TABLE absences (id {id} PRIMARY KEY, university {id} NOT NULL, state {id} NOT NULL)",
    "CREATE INDEX absences_of_university ON absences (university, id)",
];

const POLICIES: &str = "
    ALTER TABLE absences ENABLE ROW LEVEL SECURITY;
    ALTER TABLE absences FORCE ROW LEVEL SECURITY;
    CREATE POLICY own ON absences USING (practicum_service());";
