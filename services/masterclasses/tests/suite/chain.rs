//! The audit log is tampered with by somebody who owns the database, and says so.

use crate::house::{House, call};
use ledger::Verdict;
use masterclasses::domain::WaitlistPolicy;
use sqlx::{AssertSqlSafe, Connection, Executor, SqliteConnection, sqlite::SqliteConnectOptions};

const COLUMNS: &[&str] =
    &["at_us", "actor", "on_behalf_of", "method", "resource", "outcome", "purpose", "trace_id", "hash"];
const ENTRIES: i64 = 25;

/// A log of 25 entries, its head as an outsider took it down, and the intruder's own connection.
async fn logged() -> (House, (i64, String), SqliteConnection) {
    let house = House::on_sqlite().await;
    let class = house.announce("durham", "c").await;
    let room = house.schedule("durham", &class, "s", house.plan(50, WaitlistPolicy::Promote)).await.name;
    for n in 0..23 {
        house.book("durham", &room, &[n]).await.unwrap();
    }
    let verdict = verify(&house, None).await;
    assert_eq!((verdict.broken_at, verdict.entries), (None, ENTRIES));
    let file = house.settings.database.file.clone().unwrap();
    let mut intruder =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(file)).await.unwrap();
    run(&mut intruder, "CREATE TEMP TABLE was AS SELECT * FROM audit").await;
    run(&mut intruder, "CREATE TEMP TABLE heads_were AS SELECT * FROM audit_heads").await;
    (house, (verdict.head_position, verdict.head_hash), intruder)
}

async fn run(intruder: &mut SqliteConnection, sql: &str) {
    intruder.execute(AssertSqlSafe(sql.to_owned())).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

async fn verify(house: &House, known: Option<(i64, String)>) -> Verdict {
    house.app.ledger.audit_verify(&call("durham"), known).await.unwrap()
}

async fn mend(intruder: &mut SqliteConnection) {
    run(intruder, "DELETE FROM audit").await;
    run(intruder, "INSERT INTO audit SELECT * FROM was").await;
    run(intruder, "DELETE FROM audit_heads").await;
    run(intruder, "INSERT INTO audit_heads SELECT * FROM heads_were").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_was_edited_deleted_inserted_or_moved_is_named() {
    let (house, _, mut intruder) = logged().await;
    let mut tried = 0;
    for at in 1..=ENTRIES {
        for column in COLUMNS {
            let value = if *column == "at_us" { "at_us + 1" } else { "'forged'" };
            run(&mut intruder, &format!("UPDATE audit SET {column} = {value} WHERE position = {at}")).await;
            assert_eq!(verify(&house, None).await.broken_at, Some(at), "{column} of entry {at}");
            mend(&mut intruder).await;
            tried += 1;
        }
        run(&mut intruder, &format!("DELETE FROM audit WHERE position = {at}")).await;
        assert_eq!(verify(&house, None).await.broken_at, Some(at), "entry {at} is gone");
        mend(&mut intruder).await;
        // Room is made for one more, after which all positions follow each other again.
        run(&mut intruder, &format!("UPDATE audit SET position = -position - 1 WHERE position >= {at}"))
            .await;
        run(&mut intruder, "UPDATE audit SET position = -position WHERE position < 0").await;
        let insert = format!(
            "INSERT INTO audit SELECT partner, {at}, at_us, actor, on_behalf_of, method, resource, outcome, purpose, \
             trace_id, hash FROM was WHERE position = {at}"
        );
        run(&mut intruder, &insert).await;
        let broken = verify(&house, None).await.broken_at;
        assert_eq!(broken, Some(at + 1), "one was put in at {at}");
        mend(&mut intruder).await;
    }
    for at in 1..ENTRIES {
        run(&mut intruder, &format!("UPDATE audit SET position = -1 WHERE position = {at}")).await;
        run(&mut intruder, &format!("UPDATE audit SET position = {at} WHERE position = {at} + 1")).await;
        run(&mut intruder, &format!("UPDATE audit SET position = {at} + 1 WHERE position = -1")).await;
        assert_eq!(verify(&house, None).await.broken_at, Some(at), "{at} and the next have changed places");
        mend(&mut intruder).await;
    }
    assert_eq!(verify(&house, None).await.broken_at, None);
    assert!(tried > 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tail_that_was_cut_is_seen_by_whoever_has_taken_down_the_head() {
    let (house, known, mut intruder) = logged().await;
    for left in [0, 1, 10, ENTRIES - 1] {
        run(&mut intruder, &format!("DELETE FROM audit WHERE position > {left}")).await;
        let own = verify(&house, None).await;
        assert_eq!(own.broken_at, Some(left + 1), "the head that the service kept is not reached");
        let cut = if left == 0 {
            "DELETE FROM audit_heads".to_owned()
        } else {
            format!(
                "UPDATE audit_heads SET position = {left}, hash = (SELECT hash FROM audit WHERE position = {left})"
            )
        };
        run(&mut intruder, &cut).await;
        assert_eq!(
            verify(&house, None).await.broken_at,
            None,
            "who cuts the head too is seen from outside only"
        );
        assert_eq!(verify(&house, Some(known.clone())).await.broken_at, Some(left + 1));
        mend(&mut intruder).await;
    }
    assert_eq!(verify(&house, Some(known)).await.broken_at, None);
}
