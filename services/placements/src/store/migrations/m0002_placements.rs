//! Interest, educators, offers, students, needs, placements with their days and events, match runs.
//!
//! Instants are microseconds since 1970 in eight bytes, days are ISO 8601 text, weekdays a set of bits: all mean and
//! compare the same on both databases. Keys begin with their partner's id, so that a primary key serves its lists too;
//! a placement belongs to two partners and is keyed by its id alone, which sorts by the time of making.

use ledger::{
    Dialect,
    migrations::{dialect_of, text},
};
use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0002_placements"
    }
}

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let dialect = dialect_of(manager);
        let db = manager.get_connection();
        for table in TABLES {
            db.execute_unprepared(&text(dialect, &table.replace("{live}", LIVE))).await?;
        }
        if dialect == Dialect::Postgres {
            for table in WALLED {
                let wall = format!(
                    "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
                );
                db.execute_unprepared(&wall).await?;
            }
            db.execute_unprepared(POLICIES).await?;
        }
        Ok(())
    }
}

/// States of a placement that has not ended.
const LIVE: &str = "('proposed', 'accepted', 'confirmed', 'in_progress', 'suspended', 'recommended')";

const TABLES: &[&str] = &[
    "CREATE TABLE hosting_interests (
        id {id} PRIMARY KEY, partner {id} NOT NULL, academic_year {id} NOT NULL, revision {int} NOT NULL,
        interest {id} NOT NULL, reasons text NOT NULL, places_expected {int} NOT NULL, update_us {int} NOT NULL)",
    "CREATE INDEX hosting_interests_by_year ON hosting_interests (academic_year, id)",
    // The second assertion that nobody teaches more than they may: the first is domain/educator.rs.
    "CREATE TABLE practice_educators (
        id {id} PRIMARY KEY, partner {id} NOT NULL, person {id} NOT NULL UNIQUE, revision {int} NOT NULL,
        display_name text NOT NULL, email text NOT NULL, social_work_england_number text NOT NULL,
        qualification {id} NOT NULL, current_until {id}, max_learners {int} NOT NULL,
        learners {int} NOT NULL CHECK (learners >= 0), team text NOT NULL, create_us {int} NOT NULL,
        update_us {int} NOT NULL, CHECK (learners <= max_learners))",
    // The second assertion that no place is given twice: the first is domain/offer.rs.
    "CREATE TABLE placement_offers (
        id {id} PRIMARY KEY, partner {id} NOT NULL, revision {int} NOT NULL, academic_year {id} NOT NULL,
        team text NOT NULL, setting {id} NOT NULL, statutory boolean NOT NULL, stages {id} NOT NULL,
        places {int} NOT NULL, places_held {int} NOT NULL CHECK (places_held >= 0),
        places_taken {int} NOT NULL CHECK (places_taken >= 0), earliest_start {id}, latest_end {id},
        weekdays {int} NOT NULL, location text NOT NULL, driver_required boolean NOT NULL,
        practice_educators text NOT NULL, state {id} NOT NULL, reaffirm_us {int}, withdraw_reason text NOT NULL,
        create_us {int} NOT NULL, update_us {int} NOT NULL, CHECK (places_held + places_taken <= places))",
    "CREATE INDEX placement_offers_open ON placement_offers (id) WHERE state = 'open'",
    "CREATE INDEX placement_offers_open_by_year ON placement_offers (academic_year, id) WHERE state = 'open'",
    // Those whose window may have passed.
    "CREATE INDEX placement_offers_to_lapse ON placement_offers (latest_end) WHERE state = 'open'",
    "CREATE TABLE students (
        id {id} PRIMARY KEY, partner {id} NOT NULL, display_name text NOT NULL, email text NOT NULL,
        social_work_england_number text NOT NULL)",
    "CREATE TABLE placement_needs (
        id {id} PRIMARY KEY, partner {id} NOT NULL, student {id} NOT NULL REFERENCES students (id),
        revision {int} NOT NULL, stage {id} NOT NULL, academic_year {id} NOT NULL, start_date {id} NOT NULL,
        weekdays {int} NOT NULL, home text NOT NULL, max_travel_minutes {int}, drives boolean NOT NULL,
        preferred_settings text NOT NULL, earlier_placements text NOT NULL, excluded_partners text NOT NULL,
        state {id} NOT NULL, placement {id}, withdraw_reason text NOT NULL DEFAULT '', create_us {int} NOT NULL,
        update_us {int} NOT NULL)",
    // Special category data, apart: a query of needs never meets it, and its wall is higher than theirs.
    "CREATE TABLE need_adjustments (
        id {id} PRIMARY KEY REFERENCES placement_needs (id), partner {id} NOT NULL, adjustments text NOT NULL)",
    "CREATE INDEX placement_needs_of_year ON placement_needs (academic_year, id)",
    "CREATE INDEX placement_needs_by_state ON placement_needs (state, id)",
    "CREATE INDEX placement_needs_of_student ON placement_needs (student, id)",
    "CREATE UNIQUE INDEX placement_needs_one_open ON placement_needs (student, stage) WHERE state = 'open'",
    "CREATE INDEX placement_needs_open ON placement_needs (academic_year, stage, id) WHERE state = 'open'",
    // Suspensions, reviews, concerns, waivers, rules and recommendation are JSON: they are read and written with their
    // placement.
    "CREATE TABLE placements (
        id {id} PRIMARY KEY, revision {int} NOT NULL, need {id} NOT NULL, offer {id} NOT NULL, host {id} NOT NULL,
        university {id} NOT NULL, student {id} NOT NULL REFERENCES students (id), stage {id} NOT NULL,
        setting {id} NOT NULL, statutory boolean NOT NULL, practice_educator {id}, ratifier {id},
        onsite_supervisor {id}, state {id} NOT NULL, start_date {id} NOT NULL, weekdays {int} NOT NULL,
        days_required {int} NOT NULL, days_attended {int} NOT NULL, skills_days {int} NOT NULL,
        projected_end {id} NOT NULL, enrolment_check {id}, confirming {id}, hold_us {int}, suspensions text NOT NULL,
        reviews text NOT NULL, concerns text NOT NULL, waivers text NOT NULL, rules text NOT NULL,
        recommendation text NOT NULL, days_credited {int}, reason text NOT NULL, create_us {int} NOT NULL,
        update_us {int} NOT NULL)",
    "CREATE UNIQUE INDEX placements_one_live ON placements (student, stage) WHERE state IN {live}",
    "CREATE INDEX placements_by_host ON placements (host, state, id)",
    "CREATE INDEX placements_of_host ON placements (host, id)",
    "CREATE INDEX placements_by_university ON placements (university, state, id)",
    "CREATE INDEX placements_of_university ON placements (university, id)",
    "CREATE INDEX placements_between ON placements (university, host, id)",
    "CREATE INDEX placements_by_student ON placements (student, id)",
    "CREATE INDEX placements_by_educator ON placements (practice_educator, id) WHERE practice_educator IS NOT NULL",
    "CREATE INDEX placements_by_offer ON placements (offer, id)",
    // What the passing of time does, and what a university still has to answer.
    "CREATE INDEX placements_held ON placements (hold_us) WHERE state = 'proposed'",
    "CREATE INDEX placements_to_check ON placements (university, id) WHERE enrolment_check = 'pending'",
    "CREATE TABLE placement_days (
        placement {id} NOT NULL REFERENCES placements (id), day {id} NOT NULL, kind {id} NOT NULL,
        note text NOT NULL, PRIMARY KEY (placement, day))",
    "CREATE TABLE placement_events (
        placement {id} NOT NULL REFERENCES placements (id), ordinal {int} NOT NULL, from_state {id},
        to_state {id} NOT NULL, actor text NOT NULL, reason text NOT NULL, at_us {int} NOT NULL,
        PRIMARY KEY (placement, ordinal))",
    "CREATE TABLE match_runs (
        id {id} PRIMARY KEY, partner {id} NOT NULL, revision {int} NOT NULL, academic_year {id} NOT NULL,
        stage {id} NOT NULL, needs {int} NOT NULL, places {int} NOT NULL, eligible_pairs {int} NOT NULL,
        matched {int} NOT NULL, total_cost {int} NOT NULL, shares text NOT NULL, create_us {int} NOT NULL,
        apply_us {int})",
    // A match remembers which revisions of its need and offer it was made of, and what came of applying it: 'PROPOSED',
    // or the reason why it was passed over.
    "CREATE TABLE matches (
        run {id} NOT NULL REFERENCES match_runs (id), ordinal {int} NOT NULL, need {id} NOT NULL,
        university {id} NOT NULL, offer {id}, host {id}, practice_educator {id}, cost {int} NOT NULL,
        rules text NOT NULL, need_revision {int} NOT NULL, offer_revision {int} NOT NULL, applied {id},
        PRIMARY KEY (run, ordinal))",
    "CREATE INDEX matches_of_university ON matches (run, university, ordinal)",
    "CREATE INDEX matches_left_out ON matches (run, ordinal) WHERE offer IS NULL",
    "CREATE INDEX matches_left_out_of_university ON matches (run, university, ordinal) WHERE offer IS NULL",
    "CREATE INDEX matches_of_offer ON matches (run, offer) WHERE offer IS NOT NULL",
    "CREATE INDEX matches_to_apply ON matches (run, ordinal) WHERE offer IS NOT NULL AND applied IS NULL",
    "CREATE TABLE followed (id {id} PRIMARY KEY, token text NOT NULL)",
];

