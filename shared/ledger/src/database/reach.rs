//! The first connection to PostgreSQL, and what an operator can do where there is none.

use crate::Unreachable;
use anyhow::Result;
use sqlx::{ConnectOptions, PgConnection, postgres::PgConnectOptions};
use std::{io, time::Duration};
use tokio::time::{Instant, sleep};

/// How long a server may take to come up: often it is started together with the services.
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(250);

/// Connects, and waits for a server that is not there yet. What waiting does not mend is an error at once.
pub async fn reach(options: &PgConnectOptions) -> Result<PgConnection, Unreachable> {
    #[allow(clippy::disallowed_methods, reason = "monotonic: it decides only how long to try")]
    let until = Instant::now() + PATIENCE;
    let mut told = false;
    loop {
        let why = match tokio::time::timeout_at(until, options.connect()).await {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(why)) => why,
            Err(_) => sqlx::Error::Io(io::ErrorKind::TimedOut.into()),
        };
        #[allow(clippy::disallowed_methods, reason = "as above")]
        if !may_come(&why) || Instant::now() + PAUSE >= until {
            return Err(Unreachable(explain(options, &why)));
        }
        if !std::mem::replace(&mut told, true) {
            let seconds = PATIENCE.as_secs();
            tracing::warn!("PostgreSQL does not answer at {}: trying for {seconds} s", place(options));
        }
        sleep(PAUSE).await;
    }
}

/// Whether the role that migrates may make what it migrates.
pub async fn may_make_schemas(connection: &mut PgConnection, options: &PgConnectOptions) -> Result<()> {
    let asked = "SELECT has_database_privilege(current_database(), 'CREATE')";
    if sqlx::query_scalar(asked).fetch_one(connection).await? {
        return Ok(());
    }
    let role = options.get_username();
    let database = options.get_database().unwrap_or(role);
    let text = format!(
        "the role {role} may not make a schema in the database {database}: as a superuser \
         ALTER DATABASE {database} OWNER TO {role}; or GRANT CREATE ON DATABASE {database} TO {role};"
    );
    Err(Unreachable(text).into())
}

/// Nobody there yet, or somebody who is starting up.
fn may_come(why: &sqlx::Error) -> bool {
    matches!(why, sqlx::Error::Io(_)) || code(why).as_deref() == Some("57P03")
}

fn code(why: &sqlx::Error) -> Option<String> {
    Some(why.as_database_error()?.code()?.into_owned())
}

fn place(options: &PgConnectOptions) -> String {
    match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    }
}

/// What is wrong, and what to do. Never the password.
fn explain(options: &PgConnectOptions, why: &sqlx::Error) -> String {
    let (place, role) = (place(options), options.get_username());
    let database = options.get_database().unwrap_or(role);
    match code(why).as_deref() {
        None if !may_come(why) => format!("PostgreSQL cannot be reached at {place} as the URL says: {why}"),
        None => format!(
            "PostgreSQL does not answer at {place} ({why}): start it, or mend the host and port of the URL"
        ),
        Some("28P01") => format!(
            "PostgreSQL at {place} does not take the password of the role {role}, or has no such role: mend the URL, or \
             as a superuser: CREATE ROLE {role} LOGIN PASSWORD '…'; (ALTER ROLE, where it is there)"
        ),
        Some("28000") => format!(
            "PostgreSQL at {place} does not let the role {role} in ({why}): as a superuser CREATE ROLE {role} LOGIN \
             PASSWORD '…'; or allow it in pg_hba.conf"
        ),
        Some("3D000") => format!(
            "PostgreSQL at {place} has no database {database}: mend the URL, or as a superuser: \
             CREATE DATABASE {database} OWNER {role};"
        ),
        Some("53300") => format!(
            "PostgreSQL at {place} has no connection left ({why}): raise its max_connections, or lower `connections`"
        ),
        Some(_) => format!("PostgreSQL at {place} refuses the role {role} in the database {database}: {why}"),
    }
}
