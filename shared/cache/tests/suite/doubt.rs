//! C9: a process that cannot hear the feed serves nothing of its own.

use crate::{bench::Bench, on_each_kind};
use cache::{Fault, Kind};
use std::time::Duration;

on_each_kind! {
    async fn nothing_local_is_served_in_doubt_and_all_of_it_again_after_news(bench) {
        bench.process.hear();
        let written = bench.process.write("thing");
        bench.process.hear();
        bench.process.cache.doubt();
        for min in [None, Some(written)] {
            assert!(bench.process.shelf.peek("thing", min).is_none());
        }
        bench.process.hear();
        assert_eq!(bench.process.shelf.peek("thing", Some(written)).is_some(), bench.keeps());
    }

    async fn what_changes_during_doubt_is_never_served_afterwards(bench) {
        bench.process.hear();
        bench.process.write("thing");
        bench.process.hear();
        bench.process.cache.doubt();
        let changed = bench.db.write("thing");
        assert_eq!(bench.process.get("thing", Some(changed)).await.unwrap().revision, changed);
        bench.process.hear();
        assert_eq!(bench.process.get("thing", None).await.unwrap().revision, changed);
    }

    async fn a_follower_that_falls_silent_counts_as_doubt_after_two_seconds(bench) {
        bench.process.write("thing");
        bench.process.hear();
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        assert_eq!(bench.process.shelf.peek("thing", None).is_some(), bench.keeps());
        tokio::time::sleep(Duration::from_millis(600)).await;
        assert!(bench.process.shelf.peek("thing", None).is_none());
        bench.process.hear();
        assert_eq!(bench.process.shelf.peek("thing", None).is_some(), bench.keeps());
    }
}

#[tokio::test]
async fn a_doubt_that_is_not_heeded_would_be_caught() {
    let bench = Bench::open(Kind::Memory).await;
    bench.process.cache.plant(Fault::NeverDoubt);
    bench.process.write("thing");
    bench.process.cache.doubt();
    assert!(bench.process.shelf.peek("thing", None).is_some());
}
