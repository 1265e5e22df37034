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
