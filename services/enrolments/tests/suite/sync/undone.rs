//! Drops and returns, what a person holds, what a placement keeps, and undoing.

use super::house::*;
use super::on_both;
use enrolments::domain::sync::{Body, Learner, RunState, Word};

async fn state(house: &House, source_id: &str) -> (String, String, bool) {
    let sql = format!("SELECT id, state, dropped FROM enrolments WHERE source_id = '{source_id}'");
    let rows = house.rows(&sql).await;
    let text = |column: &str| rows[0].try_get::<String>("", column).unwrap();
    (text("id"), text("state"), rows[0].try_get("", "dropped").unwrap())
}

on_both! {
    // Point 8.
    async fn what_is_dropped_is_withdrawn_with_its_history_and_comes_back_under_its_name(house: House) {
        house.send("teesside", "s1", snapshot("sits"), &world(100)).await;
        let (id, ..) = state(&house, "e99").await;
        let run = house.send("teesside", "s2", snapshot("sits"), &world(100)[..200]).await;
        assert_eq!((run.state, run.counts[3].dropped, house.live("teesside").await), (RunState::Applied, 3, 97));
        assert_eq!(state(&house, "e99").await, (id.clone(), "withdrawn".into(), true));
        assert_eq!(house.number("SELECT count(*) FROM enrolments").await, 100);
        let run = house.send("teesside", "s3", snapshot("sits"), &world(100)).await;
        assert_eq!((run.counts[3].reactivated, run.counts[3].created), (3, 0));
        assert_eq!(state(&house, "e99").await, (id, "active".into(), false));
        house.sound().await;
    }

    async fn a_delta_drops_what_it_says_and_a_learner_takes_their_enrolments_along(house: House) {
        house.send("teesside", "s1", snapshot("sits"), &world(100)).await;
        let dropped = Body::Learner(Learner::default());
        let drops = [gone("e1", None), gone("l2", Some(dropped)), gone("nobody", None)];
        let run = house.send("teesside", "s2", unlimited("sits").into_delta(), &drops).await;
        assert_eq!((run.state, run.counts[3].dropped, run.counts[2].dropped), (RunState::Applied, 2, 1));
        assert_eq!((house.live("teesside").await, run.counts[3].rejected), (98, 1));
        let again = house.send("teesside", "s3", delta("sits"), &drops[..1]).await;
        assert_eq!((again.counts[3].dropped, again.counts[3].unchanged), (0, 1));
        let back = house.send("teesside", "s4", delta("sits"), &[enrolment("e1", "r2", "l1")]).await;
        assert_eq!(back.counts[3].reactivated, 1);
        house.sound().await;
    }

    // Point 10.
    async fn a_field_that_a_person_edited_is_held_until_it_is_released(house: House) {
        house.send("teesside", "s1", snapshot("sits"), &world(20)).await;
        house.run_sql("UPDATE enrolments SET sponsor = 'durham', held = '[\"sponsor\"]' WHERE source_id = 'e0'").await;
        house.run_sql("UPDATE enrolments SET state = 'withdrawn', held = '[\"state\"]' WHERE source_id = 'e1'").await;
        house.run_sql("UPDATE course_runs SET places_taken = places_taken - 1 WHERE source_id = 'r2'").await;
        let mut records = world(20);
        records[23] = enrolled("e0", "r1", "l0", |it| {
            it.sponsor = "gateshead".into();
            it.study_mode = Word::Known("part_time");
        });
        records[24] = enrolled("e1", "r2", "l1", |it| it.funding = Word::Known("bursary"));
        let run = house.send("teesside", "s2", snapshot("sits"), &records).await;
        assert_eq!(run.counts[3].updated, 2);
        let sql = "SELECT sponsor || study_mode AS x FROM enrolments WHERE source_id = 'e0'";
        assert_eq!(house.rows(sql).await[0].try_get::<String>("", "x").unwrap(), "durhampart_time");
        assert_eq!(state(&house, "e1").await.1, "withdrawn");
        // Gone from the source, and held where a person put it.
        records.remove(23);
        house.run_sql("UPDATE enrolments SET held = '[\"state\"]' WHERE source_id = 'e0'").await;
        let run = house.send("teesside", "s3", unlimited("sits"), &records).await;
        assert_eq!((run.counts[3].dropped, state(&house, "e0").await.1.as_str()), (0, "active"));
        // Released: the next sync writes what the source says.
        house.run_sql("UPDATE enrolments SET held = '[]', hash = NULL WHERE source_id = 'e1'").await;
        let run = house.send("teesside", "s4", delta("sits"), &records[23..24]).await;
        assert_eq!((run.counts[3].updated, state(&house, "e1").await.1.as_str()), (1, "active"));
    }

    // Point 11.
    async fn a_learner_on_a_placement_is_kept_and_somebody_has_to_look(house: House) {
        house.send("teesside", "s1", snapshot("sits"), &world(100)).await;
        let sql = "INSERT INTO live_placements (person, placement, partner) VALUES ('teesside/l99', 'p1', 'teesside')";
        house.run_sql(sql).await;
        let run = house.send("teesside", "s2", snapshot("sits"), &world(100)[..200]).await;
        assert_eq!((run.state, run.counts[3].dropped), (RunState::AwaitingApproval, 2));
        let (id, ..) = state(&house, "e99").await;
        let name = id.replace("teesside/", "partners/teesside/enrolments/");
        assert_eq!(run.guards.len(), 1);
        assert!(run.guards[0].starts_with("1 ") && run.guards[0].ends_with(&name), "{:?}", run.guards);
        house.approve(&registrar("teesside"), "s2").await.unwrap();
        assert_eq!((state(&house, "e99").await.1.as_str(), house.live("teesside").await), ("active", 98));
        house.sound().await;
    }

    // Point 6.
    async fn applying_is_one_transaction_and_applying_again_changes_nothing(house: House) {
        let mut strict = snapshot("sits");
        strict.dry_run = true;
        house.send("teesside", "s1", strict, &world(20)).await;
        let before = house.visible().await;
        // A row that is in the way of the last one: nothing of the others stays.
        house.run_sql("INSERT INTO people SELECT 'teesside/l19', 'teesside', 1, '', 'x', '', '', '[]', 'other', 'z', 0, NULL").await;
        let stale = house.approve(&registrar("teesside"), "s1").await;
        assert_eq!(reason(stale), "STALE_PLAN");
        house.run_sql("DELETE FROM people").await;
        assert_eq!(house.visible().await, before);
        house.approve(&registrar("teesside"), "s1").await.unwrap();
        let after = house.visible().await;
        let again = house.approve(&registrar("teesside"), "s1").await.unwrap();
        assert_eq!((again.state, house.visible().await), (RunState::Applied, after));
        house.sound().await;
    }

    // Point 12.
    async fn the_last_run_can_be_undone_once(house: House) {
        house.send("teesside", "s1", snapshot("sits"), &world(40)).await;
        let seen = "SELECT id || state || COALESCE(sponsor, '') || dropped || reason FROM enrolments WHERE source_id < 'e39x' ORDER BY id";
        let sight = || async {
            let rows = house.rows(seen).await;
            rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect::<Vec<_>>()
        };
        let before = sight().await;
        let mut records = world(40);
        records.remove(82);
        records[0] = course("c1", "Social work (BA)");
        records[1] = course_run("r1", "c1", 100);
        records[3] = learner("l0", "Anna", "Lee");
        records[43] = enrolled("e0", "r1", "l0", |it| it.sponsor = "durham".into());
        records.extend([learner("l40", "Jo", "Bell"), enrolment("e40", "r1", "l40")]);
        let run = house.send("teesside", "s2", unlimited("sits"), &records).await;
        assert_eq!((run.counts[3].dropped, run.counts[3].updated, run.counts[3].created), (1, 1, 1));
        house.sound().await;
        assert_eq!(reason(house.restore(&registrar("teesside"), "s1").await), "NOT_THE_LAST_RUN");
        let undone = house.restore(&registrar("teesside"), "s2").await.unwrap();
        assert_eq!(undone.state, RunState::Restored);
        assert_eq!(sight().await, before);
        assert_eq!((state(&house, "e40").await.1.as_str(), house.live("teesside").await), ("withdrawn", 40));
        let names = "SELECT count(*) FROM people WHERE given_name = 'Anna'";
        let titles = "SELECT count(*) FROM courses WHERE title = 'Social work'";
        assert_eq!((house.number(names).await, house.number(titles).await), (0, 1));
        house.sound().await;
        assert_eq!(reason(house.restore(&registrar("teesside"), "s2").await), "NOT_THE_LAST_RUN");
        // What the source says now is applied as ever.
        let run = house.send("teesside", "s3", unlimited("sits"), &records).await;
        assert_eq!((run.counts[3].reactivated, run.counts[3].dropped, run.counts[3].updated), (1, 1, 1));
        house.sound().await;
    }

    async fn a_run_that_somebody_built_on_cannot_be_undone(house: House) {
        house.send("teesside", "s1", snapshot("sits"), &world(10)).await;
        house.run_sql("UPDATE feed_head SET seq = seq + 1").await;
        house.run_sql("UPDATE enrolments SET revision = (SELECT seq FROM feed_head) WHERE source_id = 'e3'").await;
        assert_eq!(reason(house.restore(&registrar("teesside"), "s1").await), "NOT_THE_LAST_RUN");
    }

    async fn what_was_made_by_hand_is_in_the_way_or_is_adopted(house: House) {
        house.send("teesside", "s1", snapshot("sits"), &world(10)).await;
        house.run_sql("INSERT INTO people SELECT 'teesside/h1', 'teesside', 1, '', 'By Hand', '', '', '[]', '', NULL, NULL, NULL").await;
        house.run_sql("INSERT INTO enrolments SELECT 'teesside/hand', 'teesside', 'teesside/h1', id, 1, '2026/27', 'active', NULL, NULL, \
            'full_time', NULL, '', '', '', false, 0, 0, '[]', '', NULL, NULL, NULL FROM course_runs WHERE source_id = 'r1'").await;
        let sent = [learner("h1", "Harriet", "Hand"), enrolment("h2", "r1", "h1"), enrolment("h3", "r2", "h1")];
        let run = house.send("teesside", "s2", unlimited("sits").into_delta(), &sent).await;
        assert_eq!((run.counts[2].updated, run.counts[3].created, run.counts[3].rejected), (1, 1, 1));
        let rejects = house.rejects("teesside", "s2").await;
        assert_eq!((rejects[0].source_id.as_str(), rejects[0].code.as_str()), ("h2", "duplicate_enrolment"));
        assert_eq!(house.number("SELECT count(*) FROM people WHERE id = 'teesside/h1' AND data_set = 'sits' AND given_name = 'Harriet'").await, 1);
        let again = house.send("teesside", "s3", delta("sits"), &sent[..1]).await;
        assert_eq!(again.counts[2].unchanged, 1);
    }

    async fn a_sponsor_that_changes_is_told_and_so_is_the_one_before(house: House) {
        let of = |sponsor: &'static str| {
            let mut records = world(10);
            records[13] = enrolled("e0", "r1", "l0", |it| it.sponsor = sponsor.into());
            records
        };
        house.send("teesside", "s1", snapshot("sits"), &of("durham")).await;
        house.send("teesside", "s2", snapshot("sits"), &of("gateshead")).await;
        house.send("teesside", "s3", snapshot("sits"), &of("")).await;
        let (id, ..) = state(&house, "e0").await;
        let name = id.replace("teesside/", "partners/teesside/enrolments/");
        let sql = format!("SELECT kind || viewers AS x FROM feed WHERE resource = '{name}' ORDER BY seq");
        let told: Vec<String> = house.rows(&sql).await.iter().map(|row| row.try_get("", "x").unwrap()).collect();
        assert_eq!(told, ["c teesside durham ", "u teesside durham ", "c gateshead ", "u teesside gateshead "]);
        house.sound().await;
    }

    async fn a_learners_change_shows_in_their_enrolments_and_counts_once(house: House) {
        house.send("teesside", "s1", snapshot("sits"), &world(10)).await;
        let run = house.send("teesside", "s2", delta("sits"), &[learner("l3", "Zofia", "Lee")]).await;
        assert_eq!((run.counts[2].updated, run.counts[3].updated, house.feed().await), (1, 0, 14));
        house.sound().await;
    }
}
