//! Learning needs, masterclasses, sessions and bookings.
//!
//! Instants are microseconds since 1970 in eight bytes, so that they mean and compare the same on both databases.

use ledger::migrations::make;
use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0002_masterclasses"
    }
}

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        make(manager, TABLES, POLICIES).await
    }
}

const TABLES: &[&str] = &[
    "CREATE TABLE learning_needs (
        id {id} PRIMARY KEY, partner {id} NOT NULL, revision {int} NOT NULL, title text NOT NULL,
        description text NOT NULL, evidence text NOT NULL, people_affected {int} NOT NULL,
        agreed_by text NOT NULL, state text NOT NULL, created_us {int} NOT NULL)",
    "CREATE TABLE masterclasses (
        id {id} PRIMARY KEY, revision {int} NOT NULL, host {id} NOT NULL, title text NOT NULL,
        description text NOT NULL, format text NOT NULL, lecturers text NOT NULL, audiences text NOT NULL,
        cpd_hours text NOT NULL, learning_needs text NOT NULL, created_us {int} NOT NULL,
        updated_us {int} NOT NULL)",
    "CREATE INDEX masterclasses_by_host ON masterclasses (host, id)",
    // The second assertion that nobody sits without a seat: the first is domain/room.rs.
    "CREATE TABLE sessions (
        id {id} PRIMARY KEY, masterclass {id} NOT NULL REFERENCES masterclasses (id), revision {int} NOT NULL,
        start_us {int} NOT NULL, end_us {int} NOT NULL CHECK (end_us > start_us), time_zone text NOT NULL,
        venue text NOT NULL, online_url text NOT NULL, capacity {int} NOT NULL CHECK (capacity > 0),
        over_capacity boolean NOT NULL, fences text NOT NULL, fence_release_us {int}, booking_open_us {int},
        booking_close_us {int}, waitlist_policy text NOT NULL, offer_hours {int} NOT NULL, state text NOT NULL,
        seats_taken {int} NOT NULL CHECK (seats_taken >= 0), taken_by text NOT NULL,
        waiting {int} NOT NULL CHECK (waiting >= 0), next_due_us {int}, cancel_reason text NOT NULL,
        created_us {int} NOT NULL, updated_us {int} NOT NULL,
        CHECK (seats_taken <= capacity OR over_capacity))",
    "CREATE INDEX sessions_by_start ON sessions (start_us, id)",
    "CREATE INDEX sessions_by_masterclass ON sessions (masterclass, start_us, id)",
    "CREATE INDEX sessions_due ON sessions (next_due_us) WHERE next_due_us IS NOT NULL",
    // No foreign key: it would be looked up booking by booking. Whoever writes one holds the lock of its session's row,
    // and no session is ever deleted.
    "CREATE TABLE bookings (
        id {id} PRIMARY KEY, session {id} NOT NULL, revision {int} NOT NULL,
        host {id} NOT NULL, partner {id} NOT NULL, person {id} NOT NULL, display_name text NOT NULL,
        email text NOT NULL, sw_number text NOT NULL, audience text NOT NULL, state text NOT NULL,
        joined_at {int}, joined_us {int}, offer_expire_us {int}, access_needs text NOT NULL, rating {int},
        comment text NOT NULL, cancel_reason text NOT NULL, created_us {int} NOT NULL, updated_us {int} NOT NULL)",
    // The person first: the desk asks what people are booked on.
    "CREATE UNIQUE INDEX bookings_one_live ON bookings (person, session)
        WHERE state IN ('confirmed', 'waitlisted', 'offered')",
    "CREATE INDEX bookings_queue ON bookings (session, joined_at) WHERE state = 'waitlisted'",
    "CREATE INDEX bookings_offers ON bookings (session) WHERE state = 'offered'",
    "CREATE INDEX bookings_by_session ON bookings (session, id)",
    "CREATE INDEX bookings_by_partner ON bookings (partner, id)",
    "CREATE INDEX bookings_by_host ON bookings (host, id)",
    "CREATE INDEX bookings_by_person ON bookings (person, id)",
];

/// Needs, masterclasses and sessions are for the whole partnership; a booking is for who made it and the host.
const POLICIES: &str = "
    ALTER TABLE bookings ENABLE ROW LEVEL SECURITY;
    ALTER TABLE bookings FORCE ROW LEVEL SECURITY;
    CREATE POLICY parties ON bookings
        USING (practicum_service() OR partner = practicum_partner() OR host = practicum_partner());";
