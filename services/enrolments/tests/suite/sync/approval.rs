//! What waits for a person, and for how long.

use super::house::*;
use super::on_both;
use enrolments::domain::sync::{Action, LimitsAsked, RunState, run::Opening};
use vocabulary::Role;

on_both! {
    // Point 4.
    async fn a_snapshot_past_a_limit_waits_and_changes_nothing_until_somebody_else_approves_it(house: House) {
        house.send("teesside", "s1", snapshot("sits"), &world(100)).await;
        let before = house.visible().await;
        let most = &world(100)[..173];
        let waits = house.send("teesside", "s2", snapshot("sits"), most).await;
        assert_eq!(waits.state, RunState::AwaitingApproval);
        assert_eq!(waits.guards, ["drops 30 of 100 enrolments (30.0 %), limit 5 %"]);
        assert_eq!(house.visible().await, before);
        let sender = call("teesside", Role::Registrar, "sits");
        assert_eq!(reason(house.approve(&sender, "s2").await), "APPROVER_SENT_IT");
        assert_eq!(reason(house.approve(&registrar("northumbria"), "s2").await), "NOT_FOUND");
        let applied = house.approve(&registrar("teesside"), "s2").await.unwrap();
        assert_eq!((applied.state, house.live("teesside").await), (RunState::Applied, 70));
        house.sound().await;
    }

    // Point 4.
    async fn an_empty_snapshot_always_waits(house: House) {
        let empty = house.send("teesside", "s1", unlimited("sits"), &[]).await;
        assert_eq!(empty.state, RunState::AwaitingApproval);
        house.send("teesside", "s2", snapshot("sits"), &world(10)).await;
        let empty = house.send("teesside", "s3", unlimited("sits"), &[]).await;
        assert_eq!(empty.state, RunState::AwaitingApproval);
        assert_eq!(empty.guards, ["the snapshot is empty; 10 enrolments are in its scope"]);
        assert_eq!(house.live("teesside").await, 10);
    }

    // Point 4.
    async fn drops_of_the_last_24_hours_count_together(house: House) {
        house.send("teesside", "s1", snapshot("sits"), &world(100)).await;
        let first = house.send("teesside", "s2", snapshot("sits"), &world(100)[..200]).await;
        assert_eq!((first.state, first.counts[3].dropped), (RunState::Applied, 3));
        let second = house.send("teesside", "s3", snapshot("sits"), &world(100)[..197]).await;
        assert_eq!(second.state, RunState::AwaitingApproval);
        assert_eq!(second.guards, ["drops 3 enrolments, with those of the last 24 hours 6 of 100 (6.0 %), limit 5 %"]);
        house.clock.advance(chrono::Duration::hours(25));
        let third = house.send("teesside", "s4", snapshot("sits"), &world(100)[..197]).await;
        assert_eq!((third.state, third.counts[3].dropped), (RunState::Applied, 3));
    }

    // Point 4.
    async fn too_many_rejects_hold_the_good_rows_back_until_somebody_looks(house: House) {
        let mut records = world(50);
        records.extend((0..3).map(|i| enrolment(&format!("x{i}"), "nowhere", "l1")));
        let run = house.send("teesside", "s1", snapshot("sits"), &records).await;
        assert_eq!(run.state, RunState::AwaitingApproval);
        assert_eq!(run.guards, ["refuses 3 of 106 records (2.8 %), limit 1 %"]);
        assert_eq!(house.live("teesside").await, 0);
        house.approve(&registrar("teesside"), "s1").await.unwrap();
        assert_eq!(house.live("teesside").await, 50);
    }

    // Point 5.
    async fn a_plan_is_bound_to_what_it_was_made_against(house: House) {
        house.send("teesside", "s1", snapshot("sits"), &world(20)).await;
        let none = LimitsAsked { max_drops: Some(0), ..LimitsAsked::default() };
        let strict = || Opening { limits: none, ..snapshot("sits") };
        house.send("teesside", "s2", strict(), &world(20)[..40]).await;
        // Somebody touches a row that the plan drops.
        house.run_sql("UPDATE enrolments SET revision = revision + 1 WHERE source_id = 'e19'").await;
        let before = house.visible().await;
        assert_eq!(reason(house.approve(&registrar("teesside"), "s2").await), "STALE_PLAN");
        assert_eq!(house.visible().await, before);
        // A newer run of the data set is applied.
        house.send("teesside", "s3", strict(), &world(20)[..40]).await;
        let mut more = world(20);
        more.push(learner("l99", "Bo", "New"));
        house.send("teesside", "s4", snapshot("sits"), &more).await;
        assert_eq!(reason(house.approve(&registrar("teesside"), "s3").await), "STALE_GENERATION");
    }

    // Point 5.
    async fn a_plan_expires(house: House) {
        let dry = Opening { dry_run: true, ..snapshot("sits") };
        let run = house.send("teesside", "s1", dry, &world(5)).await;
        assert_eq!(run.state, RunState::Planned);
        house.clock.advance(chrono::Duration::hours(73));
        assert_eq!(reason(house.approve(&registrar("teesside"), "s1").await), "PLAN_EXPIRED");
        house.app.sweep_syncs().await.unwrap();
        let run = house.app.get_sync_run(&registrar("teesside"), &name("teesside", "s1")).await.unwrap();
        assert_eq!(run.state, RunState::Discarded);
        assert_eq!(reason(house.approve(&registrar("teesside"), "s1").await), "PLAN_EXPIRED");
        house.app.sweep_syncs().await.unwrap();
        assert_eq!(house.number("SELECT count(*) FROM staged_enrolments").await, 0, "what is over is given up");
        assert_eq!((house.live("teesside").await, house.feed().await), (0, 0));
    }

    // Point 3.
    async fn a_plan_lists_creates_updates_reactivations_drops_and_counts_what_stays(house: House) {
        house.send("teesside", "s1", snapshot("sits"), &world(40)).await;
        house.send("teesside", "s2", snapshot("sits"), &world(40)[..82]).await;
        let mut records = world(40);
        records.remove(82 - 1); // e38 is gone
        records[43] = enrolled("e0", "r1", "l0", |it| it.sponsor = "durham".into());
        records.push(learner("l40", "Jo", "Bell"));
        records.push(enrolment("e40", "r1", "l40"));
        let dry = Opening { dry_run: true, ..snapshot("sits") };
        let before = house.visible().await;
        let run = house.send("teesside", "s3", dry, &records).await;
        let counts = run.counts[3];
        assert_eq!((counts.created, counts.updated, counts.reactivated, counts.dropped, counts.unchanged), (1, 1, 1, 1, 37));
        let call = registrar("teesside");
        let ask = |action| enrolments::actions::ListSyncChanges {
            run: name("teesside", "s3"), action, after: None, size: vocabulary::PageSize::from_wire(0).unwrap(),
        };
        let all = house.app.list_sync_changes(&call, ask(None)).await.unwrap().rows;
        let told: Vec<_> = all.iter().map(|c| (c.source_id.as_str(), c.action, c.fields.join(","))).collect();
        assert_eq!(told, [
            ("l40", Action::Create, String::new()),
            ("e0", Action::Update, "sponsor".into()),
            ("e39", Action::Reactivate, String::new()),
            ("e40", Action::Create, String::new()),
            ("e38", Action::Drop, String::new()),
        ]);
        let drops = house.app.list_sync_changes(&call, ask(Some(Action::Drop))).await.unwrap().rows;
        assert_eq!(drops.len(), 1);
        assert_eq!(house.visible().await, before);
    }
}
