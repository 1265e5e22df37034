//! Records that are refused, each with what would mend it.

use super::house::*;
use super::on_both;
use enrolments::domain::sync::{Body, Kind, Record, RunState, Word};
use std::collections::BTreeMap;

/// Code and field of each reject, by source id.
async fn refused(house: &House, run: &str) -> BTreeMap<String, (String, String)> {
    let rejects = house.rejects("teesside", run).await.into_iter();
    rejects
        .map(|reject| {
            assert!(!reject.expected.is_empty(), "{reject:?}");
            (reject.source_id, (reject.code, reject.field))
        })
        .collect()
}

fn no(code: &str, field: &str) -> (String, String) {
    (code.to_owned(), field.to_owned())
}

on_both! {
    // Point 2.
    async fn each_bad_row_is_one_typed_reject_and_the_good_ones_are_not_held_hostage(house: House) {
        let mut records = world(100);
        let mut bad = |record: Record| records.push(record);
        bad(course("c\0", "Nul"));
        bad(course("c2", ""));
        bad(course("c3", &"x".repeat(1 << 20)));
        bad(course_run("r3", "nowhere", 0));
        bad(enrolment("e100", "r3", "l1"));
        bad(enrolment("e101", "r1", "nobody"));
        bad(enrolled("e102", "r1", "l1", |it| it.start_date = "0000-01-01".into()));
        bad(enrolled("e103", "r1", "l1", |it| it.end_date = "9999-12-31".into()));
        bad(enrolled("e104", "r1", "l1", |it| it.sponsor = "atlantis".into()));
        bad(enrolled("e105", "r1", "l1", |it| it.state = Word::Unknown(99)));
        bad(enrolment("e106", "r1", "l0"));
        bad(learner("l100", "Ann", ""));
        bad(Record { source_id: "nothing".into(), ..Record::default() });
        bad(gone("e1", None));
        let run = house.send("teesside", "s1", unlimited("sits"), &records).await;
        assert_eq!((run.state, house.live("teesside").await), (RunState::Applied, 100));
        let expected = [
            ("c\u{fffd}", no("invalid_value", "source_id")),
            ("c2", no("missing_field", "title")),
            ("c3", no("too_long", "title")),
            ("e1", no("forbidden_in_snapshot", "dropped")),
            ("e100", no("reference_missing", "course_run_source_id")),
            ("e101", no("reference_missing", "learner_source_id")),
            ("e102", no("invalid_date", "start_date")),
            ("e103", no("invalid_date", "end_date")),
            ("e104", no("unknown_sponsor", "sponsor")),
            ("e105", no("invalid_value", "state")),
            ("e106", no("duplicate_enrolment", "learner_source_id")),
            ("l100", no("missing_field", "family_name")),
            ("nothing", no("missing_field", "record")),
            ("r3", no("reference_missing", "course_source_id")),
        ];
        let expected: BTreeMap<_, _> = expected.into_iter().map(|(id, no)| (id.to_owned(), no)).collect();
        assert_eq!(refused(&house, "s1").await, expected);
        let rejected: i64 = run.counts.iter().map(|counts| counts.rejected).sum();
        assert_eq!(rejected, 14);
        house.sound().await;
    }

    // Point 13.
    async fn what_was_refused_names_its_place_and_is_taken_once_it_is_mended(house: House) {
        let mut records = world(200);
        let wrong = enrolled("e7", "r2", "l7", |it| it.start_date = "21/09/2026".into());
        records[203 + 7] = Record { origin: "enrollments.csv:4021".into(), ..wrong };
        house.send("teesside", "s1", snapshot("sits"), &records).await;
        let rejects = house.rejects("teesside", "s1").await;
        let [reject] = &rejects[..] else { panic!("{rejects:?}") };
        assert_eq!((reject.origin.as_str(), reject.kind), ("enrollments.csv:4021", Kind::Enrolment));
        assert_eq!((reject.found.as_str(), reject.code.as_str()), ("21/09/2026", "invalid_date"));
        assert_eq!(reject.expected, "a calendar date from 1900 to 2199, such as \"2026-09-21\"");
        let mended = enrolled("e7", "r2", "l7", |it| it.start_date = "2026-09-21".into());
        let run = house.send("teesside", "s2", delta("sits"), &[mended]).await;
        assert_eq!((run.counts[3].created, house.live("teesside").await), (1, 200));
        house.sound().await;
    }

    async fn a_source_id_that_comes_twice_is_refused_and_never_the_last_one_wins(house: House) {
        house.send("teesside", "s1", snapshot("sits"), &world(20)).await;
        let mut records = world(20);
        // New twice; changed twice; alike and changed; alike twice.
        records.extend([learner("n1", "A", "One"), learner("n1", "B", "Two")]);
        records[3] = learner("l0", "C", "Three");
        records.push(learner("l0", "D", "Four"));
        records.extend([learner("l1", "E", "Five"), learner("l2", "Ann", "Lee 2")]);
        let run = house.send("teesside", "s2", unlimited("sits"), &records).await;
        assert_eq!(run.state, RunState::Applied);
        let rejects = house.rejects("teesside", "s2").await;
        let mut ids: Vec<_> = rejects.iter().map(|reject| reject.source_id.as_str()).collect();
        ids.sort_unstable();
        assert_eq!(ids, ["l0", "l0", "l1", "l2", "n1", "n1"]);
        assert!(rejects.iter().all(|reject| reject.code == "duplicate_source_id"));
        let sql = "SELECT count(*) FROM people WHERE given_name <> 'Ann'";
        assert_eq!((house.number(sql).await, house.live("teesside").await), (0, 20));
    }

    async fn a_row_whose_record_was_refused_is_not_gone(house: House) {
        house.send("teesside", "s1", snapshot("sits"), &world(20)).await;
        let mut records = world(20);
        records[23] = enrolled("e0", "r1", "l0", |it| it.start_date = "never".into());
        records[24] = enrolment("e1", "nowhere", "l1");
        records[25] = enrolment("e2", "r1", "l3");
        let run = house.send("teesside", "s2", unlimited("sits"), &records).await;
        assert_eq!((run.counts[3].rejected, run.counts[3].dropped), (3, 0));
        assert_eq!(house.live("teesside").await, 20);
    }

    async fn a_learner_is_on_a_run_once_whoever_comes_first(house: House) {
        let of = |id: &str, learner: &str, state: &'static str| {
            enrolled(id, "r1", learner, |it| it.state = Word::Known(state))
        };
        let mut records = world(6);
        // Not live, and so not in anybody's way.
        records.push(of("x", "l0", "completed"));
        records.push(of("w", "l1", "withdrawn"));
        house.send("teesside", "s1", unlimited("sits"), &records).await;
        assert_eq!((refused(&house, "s1").await, house.live("teesside").await), (BTreeMap::new(), 6));
        let mut sent = vec![
            // Beside what stays; beside what goes; beside what comes back; twice, of somebody new.
            of("n0", "l0", "active"),
            of("n2", "l2", "active"),
            of("n1", "l1", "active"),
            learner("new", "", "Suharto"),
            of("n3", "new", "active"),
            of("n4", "new", "active"),
        ];
        sent.extend([of("e2", "l2", "completed"), of("w", "l1", "active")]);
        let run = house.send("teesside", "s2", unlimited("sits").into_delta(), &sent).await;
        let twice = || no("duplicate_enrolment", "learner_source_id");
        let expected = ["n0", "n1", "n4"].map(|id| (id.to_owned(), twice()));
        assert_eq!((refused(&house, "s2").await, run.counts[3].created), (expected.into(), 2));
        assert_eq!(house.live("teesside").await, 8);
        house.sound().await;
    }

    async fn places_are_never_exceeded_and_who_comes_first_has_them(house: House) {
        let mut records = vec![course("c1", "Social work"), course_run("r1", "c1", 3), course_run("r2", "c1", 0)];
        records.extend((0..5).map(|i| learner(&format!("l{i}"), "", "Suharto")));
        records.extend((0..5).map(|i| enrolment(&format!("e{i}"), "r1", &format!("l{i}"))));
        house.send("teesside", "s1", unlimited("sits"), &records).await;
        let full = || no("run_full", "course_run_source_id");
        let expected: BTreeMap<_, _> = [("e3".to_owned(), full()), ("e4".to_owned(), full())].into();
        assert_eq!((refused(&house, "s1").await, house.live("teesside").await), (expected, 3));
        // One leaves and one comes; a cut below what is taken is refused.
        records[1] = course_run("r1", "c1", 2);
        records.remove(8);
        let run = house.send("teesside", "s2", unlimited("sits"), &records).await;
        assert_eq!((run.counts[3].dropped, run.counts[3].created), (1, 0), "{:?}", house.rejects("teesside", "s2").await);
        assert_eq!(house.number("SELECT places * 10 + places_taken FROM course_runs WHERE places > 0").await, 22);
        records[1] = course_run("r1", "c1", 1);
        house.send("teesside", "s3", unlimited("sits"), &records).await;
        assert_eq!(refused(&house, "s3").await["r1"], no("run_full", "places"));
        house.sound().await;
    }

    // Point 9.
    async fn a_row_belongs_to_the_data_set_that_made_it_and_no_other_may_write_or_drop_it(house: House) {
        house.send("teesside", "s1", snapshot("sits"), &world(20)).await;
        let other = [course("m1", "Other"), course_run("m2", "m1", 0), learner("l0", "Eve", "Evil"),
            learner("m3", "Bo", "Own"), enrolment("m4", "m2", "m3"), enrolment("e1", "r1", "l1")];
        let run = house.send("teesside", "t1", unlimited("moodle"), &other).await;
        assert_eq!((run.state, run.counts[3].created, run.counts[3].dropped), (RunState::Applied, 1, 0));
        let foreign = || no("foreign_data_set", "source_id");
        let expected: BTreeMap<_, _> = [("e1".to_owned(), foreign()), ("l0".to_owned(), foreign())].into();
        assert_eq!(refused(&house, "t1").await, expected);
        let run = house.send("teesside", "s2", snapshot("sits"), &world(20)).await;
        assert_eq!((run.counts[3].unchanged, run.counts[3].dropped, house.live("teesside").await), (20, 0, 21));
    }

    // Point 7.
    async fn a_snapshot_speaks_for_one_university_one_data_set_and_its_years_alone(house: House) {
        house.send("teesside", "s1", snapshot("sits"), &world(20)).await;
        house.send("northumbria", "s1", snapshot("sits"), &world(30)).await;
        let mut years = snapshot("sits");
        years.academic_years = vec!["2025/26".into(), "2026/27".into()];
        let mut old = course_run("r0", "c1", 0);
        if let Some(Body::CourseRun(run)) = &mut old.body {
            run.academic_year = "2025/26".into();
        }
        let mut records = world(20);
        records.extend([old.clone(), enrolment("old1", "r0", "l1"), enrolment("old2", "r0", "l2")]);
        house.send("teesside", "s2", years, &records).await;
        assert_eq!(house.live("teesside").await, 22);
        // A snapshot of one year neither drops nor changes what is of another.
        let mut records = world(20);
        records.extend([old, enrolled("old1", "r0", "l1", |it| it.sponsor = "durham".into())]);
        let run = house.send("teesside", "s3", unlimited("sits"), &records).await;
        assert_eq!((run.counts[3].dropped, run.counts[3].updated, run.counts[3].rejected), (0, 0, 1));
        let expected = no("forbidden_in_snapshot", "course_run_source_id");
        assert_eq!(refused(&house, "s3").await["old1"], expected);
        assert_eq!((house.live("teesside").await, house.live("northumbria").await), (22, 30));
        house.sound().await;
    }

    async fn names_of_any_script_come_back_byte_for_byte(house: House) {
        let names = [("", "Suharto"), ("Gwenllïan", "ap Rhŷs"), ("Świętosława", "Żółć-O’Brien"), ("محمد", "العربي"),
            ("小明", "王"), ("e\u{301}", "\u{202e}abc"), ("\u{e9}", "d'Arc \\ \"x\"")];
        let records: Vec<_> =
            (0..).zip(names).map(|(n, (given, family))| learner(&format!("l{n}"), given, family)).collect();
        let run = house.send("teesside", "s1", delta("sits"), &records).await;
        assert_eq!(run.counts[2].created, 7);
        let rows = house.rows("SELECT given_name, family_name FROM people ORDER BY id").await;
        let read: Vec<(String, String)> = rows
            .iter()
            .map(|row| (row.try_get("", "given_name").unwrap(), row.try_get("", "family_name").unwrap()))
            .collect();
        let sent: Vec<_> = names.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        assert_eq!(read, sent);
        let again = house.send("teesside", "s2", delta("sits"), &records).await;
        assert_eq!(again.counts[2].unchanged, 7);
    }
}
