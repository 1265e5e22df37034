//! What a sync is compared with: the same rows by COPY into staging tables and one merge each, in SQL without gRPC.
//! What is staged is durable, as ours is. No rights, no checks of a record, no feed, no plan that could be looked at,
//! nothing to undo it with.

use super::{
    alike,
    records::{Holdings, YEAR},
};
use anyhow::Result;
use sqlx::{Connection, Executor, PgConnection};
use std::fmt::Write as _;

const SCHEMA: &str = "
    CREATE SCHEMA reference;
    CREATE TABLE reference.learners (
        partner text NOT NULL, source_id text NOT NULL, given_name text NOT NULL, family_name text NOT NULL,
        email text NOT NULL, PRIMARY KEY (partner, source_id));
    CREATE TABLE reference.enrolments (
        partner text NOT NULL, source_id text NOT NULL, data_set text NOT NULL, learner text NOT NULL,
        run text NOT NULL, academic_year text NOT NULL, state text NOT NULL, start_date text NOT NULL,
        end_date text NOT NULL, study_mode text NOT NULL, sponsor text NOT NULL, funding text NOT NULL,
        PRIMARY KEY (partner, source_id));
    CREATE UNIQUE INDEX ON reference.enrolments (partner, learner, run) WHERE state = 'active';
    CREATE INDEX ON reference.enrolments (run, source_id);
    CREATE INDEX ON reference.enrolments (partner, data_set);
    CREATE TABLE reference.s_learners (source_id text, given_name text, family_name text, email text);
    CREATE TABLE reference.s_enrolments (source_id text, learner text, run text, state text, start_date text,
        end_date text, study_mode text, sponsor text, funding text);";

const STAGE: &str = "
    SET LOCAL search_path = reference;
    TRUNCATE s_learners, s_enrolments;";

/// Without statistics of a table that has just been filled, a planner compares each row with each.
const MERGE: &str = "
    SET LOCAL enable_nestloop = off;
    ANALYZE s_learners;
    ANALYZE s_enrolments;
    INSERT INTO reference.learners AS l
        SELECT 'teesside', source_id, given_name, family_name, email FROM s_learners
        ON CONFLICT (partner, source_id) DO UPDATE SET given_name = excluded.given_name,
            family_name = excluded.family_name, email = excluded.email
        WHERE (l.given_name, l.family_name, l.email)
            IS DISTINCT FROM (excluded.given_name, excluded.family_name, excluded.email);
    INSERT INTO reference.enrolments AS e
        SELECT 'teesside', source_id, '{set}', learner, run, '{year}', state, start_date, end_date, study_mode,
            sponsor, funding FROM s_enrolments
        ON CONFLICT (partner, source_id) DO UPDATE SET learner = excluded.learner, run = excluded.run,
            state = excluded.state, start_date = excluded.start_date, end_date = excluded.end_date,
            study_mode = excluded.study_mode, sponsor = excluded.sponsor, funding = excluded.funding
        WHERE (e.learner, e.run, e.state, e.start_date, e.end_date, e.study_mode, e.sponsor, e.funding)
            IS DISTINCT FROM (excluded.learner, excluded.run, excluded.state, excluded.start_date,
                excluded.end_date, excluded.study_mode, excluded.sponsor, excluded.funding);
    UPDATE reference.enrolments e SET state = 'withdrawn'
        WHERE partner = 'teesside' AND data_set = '{set}' AND academic_year = '{year}' AND state = 'active'
            AND NOT EXISTS (SELECT FROM s_enrolments s WHERE s.source_id = e.source_id);
    COMMIT;";

