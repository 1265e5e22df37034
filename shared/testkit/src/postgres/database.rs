//! A database of one test.

use anyhow::Context;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use uuid::Uuid;

/// A new, empty database, and two roles that exist for it alone.
#[derive(Clone, Debug)]
pub struct Database {
    pub name: String,
    /// Owns the database and what migrations make in it; not a superuser, cannot bypass row-level security.
    pub owner_role: String,
    /// What the service runs as: no superuser, no owner, cannot bypass row-level security. It may connect, and
    /// nothing else: what it may touch is for the migrations to grant.
    pub app_role: String,
    pub owner_url: String,
    pub app_url: String,
}

const PASSWORD: &str = "for-tests-only";

impl Database {
    pub(super) async fn create(admin_url: &str) -> anyhow::Result<Database> {
        let id = Uuid::new_v4().simple().to_string();
        let (name, owner_role, app_role) = (format!("t_{id}"), format!("o_{id}"), format!("a_{id}"));
        let mut admin = PgConnection::connect(admin_url)
            .await
            .context("the cluster of PRACTICUM_TEST_POSTGRES, or the private one, does not answer")?;
        for role in [&owner_role, &app_role] {
            let made = format!(
                "CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD '{PASSWORD}'"
            );
            admin.execute(AssertSqlSafe(made)).await?;
        }
        admin
            .execute(AssertSqlSafe(format!("CREATE DATABASE {name} OWNER {owner_role} TEMPLATE template0")))
            .await?;
        admin.close().await?;
        let url = |role: &str| with_parts(admin_url, role, &name);
        Ok(Database { owner_url: url(&owner_role)?, app_url: url(&app_role)?, name, owner_role, app_role })
    }
}

/// The same server and options, as `role`, in `database`.
fn with_parts(admin_url: &str, role: &str, database: &str) -> anyhow::Result<String> {
    let (_, rest) = admin_url.split_once("://").context("the cluster's URL has no scheme")?;
    let (place, options) =
        rest.split_once('?').map_or((rest, None), |(place, options)| (place, Some(options)));
    let server = place.split('/').next().unwrap_or(place);
    let server = server.rsplit('@').next().unwrap_or(server);
    let options = options.map(|it| format!("?{it}")).unwrap_or_default();
    Ok(format!("postgres://{role}:{PASSWORD}@{server}/{database}{options}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_keeps_its_server_and_options_and_changes_role_and_database() {
        let made = |url| with_parts(url, "r", "d").unwrap();
        assert_eq!(
            made("postgres://root:pw@h:5/postgres?sslmode=disable"),
            format!("postgres://r:{PASSWORD}@h:5/d?sslmode=disable")
        );
        assert_eq!(made("postgresql://h/x"), format!("postgres://r:{PASSWORD}@h/d"));
    }
}