/// Every table of this service has row-level security.
const WALLED: &[&str] = &[
    "hosting_interests",
    "practice_educators",
    "placement_offers",
    "students",
    "placement_needs",
    "need_adjustments",
    "placements",
    "placement_days",
    "placement_events",
    "match_runs",
    "matches",
    "followed",
];

/// Interest and a run's counts are for the partnership to read. An open offer is for whoever looks for a place: that
/// only universities do is the actions' to say. A placement, its days and its events are its host's and its
/// university's; with it the host reads the student, and the need once it has accepted. Everything else is its
/// partner's own. What changes rows of both parties acts for the service. PostgreSQL tries the policies of a table from the
/// last of their names to the first: `by_placement`, which has to look elsewhere, comes when the others have failed.
const POLICIES: &str = "
    CREATE POLICY own ON hosting_interests USING (practicum_service() OR partner = practicum_partner());
    CREATE POLICY read_by_all ON hosting_interests FOR SELECT USING (true);
    CREATE POLICY own ON practice_educators USING (practicum_service() OR partner = practicum_partner());
    CREATE POLICY own ON placement_offers USING (practicum_service() OR partner = practicum_partner());
    CREATE POLICY open_to_read ON placement_offers FOR SELECT USING (state = 'open');
    CREATE POLICY own ON students USING (practicum_service() OR partner = practicum_partner());
    CREATE POLICY by_placement ON students FOR SELECT USING (EXISTS (
        SELECT 1 FROM placements p WHERE p.student = students.id AND p.host = practicum_partner()));
    CREATE POLICY own ON placement_needs USING (practicum_service() OR partner = practicum_partner());
    CREATE POLICY by_placement ON placement_needs FOR SELECT USING (EXISTS (
        SELECT 1 FROM placements p WHERE p.id = placement_needs.placement AND p.host = practicum_partner()
        AND p.state NOT IN ('proposed', 'declined', 'expired', 'withdrawn')));
    CREATE POLICY own ON need_adjustments USING (practicum_service() OR partner = practicum_partner());
    CREATE POLICY by_placement ON need_adjustments FOR SELECT USING (EXISTS (
        SELECT 1 FROM placement_needs n JOIN placements p ON p.id = n.placement
        WHERE n.id = need_adjustments.id AND p.host = practicum_partner()
        AND p.state NOT IN ('proposed', 'accepted', 'declined', 'expired', 'withdrawn')));
    CREATE POLICY parties ON placements USING (
        practicum_service() OR host = practicum_partner() OR university = practicum_partner());
    CREATE POLICY by_placement ON placement_offers FOR SELECT USING (EXISTS (
        SELECT 1 FROM placements p WHERE p.offer = placement_offers.id AND p.university = practicum_partner()));
    CREATE POLICY parties ON placement_days USING (practicum_service() OR EXISTS (
        SELECT 1 FROM placements p WHERE p.id = placement_days.placement));
    CREATE POLICY parties ON placement_events USING (practicum_service() OR EXISTS (
        SELECT 1 FROM placements p WHERE p.id = placement_events.placement));
    CREATE POLICY own ON match_runs USING (practicum_service() OR partner = practicum_partner());
    CREATE POLICY read_by_all ON match_runs FOR SELECT USING (true);
    CREATE POLICY own ON matches USING (practicum_service());
    CREATE POLICY read_by_university ON matches FOR SELECT USING (university = practicum_partner());
    CREATE POLICY own ON followed USING (practicum_service());";
