//! C4: one load per key and process at a time, and nobody's going away or failing is another's.

use crate::{bench::Bench, on_each_kind};
use cache::Fault;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::task::JoinSet;

/// A thousand ask for one cold key at once.
async fn a_thousand(bench: &Bench) {
    let mut asking = JoinSet::new();
    for _ in 0..1_000 {
        let process = bench.process.clone();
        asking.spawn(async move { process.slow_get("thing", None, Duration::from_millis(200)).await });
    }
    while let Some(found) = asking.join_next().await {
        assert!(found.unwrap().is_some());
    }
}

on_each_kind! {
    async fn a_thousand_who_ask_for_one_cold_key_cost_one_load(bench) {
        bench.db.write("thing");
        a_thousand(&bench).await;
        assert_eq!(bench.db.loads(), 1);
    }

    async fn a_load_that_has_just_ended_is_not_made_again_by_who_looked_just_before(bench) {
        for turn in 0..400 {
            let key = format!("thing-{turn}");
            bench.db.write(&key);
            let mut asking = JoinSet::new();
            for _ in 0..8 {
                let (process, key) = (bench.process.clone(), key.clone());
                asking.spawn(async move { process.get(&key, None).await });
            }
            while let Some(found) = asking.join_next().await {
                assert!(found.unwrap().is_some());
            }
        }
        assert!(!bench.keeps() || bench.db.loads() == 400, "{}", bench.db.loads());
    }

    async fn a_stampede_would_be_caught(bench) {
        bench.process.cache.plant(Fault::Stampede);
        bench.db.write("thing");
        a_thousand(&bench).await;
        assert!(bench.db.loads() > 100, "{}", bench.db.loads());
    }

    async fn a_caller_who_goes_away_does_not_take_the_load_from_the_others(bench) {
        bench.db.write("thing");
        let ask = || {
            let process = bench.process.clone();
            tokio::spawn(async move { process.slow_get("thing", None, Duration::from_millis(100)).await })
        };
        let first = ask();
        while bench.db.loads() == 0 {
            tokio::task::yield_now().await;
        }
        let second = ask();
        tokio::time::sleep(Duration::from_millis(20)).await;
        first.abort();
        assert!(second.await.unwrap().is_some());
        assert_eq!(bench.db.loads(), 1);
    }

    async fn a_failure_is_everybodys_after_two_loads_and_nothing_is_kept_of_it(bench) {
        let loads = Arc::new(AtomicU64::new(0));
        let mut asking = JoinSet::new();
        for _ in 0..200 {
            let (shelf, loads) = (bench.process.shelf.clone(), loads.clone());
            asking.spawn(async move {
                let load = async move {
                    loads.fetch_add(1, SeqCst);
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    Err("no database".to_owned())
                };
                shelf.get("thing", None, load).await
            });
        }
        while let Some(answer) = asking.join_next().await {
            assert_eq!(answer.unwrap().unwrap_err(), "no database");
        }
        assert_eq!(loads.load(SeqCst), 2);
        bench.db.write("thing");
        assert!(bench.process.get("thing", None).await.is_some());
    }

    async fn a_panic_in_a_load_is_one_callers_and_the_others_load_again(bench) {
        bench.db.write("thing");
        let shelf = bench.process.shelf.clone();
        let unlucky = tokio::spawn(async move {
            let load = async {
                tokio::time::sleep(Duration::from_millis(100)).await;
                panic!("planted");
            };
            shelf.get::<String, _>("thing", None, load).await
        });
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(bench.process.get("thing", None).await.is_some());
        assert!(unlucky.await.unwrap_err().is_panic());
    }

    async fn different_keys_do_not_wait_for_each_other(bench) {
        bench.db.write("thing");
        bench.db.write("other");
        let process = bench.process.clone();
        let slow = tokio::spawn(async move { process.slow_get("thing", None, Duration::from_secs(600)).await });
        while bench.db.loads() == 0 {
            tokio::task::yield_now().await;
        }
        assert!(bench.process.get("other", None).await.is_some());
        slow.abort();
    }
}
