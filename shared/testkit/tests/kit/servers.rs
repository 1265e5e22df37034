use sqlx::{Connection, Executor, PgConnection, Row};
use std::{
    path::Path,
    time::{Duration, Instant},
};
use testkit::{Postgres, Redis, postgres, redis, sqlite_path};
use tokio::time::timeout;

async fn one<T>(url: &str, query: &'static str) -> Result<T, sqlx::Error>
where
    T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    let mut connection = PgConnection::connect(url).await?;
    connection.fetch_one(query).await?.try_get(0)
}

#[tokio::test]
async fn a_fresh_database_is_empty_and_its_roles_are_no_superusers() {
    let database = postgres().fresh_database().await;
    let roles =
        "SELECT count(*) FROM pg_roles WHERE rolname = current_user AND NOT rolsuper AND NOT rolbypassrls";
    for url in [&database.owner_url, &database.app_url] {
        assert_eq!(one::<i64>(url, roles).await.unwrap(), 1);
        assert_eq!(
            one::<i64>(url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").await.unwrap(),
            0
        );
    }
}

#[tokio::test]
async fn the_owner_makes_tables_and_the_app_sees_only_what_it_is_granted() {
    let database = postgres().fresh_database().await;
    let mut owner = PgConnection::connect(&database.owner_url).await.unwrap();
    owner.execute("CREATE TABLE seats (n bigint); INSERT INTO seats VALUES (7)").await.unwrap();
    let mut app = PgConnection::connect(&database.app_url).await.unwrap();
    assert!(app.execute("CREATE TABLE mine (n bigint)").await.is_err());
    assert!(app.execute("SELECT n FROM seats").await.is_err());
    let grant = sqlx::AssertSqlSafe(format!("GRANT SELECT ON seats TO {}", database.app_role));
    owner.execute(grant).await.unwrap();
    assert_eq!(one::<i64>(&database.app_url, "SELECT n FROM seats").await.unwrap(), 7);
}

#[tokio::test]
async fn two_fresh_databases_share_nothing() {
    let (one, other) = tokio::join!(postgres().fresh_database(), postgres().fresh_database());
    assert_ne!(one.name, other.name);
    assert_ne!(one.app_role, other.app_role);
}

#[tokio::test]
async fn a_frozen_cluster_answers_nothing_until_it_goes_on() {
    let cluster = Postgres::start_private(false);
    let mut open = PgConnection::connect(cluster.admin_url()).await.unwrap();
    cluster.sigstop();
    assert!(timeout(Duration::from_millis(300), open.execute("SELECT 1")).await.is_err());
    cluster.sigcont();
    let mut again = PgConnection::connect(cluster.admin_url()).await.unwrap();
    timeout(Duration::from_secs(5), again.execute("SELECT 1")).await.unwrap().unwrap();
}

#[tokio::test]
async fn what_was_committed_survives_a_crash_of_a_cluster_with_fsync_and_its_port_stays() {
    let cluster = Postgres::start_private(true);
    let database = cluster.fresh_database().await;
    let mut owner = PgConnection::connect(&database.owner_url).await.unwrap();
    owner.execute("CREATE TABLE seats (n bigint); INSERT INTO seats VALUES (7)").await.unwrap();
    let before = cluster.pid();
    cluster.restart_immediate();
    assert!(owner.execute("SELECT 1").await.is_err());
    assert_ne!(cluster.pid(), before);
    assert_eq!(one::<i64>(&database.owner_url, "SELECT n FROM seats").await.unwrap(), 7);
    cluster.kill();
    assert!(PgConnection::connect(&database.owner_url).await.is_err());
    cluster.restart_immediate();
    assert_eq!(one::<i64>(&database.owner_url, "SELECT n FROM seats").await.unwrap(), 7);
}

#[tokio::test]
async fn a_private_server_ends_with_its_value_even_when_it_is_frozen() {
    let (cluster, memory) = (Postgres::start_private(false), Redis::start_private());
    let mut pids = vec![cluster.pid(), memory.pid()];
    pids.extend(children(cluster.pid()));
    assert!(pids.len() > 5, "a cluster has children: {pids:?}");
    cluster.sigstop();
    memory.sigstop();
    drop((cluster, memory));
    let alive = |pid: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        !stat.is_empty() && !stat.contains(") Z")
    };
    let end = Instant::now() + Duration::from_secs(5);
    while pids.iter().any(alive) {
        assert!(Instant::now() < end, "{pids:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn children(parent: u32) -> Vec<u32> {
    let tasks = std::fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).unwrap_or_default();
    tasks.split_whitespace().map(|pid| pid.parse().unwrap()).collect()
}

#[tokio::test]
async fn fresh_redis_urls_share_nothing_and_a_kill_is_seen() {
    let (one, other) = (redis().fresh_url().await, redis().fresh_url().await);
    assert_ne!(one, other);
    let open = |url: String| async move {
        redis::Client::open(url).unwrap().get_multiplexed_async_connection().await
    };
    let (mut one, mut other) = (open(one).await.unwrap(), open(other).await.unwrap());
    redis::cmd("SET").arg("k").arg("v").query_async::<()>(&mut one).await.unwrap();
    assert_eq!(redis::cmd("GET").arg("k").query_async::<Option<String>>(&mut other).await.unwrap(), None);

    let private = Redis::start_private();
    private.kill();
    assert!(open(private.url().to_owned()).await.is_err());
}

#[test]
fn a_sqlite_path_is_fresh_and_vanishes() {
    let (one, other) = (sqlite_path(), sqlite_path());
    assert_ne!(one.path(), other.path());
    std::fs::write(one.path(), "x").unwrap();
    let kept = one.path().to_owned();
    assert!(one.url().starts_with("sqlite:///"));
    drop(one);
    assert!(!Path::exists(&kept));
}
