//! What people have learned, what they may spend on it, and how far other services' feeds have been followed.

use ledger::migrations::make;
use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0004_learning"
    }
}

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        make(manager, TABLES, POLICIES).await
    }
}

/// `person` is `{partner}/{person}`, who need not be a learner of ours: councils keep their staff's records too. An
/// attendance counts once: its booking is the source of one item.
const TABLES: &[&str] = &[
    "CREATE TABLE learning_items (
        id {id} PRIMARY KEY, partner {id} NOT NULL, person {id} NOT NULL, revision {int} NOT NULL,
        title text NOT NULL, day {id} NOT NULL, hours {int} NOT NULL CHECK (hours >= 0),
        peer_reflection boolean NOT NULL, reflection text NOT NULL, source {id})",
    "CREATE UNIQUE INDEX learning_items_once ON learning_items (source) WHERE source IS NOT NULL",
    "CREATE INDEX learning_items_by_person ON learning_items (person, day, id)",
    "CREATE TABLE learning_entitlements (
        person {id} NOT NULL, partner {id} NOT NULL, academic_year {id} NOT NULL, days {int} NOT NULL,
        PRIMARY KEY (person, academic_year))",
    "CREATE TABLE followed (id {id} PRIMARY KEY, token text NOT NULL)",
];

const POLICIES: &str = "
    ALTER TABLE learning_items ENABLE ROW LEVEL SECURITY;
    ALTER TABLE learning_items FORCE ROW LEVEL SECURITY;
    CREATE POLICY own ON learning_items USING (practicum_service() OR partner = practicum_partner());
    ALTER TABLE learning_entitlements ENABLE ROW LEVEL SECURITY;
    ALTER TABLE learning_entitlements FORCE ROW LEVEL SECURITY;
    CREATE POLICY own ON learning_entitlements USING (practicum_service() OR partner = practicum_partner());
    ALTER TABLE followed ENABLE ROW LEVEL SECURITY;
    ALTER TABLE followed FORCE ROW LEVEL SECURITY;
    CREATE POLICY own ON followed USING (practicum_service());";
