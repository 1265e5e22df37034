//! The same on PostgreSQL and Redis.

use crate::support::{Suite, THURSDAY, run};

#[tokio::test]
async fn it_keeps_everything_in_postgresql_and_shares_its_cache_in_redis() {
    let database = testkit::postgres().fresh_database().await;
    let redis = testkit::redis().fresh_url().await;
    let folder = tempfile::tempdir().unwrap();
    let storage = ["--demo", "--postgres", &database.owner_url, "--redis", &redis];
    let suite = Suite::start(&folder.path().join("data"), &storage);
    let booking = suite.book(THURSDAY, "survivor");
    let before = suite.count();
    suite.kill();
    assert!(!folder.path().join("data/masterclasses.db").exists());

    // Another data directory, the same database: what is there is not made again.
    let suite = Suite::start(&folder.path().join("other"), &storage);
    assert_eq!(suite.count(), before);
    let request = format!(r#"{{"name": "{booking}"}}"#);
    suite.call("BookingService/GetBooking", &request, &[]).json();
}

#[tokio::test]
async fn a_superuser_is_refused_before_anything_is_made_and_told_what_to_make() {
    let database = testkit::postgres().fresh_database().await;
    let admin = testkit::postgres().admin_url().rsplit_once('/').unwrap().0;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").display().to_string();
    let superuser = format!("{admin}/{}", database.name);
    let refused = run(&["serve", "--base-port", "0", "--data", &data, "--postgres", &superuser]);
    refused.is_refused(1, "is a superuser");
    refused.is_refused(1, "CREATE ROLE practicum LOGIN");
    // The right role can still make the schema: nobody else's is in its way.
    Suite::start(&folder.path().join("data"), &["--postgres", &database.owner_url]);
}

#[tokio::test]
async fn a_postgresql_that_cannot_be_reached_is_named_with_what_to_do_and_without_the_password() {
    let database = testkit::postgres().fresh_database().await;
    let (start, _) = database.app_url.rsplit_once('/').unwrap();
    let place = start.rsplit_once('@').unwrap().1;
    let folder = tempfile::tempdir().unwrap();
    let refused = |url: &str, said: &[&str]| {
        let data = folder.path().join("data").display().to_string();
        let refused = run(&["serve", "--base-port", "0", "--data", &data, "--postgres", url]);
        said.iter().for_each(|said| refused.is_refused(1, said));
        assert!(!refused.err.contains("s3cret"), "{}", refused.err);
    };
    refused(&format!("{start}/nothing"), &["has no database nothing", "CREATE DATABASE nothing OWNER"]);
    refused(&format!("{start}/postgres"), &["may not make a schema", "GRANT CREATE ON DATABASE postgres TO"]);
    let nobody = format!("postgres://nobody:s3cret@{place}/{}", database.name);
    refused(&nobody, &["the role nobody", "CREATE ROLE nobody LOGIN"]);
    let down = format!("postgres://nobody:s3cret@127.0.0.1:1/{}", database.name);
    refused(
        &down,
        &["does not answer at 127.0.0.1:1", "start it, or mend the host and port", "trying for 20 s"],
    );
}
