//! PostgreSQL: a place in the queue is counted over everybody who waits, not over those whom the caller may see.

use ledger::{Dialect, migrations::dialect_of};
use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0003_queue_position"
    }
}

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if dialect_of(manager) == Dialect::Postgres {
            manager.get_connection().execute_unprepared(FUNCTION).await?;
        }
        Ok(())
    }
}

/// Answers a number and nothing else, and so looks past row-level security for as long as it counts. (A `SET` clause
/// of the function would need a superuser for a setting of our own.)
const FUNCTION: &str = "
    CREATE FUNCTION queue_position(wanted text, joined bigint) RETURNS bigint LANGUAGE plpgsql AS $$
        DECLARE
            before text := coalesce(current_setting('practicum.scope', true), '');
            place bigint;
        BEGIN
            PERFORM set_config('practicum.scope', 'service', true);
            SELECT count(*) INTO place FROM bookings q
                WHERE q.session = wanted COLLATE \"C\" AND q.state = 'waitlisted' AND q.joined_at <= joined;
            PERFORM set_config('practicum.scope', before, true);
            RETURN place;
        END $$;";
