//! Sync runs, what they stage, and what they refuse.
//!
//! On PostgreSQL staged rows arrive in bulk, and no policy is to be asked about each. So each staged table is a wall with
//! one partition behind it, `…_inbox`, that the service's role may fill and not read: what is in it is read through the
//! wall alone.

use ledger::{
    Dialect,
    migrations::{dialect_of, text},
};
use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0003_syncs"
    }
}

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let dialect = dialect_of(manager);
        let db = manager.get_connection();
        let bytes = dialect.pick("bytea", "blob");
        for table in TABLES {
            db.execute_unprepared(&text(dialect, &table.replace("{bytes}", bytes))).await?;
        }
        for (table, columns) in STAGED {
            let split = dialect.pick(" PARTITION BY LIST (run)", "");
            let sql = format!("CREATE TABLE {table} ({COMMON}, {columns}, PRIMARY KEY (run, n)){split}");
            db.execute_unprepared(&text(dialect, &sql.replace("{bytes}", bytes))).await?;
            if dialect == Dialect::Postgres {
                let inbox = format!("CREATE TABLE {table}_inbox PARTITION OF {table} DEFAULT");
                db.execute_unprepared(&inbox).await?;
            }
        }
        if dialect == Dialect::Postgres {
            let staged = STAGED.iter().map(|(table, _)| *table);
            let walled =
                ["sync_runs", "sync_batches", "sync_rejects", "sync_places", "sync_links", "live_placements"];
            for table in walled.into_iter().chain(staged) {
                db.execute_unprepared(&POLICY.replace("{table}", table)).await?;
            }
        }
        Ok(())
    }
}

const TABLES: &[&str] = &[
    // What changes with every batch is in no index, so that a batch's update touches one page.
    "CREATE TABLE sync_runs (
        id {id} PRIMARY KEY, partner {id} NOT NULL, data_set {id} NOT NULL, opening text NOT NULL,
        state {id} NOT NULL, guards text NOT NULL, counts text NOT NULL, senders text NOT NULL,
        epoch {int} NOT NULL, records {int} NOT NULL, next_sequence {int} NOT NULL, complete boolean NOT NULL,
        base {id} NOT NULL, revision {int} NOT NULL, create_us {int} NOT NULL, finish_us {int},
        expire_us {int}, apply_us {int}, first_seq {int}, last_seq {int}, touched_us {int} NOT NULL,
        kept boolean NOT NULL)",
    "CREATE UNIQUE INDEX sync_runs_one_receiving ON sync_runs (partner, data_set) WHERE state = 'receiving'",
    "CREATE INDEX sync_runs_by_time ON sync_runs (partner, create_us, id)",
    // Whatever time may end, or whose staged rows may be given up.
    "CREATE INDEX sync_runs_open ON sync_runs (id) WHERE kept",
    "CREATE TABLE sync_batches (
        run {id} NOT NULL, sequence {int} NOT NULL, partner {id} NOT NULL, records {int} NOT NULL,
        digest {bytes} NOT NULL, seen {bytes} NOT NULL, PRIMARY KEY (run, sequence))",
    "CREATE TABLE sync_rejects (
        run {id} NOT NULL, n {int} NOT NULL, partner {id} NOT NULL, source_id {id} NOT NULL,
        origin text NOT NULL, kind {id} NOT NULL, field text NOT NULL, code text NOT NULL, found text NOT NULL,
        expected text NOT NULL, planned boolean NOT NULL, PRIMARY KEY (run, n))",
    // By how many places a run of a course is fuller after the sync.
    "CREATE TABLE sync_places (
        run {id} NOT NULL, course_run {id} NOT NULL, partner {id} NOT NULL, delta {int} NOT NULL,
        PRIMARY KEY (run, course_run))",
    // Whose enrolment on which run a staged record changes, and whether it takes a place. What is new is not here.
    "CREATE TABLE sync_links (
        run {id} NOT NULL, n {int} NOT NULL, partner {id} NOT NULL, person {id} NOT NULL,
        course_run {id} NOT NULL, rank {int} NOT NULL, was_live boolean NOT NULL, is_live boolean NOT NULL,
        PRIMARY KEY (run, n))",
    // Learners whom no sync drops. The placements service's feed fills it.
    "CREATE TABLE live_placements (
        person {id} NOT NULL, placement {id} NOT NULL, partner {id} NOT NULL, PRIMARY KEY (person, placement))",
];

/// `action` is `create` until the plan knows better, so that a new row is written once.
const COMMON: &str = "run {id} NOT NULL, partner {id} NOT NULL, n {int} NOT NULL, source_id {id} NOT NULL, \
     origin text NOT NULL, gone boolean NOT NULL, hash {bytes}, id {id} NOT NULL, action {id} NOT NULL, \
     ordinal {int}, base_revision {int}, fields text, before text";

const STAGED: &[(&str, &str)] = &[
    (
        "staged_courses",
        "code text, title text, kind {id}, credits text, fheq_level {int}, awarding_body text",
    ),
    (
        "staged_course_runs",
        "course_source_id {id}, academic_year {id}, start_date {id}, end_date {id}, places {int}",
    ),
    ("staged_people", "given_name text, family_name text, email text, social_work_england_number text"),
    (
        "staged_enrolments",
        "course_run_source_id {id}, learner_source_id {id}, state {id}, start_date {id}, end_date {id}, \
         study_mode {id}, sponsor {id}, funding {id}",
    ),
];

const POLICY: &str = "
    ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY own ON {table} USING (partner = (SELECT practicum_partner()) OR (SELECT practicum_service()));";
