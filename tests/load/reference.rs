//! What ours is compared with on PostgreSQL: the best that SQL can do for one booking at a time. One statement, one
//! round trip, prepared, by pgbench with as many clients: the seat, the booking, the answer to the request id, an
//! outbox row and an audit row. It has no hash chain, no gapless feed, no rights and no network in front.

use anyhow::{Context, Result, ensure};
use std::{io::Write, path::PathBuf, process::Command};

const SCHEMA: &str = "
    CREATE SCHEMA reference;
    CREATE TABLE reference.sessions (
        id text PRIMARY KEY, capacity int NOT NULL, taken int NOT NULL, CHECK (taken <= capacity));
    CREATE TABLE reference.bookings (
        id bigserial PRIMARY KEY, session text NOT NULL REFERENCES reference.sessions (id), partner text NOT NULL,
        person text NOT NULL, name text NOT NULL, state text NOT NULL, at timestamptz NOT NULL DEFAULT now());
    CREATE UNIQUE INDEX ON reference.bookings (session, person) WHERE state IN ('confirmed', 'offered');
    CREATE INDEX ON reference.bookings (partner, id);
    CREATE INDEX ON reference.bookings (person, id);
    CREATE TABLE reference.answers (id uuid PRIMARY KEY, fingerprint text NOT NULL, answer text NOT NULL);
    CREATE TABLE reference.outbox (seq bigserial PRIMARY KEY, resource text NOT NULL, kind text NOT NULL);
    CREATE TABLE reference.audit (id bigserial PRIMARY KEY, actor text NOT NULL, method text NOT NULL,
        resource text NOT NULL, at timestamptz NOT NULL DEFAULT now());
    INSERT INTO reference.sessions SELECT 's' || n, 100000000, 0 FROM generate_series(1, 1000) n;";

/// `\\set` picks the session; a person is never booked twice.
const BOOK: &str = "\\set session random(1, :sessions)
\\set person random(1, 9000000000000000)
WITH seat AS (
    UPDATE reference.sessions SET taken = taken + 1 WHERE id = 's' || :session AND taken < capacity RETURNING id),
answer AS (
    INSERT INTO reference.answers SELECT gen_random_uuid(), md5(:person::text), repeat('x', 600) FROM seat),
outbox AS (
    INSERT INTO reference.outbox (resource, kind) SELECT 'sessions/' || id || '/bookings/x', 'created' FROM seat),
audit AS (
    INSERT INTO reference.audit (actor, method, resource)
    SELECT 'partners/durham/people/scheduler', 'BookSeats', 'sessions/' || id FROM seat)
INSERT INTO reference.bookings (session, partner, person, name, state)
SELECT id, 'durham', 'partners/durham/people/p' || :person, 'Person', 'confirmed' FROM seat;
";

pub struct Reference {
    url: String,
    script: PathBuf,
}

impl Reference {
    pub fn prepare(url: &str) -> Result<Self> {
        let mut sql = tempfile(".sql")?;
        sql.1.write_all(SCHEMA.as_bytes())?;
        let done =
            Command::new("psql").args(["-q", "-v", "ON_ERROR_STOP=1", "-f"]).arg(&sql.0).arg(url).status()?;
        ensure!(done.success(), "psql could not prepare the reference");
        let mut script = tempfile(".pgbench")?;
        script.1.write_all(BOOK.as_bytes())?;
        Ok(Self { url: url.into(), script: script.0 })
    }

    /// Bookings a second by pgbench, over so many sessions.
    pub async fn turn(&self, clients: usize, sessions: usize) -> Result<f64> {
        let (clients, sessions) = (clients.to_string(), format!("sessions={sessions}"));
        let mut pgbench = Command::new("pgbench");
        pgbench.args(["-n", "-M", "prepared", "-T", "2", "-j", "2", "-c", &clients, "-D", &sessions, "-f"]);
        pgbench.arg(&self.script).arg(&self.url);
        let output = tokio::task::spawn_blocking(move || pgbench.output()).await?;
        let output = output.context("pgbench is not on the path")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let rate = text.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
        rate.with_context(|| format!("pgbench: {text}{}", String::from_utf8_lossy(&output.stderr)))
    }
}

fn tempfile(ending: &str) -> Result<(PathBuf, std::fs::File)> {
    let path = std::env::temp_dir().join(format!("practicum-load-{}{ending}", uuid::Uuid::now_v7().simple()));
    let file = std::fs::File::create(&path)?;
    Ok((path, file))
}
