//! Receiving: batches are stored once, and nothing counts before the finish message.

use super::house::*;
use super::on_both;
use enrolments::{actions::Accepted, domain::sync::RunState};

on_both! {
    // Point 1.
    async fn nothing_is_written_before_everything_is_there_and_planned(house: House) {
        let mut receiving = house.begin(&machine("teesside"), "s1", snapshot("sits")).await.unwrap();
        for (sequence, batch) in (0..).zip(world(30).chunks(20)) {
            receiving.store(sequence, batch.to_vec()).await.unwrap();
            assert_eq!((house.visible().await.as_str(), house.feed().await), ("", 0));
        }
        let records = receiving.records();
        drop(receiving);
        assert_eq!((records, house.visible().await.as_str()), (63, ""));
        let run = house.app.get_sync_run(&machine("teesside"), &name("teesside", "s1")).await.unwrap();
        assert_eq!(run.state, RunState::Receiving);
    }

    async fn a_run_goes_on_where_its_last_stream_ended_and_a_batch_is_stored_once(house: House) {
        house.send("teesside", "s0", snapshot("sits"), &world(30)).await;
        let mut records = world(30);
        records.extend((0..30).map(|i| learner(&format!("m{i}"), "Mo", "More")));
        let batches: Vec<_> = records.chunks(10).collect();
        let mut first = house.begin(&machine("teesside"), "s1", snapshot("sits")).await.unwrap();
        for (sequence, batch) in (0..4).zip(&batches) {
            first.store(sequence, batch.to_vec()).await.unwrap();
        }
        let mut second = house.begin(&machine("teesside"), "s1", snapshot("sits")).await.unwrap();
        assert_eq!((second.next_sequence(), second.records()), (4, 40));
        assert_eq!(reason(first.store(4, batches[4].to_vec()).await), "SYNC_IN_PROGRESS");
        assert_eq!(second.store(3, batches[3].to_vec()).await.unwrap().records, 40);
        assert_eq!(reason(second.store(3, batches[5].to_vec()).await), "BATCH_DIFFERS");
        assert_eq!(reason(second.store(6, batches[6].to_vec()).await), "SEQUENCE_GAP");
        for (sequence, batch) in (0..).zip(&batches).skip(4) {
            second.store(sequence, batch.to_vec()).await.unwrap();
        }
        assert_eq!(reason(first.finish(93).await.map(|()| 0)), "SYNC_IN_PROGRESS");
        let run = house.finish(second).await;
        assert_eq!(run.state, RunState::Applied, "{:?}", run.guards);
        assert_eq!((run.counts[3].unchanged, run.counts[2].created), (30, 30));
        house.sound().await;
    }

    async fn batches_are_stored_side_by_side_and_each_is_acknowledged_in_turn(house: House) {
        let records = world(30);
        let batches: Vec<_> = records.chunks(16).map(<[_]>::to_vec).collect();
        let mut first = house.begin(&machine("teesside"), "s1", snapshot("sits")).await.unwrap();
        let told = |sequence, records| Accepted { sequence, records };
        assert_eq!(first.stored().await.unwrap(), None);
        assert_eq!(first.take(0, batches[0].clone()).await.unwrap(), []);
        assert_eq!(first.take(1, batches[1].clone()).await.unwrap(), [], "beside the first");
        let again = first.take(1, batches[1].clone()).await.unwrap();
        assert_eq!(again, [told(0, 16), told(1, 32), told(1, 32)], "sent again");
        assert_eq!(first.stored().await.unwrap(), None);
        let mut second = house.begin(&machine("teesside"), "s1", snapshot("sits")).await.unwrap();
        assert_eq!((second.next_sequence(), second.records()), (2, 32));
        // Taken over while its batches are under way: whoever sends on, or finishes, hears of it.
        assert_eq!(first.take(2, batches[2].clone()).await.unwrap(), []);
        assert_eq!(first.take(3, vec![]).await.unwrap(), []);
        assert_eq!(reason(first.take(4, vec![]).await), "SYNC_IN_PROGRESS");
        assert_eq!(second.take(2, batches[2].clone()).await.unwrap(), []);
        assert_eq!(second.stored().await.unwrap(), Some(told(2, 48)), "what was fenced left nothing behind");
        second.take(3, batches[3].clone()).await.unwrap();
        let run = house.finish(second).await;
        assert_eq!((run.state, run.counts[3].created), (RunState::Applied, 30));
        house.sound().await;
    }

    async fn another_count_than_is_stored_fails_the_run(house: House) {
        let mut receiving = house.begin(&machine("teesside"), "s1", snapshot("sits")).await.unwrap();
        receiving.store(0, world(5)).await.unwrap();
        assert_eq!(reason(receiving.finish(12).await.map(|()| 0)), "RECORD_COUNT_MISMATCH");
        let run = house.app.get_sync_run(&machine("teesside"), &name("teesside", "s1")).await.unwrap();
        assert_eq!((run.state, house.visible().await.as_str()), (RunState::Failed, ""));
        assert_eq!(run.guards, ["the finish message counts 12 records, 13 are stored"]);
        let again = house.begin(&machine("teesside"), "s1", snapshot("sits")).await;
        assert_eq!(reason(again.map(|_| 0)), "RUN_NOT_RECEIVING");
    }

    async fn one_run_of_a_data_set_at_a_time_and_each_is_opened_as_it_was(house: House) {
        let sender = machine("teesside");
        house.begin(&sender, "s1", snapshot("sits")).await.unwrap();
        assert_eq!(reason(house.begin(&sender, "s2", snapshot("sits")).await.map(|_| 0)), "SYNC_IN_PROGRESS");
        assert_eq!(reason(house.begin(&sender, "s1", delta("sits")).await.map(|_| 0)), "REOPENED_DIFFERENTLY");
        house.begin(&sender, "s3", snapshot("moodle")).await.unwrap();
        house.begin(&machine("northumbria"), "s1", snapshot("sits")).await.unwrap();
        let mut nowhen = snapshot("canvas");
        nowhen.academic_years.clear();
        assert_eq!(reason(house.begin(&sender, "s4", nowhen).await.map(|_| 0)), "SCOPE_MISSING");
        let ask = enrolments::actions::DiscardSyncRun { name: name("teesside", "s1"), etag: None, request_id: None };
        house.app.discard_sync_run(&sender, ask).await.unwrap();
        house.begin(&sender, "s2", snapshot("sits")).await.unwrap();
    }

    async fn a_run_that_nobody_goes_on_with_fails_and_one_that_lost_its_server_is_planned(house: House) {
        let mut left = house.begin(&machine("teesside"), "s1", snapshot("moodle")).await.unwrap();
        left.store(0, world(1)).await.unwrap();
        let mut killed = house.begin(&machine("teesside"), "s2", snapshot("sits")).await.unwrap();
        killed.store(0, world(10)).await.unwrap();
        killed.finish(23).await.unwrap();
        house.clock.advance(chrono::Duration::minutes(2));
        house.app.sweep_syncs().await.unwrap();
        assert_eq!(house.live("teesside").await, 10);
        house.clock.advance(chrono::Duration::hours(24));
        house.app.sweep_syncs().await.unwrap();
        let run = house.app.get_sync_run(&machine("teesside"), &name("teesside", "s1")).await.unwrap();
        assert_eq!(run.state, RunState::Failed);
        assert_eq!(reason(left.store(1, world(1)).await), "RUN_NOT_RECEIVING");
    }
}
