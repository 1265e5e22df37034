//! Courses, their runs, people and enrolments.
//!
//! Instants are microseconds since 1970 in eight bytes, days are ISO 8601 text: both mean and compare the same on
//! both databases. Keys begin with their university's id, so that a primary key serves its lists too.
//!
//! What a data set feeds says so: `data_set` is empty for what was made by hand, `source_id` is the record's
//! identifier in the university's system, `ordinal` its number within the data set, and `hash` is of the record as it
//! was last applied; none means that it differs from anything.

use ledger::{
    Dialect,
    migrations::{dialect_of, text},
};
use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0002_enrolments"
    }
}

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let dialect = dialect_of(manager);
        let db = manager.get_connection();
        let bytes = dialect.pick("bytea", "blob");
        for table in TABLES {
            let room = dialect.pick(ROOM, "");
            let table = table.replace("{fed}", FED).replace("{bytes}", bytes).replace("{room}", room);
            db.execute_unprepared(&text(dialect, &table)).await?;
        }
        for table in ["courses", "course_runs", "people", "enrolments"] {
            for index in FED_INDEXES {
                db.execute_unprepared(&index.replace("{table}", table)).await?;
            }
        }
        if dialect == Dialect::Postgres {
            db.execute_unprepared(POLICIES).await?;
        }
        Ok(())
    }
}

/// What each table says of where its rows come from.
const FED: &str = "held text NOT NULL DEFAULT '[]', data_set {id} NOT NULL DEFAULT '', source_id {id}, \
                   ordinal {int}, hash {bytes}";

/// A changed row that fits beside what it was goes into no index again.
const ROOM: &str = " WITH (fillfactor = 90)";

/// A source id is unique in its kind at a university, whichever data set made it; a data set is read in its order. The
/// second holds every row, so that a university's own are always found without passing over others'. The first begins
/// with the source id, by which few records find their rows whatever is known of the university's number of them.
const FED_INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX {table}_by_source ON {table} (source_id, partner) WHERE source_id IS NOT NULL",
    "CREATE INDEX {table}_by_data_set ON {table} (partner, data_set, ordinal)",
];

const TABLES: &[&str] = &[
    "CREATE TABLE courses (
        id {id} PRIMARY KEY, partner {id} NOT NULL, revision {int} NOT NULL, code text NOT NULL,
        title text NOT NULL, kind {id} NOT NULL, credits text NOT NULL, fheq_level {int} NOT NULL,
        awarding_body text NOT NULL, create_us {int} NOT NULL, update_us {int} NOT NULL, {fed})",
    // The second assertion that nobody is enrolled without a place: the first is domain/course_run.rs.
    "CREATE TABLE course_runs (
        id {id} PRIMARY KEY, partner {id} NOT NULL, course {id} NOT NULL REFERENCES courses (id),
        revision {int} NOT NULL, academic_year {id} NOT NULL, start_date {id} NOT NULL, end_date {id} NOT NULL,
        places {int} NOT NULL CHECK (places >= 0), places_taken {int} NOT NULL CHECK (places_taken >= 0),
        create_us {int} NOT NULL, update_us {int} NOT NULL, {fed},
        CHECK (end_date >= start_date), CHECK (places = 0 OR places_taken <= places))",
    "CREATE INDEX course_runs_by_year ON course_runs (partner, academic_year, id)",
    "CREATE TABLE people (
        id {id} PRIMARY KEY, partner {id} NOT NULL, revision {int} NOT NULL, given_name text NOT NULL,
        family_name text NOT NULL, email text NOT NULL, social_work_england_number text NOT NULL, {fed})",
    // No foreign keys: they are looked up row by row, which costs a sync more than all that it writes. Nobody and no
    // run is ever deleted, and every write begins with the rows that it refers to.
    "CREATE TABLE enrolments (
        id {id} PRIMARY KEY, partner {id} NOT NULL, person {id} NOT NULL, run {id} NOT NULL, revision {int} NOT NULL, academic_year {id} NOT NULL,
        state {id} NOT NULL, start_date {id}, end_date {id}, study_mode {id} NOT NULL, sponsor {id},
        funding {id} NOT NULL, reason text NOT NULL, outcome text NOT NULL, dropped boolean NOT NULL,
        create_us {int} NOT NULL, update_us {int} NOT NULL, {fed}){room}",
    "CREATE INDEX enrolments_by_run ON enrolments (run, id)",
    // Also that a learner has one enrolment on a run that has not ended: an index of its own for that would be a tenth of
    // what a first sync takes. Nobody has so many enrolments that an order among them mattered.
    "CREATE UNIQUE INDEX enrolments_by_person ON enrolments
        (person, run, (CASE WHEN state IN ('pending', 'active', 'interrupted') THEN '' ELSE id END))",
    "CREATE INDEX enrolments_by_sponsor ON enrolments (sponsor, id) WHERE sponsor IS NOT NULL",
    // Those that begin by the mere passing of time; what a data set feeds begins when its source says so.
    "CREATE INDEX enrolments_to_begin ON enrolments (id) WHERE state = 'pending' AND data_set = ''",
];

/// Courses and runs are for the whole partnership to read and for their university to write; an enrolment, and with
/// it its learner, is for the university, and for its sponsor to read. Who asks is a subselect of its own, which is
/// worked out once a statement and not for each row: that was a third of reading many.
const POLICIES: &str = "
    ALTER TABLE courses ENABLE ROW LEVEL SECURITY;
    ALTER TABLE courses FORCE ROW LEVEL SECURITY;
    CREATE POLICY own ON courses USING (partner = (SELECT practicum_partner()) OR (SELECT practicum_service()));
    CREATE POLICY read_by_all ON courses FOR SELECT USING (true);
    ALTER TABLE course_runs ENABLE ROW LEVEL SECURITY;
    ALTER TABLE course_runs FORCE ROW LEVEL SECURITY;
    CREATE POLICY own ON course_runs USING (partner = (SELECT practicum_partner()) OR (SELECT practicum_service()));
    CREATE POLICY read_by_all ON course_runs FOR SELECT USING (true);
    ALTER TABLE enrolments ENABLE ROW LEVEL SECURITY;
    ALTER TABLE enrolments FORCE ROW LEVEL SECURITY;
    CREATE POLICY own ON enrolments USING (partner = (SELECT practicum_partner()) OR (SELECT practicum_service()));
    CREATE POLICY read_by_sponsor ON enrolments FOR SELECT USING (sponsor = (SELECT practicum_partner()));
    ALTER TABLE people ENABLE ROW LEVEL SECURITY;
    ALTER TABLE people FORCE ROW LEVEL SECURITY;
    CREATE POLICY own ON people USING (partner = (SELECT practicum_partner()) OR (SELECT practicum_service()));
    -- PostgreSQL tries policies from the last of their names: what has to look elsewhere comes after `own`.
    CREATE POLICY by_enrolment ON people FOR SELECT USING (EXISTS (
        SELECT 1 FROM enrolments e WHERE e.person = people.id AND e.sponsor = (SELECT practicum_partner())));";