/// Two other universities' rows, as syncs would have left them.
const NEIGHBOURS: &str = "
    SET search_path = enrolments;
    SELECT set_config('practicum.scope', 'service', false);
    INSERT INTO courses (id, partner, revision, code, title, kind, credits, fheq_level, awarding_body, create_us,
            update_us, data_set, source_id, ordinal)
        SELECT p || '/c', p, 0, '', 'Course', 'postgraduate', '', 0, '', 0, 0, 'sits', 'c', 0
        FROM unnest(ARRAY['northumbria', 'elsewhere']) p;
    INSERT INTO course_runs (id, partner, course, revision, academic_year, start_date, end_date, places, places_taken,
            create_us, update_us, data_set, source_id, ordinal)
        SELECT p || '/c/r' || n, p, p || '/c', 0, '2026/27', '2026-09-21', '2027-06-30', 0, 0, 0, 0, 'sits', 'r' || n, n + 1
        FROM unnest(ARRAY['northumbria', 'elsewhere']) p, generate_series(0, 39) n;
    INSERT INTO people (id, partner, revision, given_name, family_name, email, social_work_england_number, data_set,
            source_id, ordinal, hash)
        SELECT p || '/u' || n, p, 0, 'Given', 'Learner', '', '', 'sits', 'u' || n, 50 + n, decode(md5(n::text), 'hex')
        FROM unnest(ARRAY['northumbria', 'elsewhere']) p, generate_series(1, {rows} / 8) n;
    INSERT INTO enrolments (id, partner, person, run, revision, academic_year, state, study_mode, funding, reason,
            outcome, dropped, create_us, update_us, data_set, source_id, ordinal, hash)
        SELECT p || '/e' || n || '-' || k, p, p || '/u' || n, p || '/c/r' || (n + k * 7) % 40, 0, '2026/27', 'active',
            'full_time', 'self', '', '', false, 0, 0, 'sits', 'e' || n || '-' || k, 1000000 + n * 4 + k,
            decode(md5(n::text || k), 'hex')
        FROM unnest(ARRAY['northumbria', 'elsewhere']) p, generate_series(1, {rows} / 8) n, generate_series(0, 3) k;";

/// Bytes of one CopyData message.
const CHUNK: usize = 1 << 18;

pub struct Copy(PgConnection);

impl Copy {
    pub async fn prepare(url: &str) -> Result<Self> {
        let mut connection = PgConnection::connect(url).await?;
        connection.execute(SCHEMA).await?;
        connection.execute(alike::SCHEMA).await?;
        Ok(Self(connection))
    }

    /// Everything, as one transaction, into tables of its own: they hold what was sent and no more.
    pub async fn send(&mut self, held: Holdings<'_>, data_set: &str) -> Result<()> {
        self.merge(held, data_set, MERGE).await
    }

    /// The same into tables as ours are, where rows have names of their own and every index that ours have.
    pub async fn send_alike(&mut self, held: Holdings<'_>, data_set: &str) -> Result<()> {
        self.merge(held, data_set, alike::MERGE).await
    }

    async fn merge(&mut self, held: Holdings<'_>, data_set: &str, merge: &str) -> Result<()> {
        self.0.execute("BEGIN").await?;
        self.0.execute(STAGE).await?;
        let learners = (0..held.learners()).map(|n| {
            let (id, given) = (held.learner_id(n), Holdings::given_name(n));
            format!("{id}\t{given}\tLearner\t{}.{n}@example.ac.uk\n", held.prefix)
        });
        self.copy("s_learners", learners).await?;
        let enrolments = (0..held.enrolments()).map(|n| {
            let row = held.enrolment(n);
            let mut line = String::with_capacity(120);
            let _ = writeln!(
                line,
                "{}\t{}\t{}\tactive\t2026-09-21\t{}\tfull_time\t\tself",
                row.id, row.learner, row.run, row.end_date
            );
            line
        });
        self.copy("s_enrolments", enrolments).await?;
        let merge = merge.replace("{set}", data_set).replace("{year}", YEAR);
        self.0.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(merge))).await?;
        Ok(())
    }

    async fn copy(&mut self, table: &str, lines: impl Iterator<Item = String>) -> Result<()> {
        let mut copy = self.0.copy_in_raw(&format!("COPY {table} FROM STDIN")).await?;
        let mut chunk = Vec::with_capacity(CHUNK + 256);
        for line in lines {
            chunk.extend_from_slice(line.as_bytes());
            if chunk.len() >= CHUNK {
                copy.send(chunk.as_slice()).await?;
                chunk.clear();
            }
        }
        copy.send(chunk.as_slice()).await?;
        copy.finish().await?;
        Ok(())
    }

    /// Enrolments of other universities at the service's own tables: so many, a quarter as many people. They have been
    /// there for a while: their hints are set, and statistics know them.
    pub async fn neighbours(url: &str, rows: i64) -> Result<()> {
        let mut connection = PgConnection::connect(url).await?;
        let sql = NEIGHBOURS.replace("{rows}", &rows.to_string());
        connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql))).await?;
        connection.execute("VACUUM (FREEZE, ANALYZE)").await?;
        Ok(())
    }

    /// As PostgreSQL does by itself within a minute: both sides' tables have their statistics.
    pub async fn analyze(&mut self) -> Result<()> {
        self.0.execute("ANALYZE").await?;
        Ok(())
    }

    /// Bytes that have gone into the write-ahead log so far.
    pub async fn wal(&mut self) -> Result<i64> {
        let sql = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint";
        Ok(sqlx::query_scalar(sql).fetch_one(&mut self.0).await?)
    }
}
