//! A `begin()` that is dropped half-way, as it is when a client goes away: the connection goes back to its pool
//! inside an open transaction. These tests show the fault in the library, so that a later release can retire our
//! defence, and that the defence holds.

use crate::{dice::Dice, town::cluster, witness::stuck};
use ledger::{Database, Plant, Settings};
use masterclasses::store::migrations::Migrator;
use sqlx::{Connection, Executor, PgConnection, postgres::PgPoolOptions};
use std::time::Duration;
use testkit::proxy::{Mode, Proxy};
use vocabulary::Scope;

/// The same database over a network that takes 2 ms either way.
async fn slowly(url: &str) -> (Proxy, String) {
    let (before, rest) = url.split_once('@').unwrap();
    let (place, after) = rest.split_once('/').unwrap();
    let proxy = Proxy::start(place).await;
    let url = format!("{before}@{}/{after}", proxy.address);
    (proxy, url)
}

/// How many of 200 acknowledged writes are not there, after begins that were dropped at random points.
async fn lost(roll_back: bool) -> i64 {
    let database = cluster().fresh_database().await;
    let mut owner = PgConnection::connect(&database.owner_url).await.unwrap();
    owner.execute("CREATE TABLE writes (n bigint)").await.unwrap();
    let (proxy, url) = slowly(&database.owner_url).await;
    let pool = PgPoolOptions::new().max_connections(4).test_before_acquire(false).after_release(
        move |connection, _| {
            Box::pin(async move {
                if roll_back {
                    connection.execute("BEGIN; ROLLBACK").await?;
                }
                Ok(true)
            })
        },
    );
    let pool = pool.connect(&url).await.unwrap();
    proxy.set(Mode::Delay(Duration::from_millis(2)));
    let mut dice = Dice::new();
    for n in 0..200_i64 {
        // Whether it had begun by then does not matter.
        let _ = tokio::time::timeout(dice.millis(0, 6), pool.begin()).await;
        sqlx::query("INSERT INTO writes VALUES ($1)")
            .bind(n)
            .execute(&pool)
            .await
            .expect("an acknowledged write");
    }
    let there: i64 = sqlx::query_scalar("SELECT count(*) FROM writes").fetch_one(&mut owner).await.unwrap();
    200 - there
}

#[tokio::test(flavor = "multi_thread")]
async fn a_begin_that_is_dropped_loses_later_writes_unless_the_pool_rolls_back() {
    let _alone = crate::alone().await;
    let (without, with) = (lost(false).await, lost(true).await);
    eprintln!("of 200 acknowledged writes {without} were lost without the hook and {with} with it");
    assert!(without > 0, "the library no longer has the fault: the hook may go");
    assert_eq!(with, 0);
}

/// How many connections of the service's own pools are left inside a transaction.
async fn left_open(plant: Plant) -> i64 {
    let fresh = cluster().fresh_database().await;
    let (proxy, url) = slowly(&fresh.app_url).await;
    let settings = Settings {
        postgres: Some(url),
        postgres_owner: Some(fresh.owner_url.clone()),
        schema: "masterclasses".into(),
        plant,
        ..Settings::default()
    };
    let database = Database::open::<Migrator>(&settings).await.unwrap();
    proxy.set(Mode::Delay(Duration::from_millis(2)));
    let mut dice = Dice::new();
    let scopes = [Scope::Service, Scope::Partner("durham".parse().unwrap())];
    let mut leaving = tokio::task::JoinSet::new();
    for n in 0..400 {
        let (database, scope, patience) = (database.clone(), scopes[n % 2].clone(), dice.millis(0, 12));
        leaving.spawn(async move { drop(tokio::time::timeout(patience, database.read(&scope, None)).await) });
        if n % 8 == 7 {
            while leaving.join_next().await.is_some() {}
        }
    }
    // At last some who certainly leave while they wait for the database.
    tokio::time::sleep(Duration::from_millis(300)).await;
    for n in 0..8 {
        let (database, scope) = (database.clone(), scopes[n % 2].clone());
        let patience = Duration::from_millis(3);
        leaving.spawn(async move { drop(tokio::time::timeout(patience, database.read(&scope, None)).await) });
    }
    while leaving.join_next().await.is_some() {}
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let (server, _) = cluster().admin_url().rsplit_once('/').unwrap();
    let left = stuck(&format!("{server}/{}", fresh.name), &fresh.app_role).await;
    // What is left of the pools still serves.
    for scope in &scopes {
        database.write(scope, None).await.expect("a transaction").commit().await.expect("a commit");
    }
    left
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_who_leave_at_any_moment_leave_no_transaction_open() {
    let _alone = crate::alone().await;
    let mut without = 0;
    for _ in 0..5 {
        without += left_open(Plant::NoRollback).await;
        if without > 0 {
            break;
        }
    }
    let with = left_open(Plant::None).await;
    eprintln!("{without} connections were left in a transaction without the hook and {with} with it");
    assert!(without > 0, "the test cannot see the fault");
    assert_eq!(with, 0);
}
