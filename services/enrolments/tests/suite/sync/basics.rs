//! The life of a data set.

use super::house::*;
use super::on_both;
use enrolments::domain::sync::{Counts, RunState};

on_both! {
    async fn a_first_sync_creates_the_same_again_changes_nothing_and_ten_changed_rows_are_ten_updates(house: House) {
        let first = house.send("teesside", "s1", snapshot("sits"), &world(100)).await;
        assert_eq!(first.state, RunState::Applied, "{:?}", first.guards);
        let created = |n| Counts { received: n, created: n, ..Counts::default() };
        assert_eq!(first.counts, [created(1), created(2), created(100), created(100)]);
        assert_eq!((house.live("teesside").await, house.feed().await), (100, 103));
        house.sound().await;

        let before = house.visible().await;
        let again = house.send("teesside", "s2", snapshot("sits"), &world(100)).await;
        assert_eq!(again.state, RunState::Applied);
        assert_eq!(again.counts[3], Counts { received: 100, unchanged: 100, ..Counts::default() });
        assert_eq!(house.visible().await, before, "the same again writes nothing, not even to the feed");

        let mut records = world(100);
        for i in 0..10 {
            records[103 + i] = enrolled(&format!("e{i}"), ["r1", "r2"][i % 2], &format!("l{i}"), |it| {
                it.start_date = "2026-10-01".into();
            });
        }
        let third = house.send("teesside", "s3", snapshot("sits"), &records).await;
        let expected = Counts { received: 100, updated: 10, unchanged: 90, ..Counts::default() };
        assert_eq!((third.state, third.counts[3]), (RunState::Applied, expected));
        assert_eq!(house.feed().await, 113);
        assert_eq!(house.number("SELECT count(*) FROM enrolments WHERE start_date = '2026-10-01'").await, 10);
        house.sound().await;
    }
}
