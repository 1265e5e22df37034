//! A stream of which one record in a hundred is malformed, in every way that anybody has thought of.

use super::{
    names::{NAMES, shown},
    records::{course, course_run, enrolled, enrolment, learner, open, record},
    talk::{send_parts, sender},
};
use contracts::enrolments::v1::{
    CourseRunRecord, EnrolmentRecord, LearnerRecord, ListEnrolmentsRequest, ListSyncRejectsRequest,
    SyncRecord, SyncReject, enrolment_sync_service_client::EnrolmentSyncServiceClient, sync_record::Record,
    sync_run::State,
};
use practicum_tests::{Official, on_both_stores};
use std::collections::BTreeMap;
use vocabulary::Role;

/// Good learners, each with an enrolment.
const LEARNERS: usize = 2_000;
/// One field of a record of a megabyte, less what else is in the largest message.
const MEGABYTE: usize = 1_000_000;

/// What is wrong with a record: its field and code, and whether what was sent is said, or is personal.
struct Bad {
    record: SyncRecord,
    field: &'static str,
    code: &'static str,
}

/// One learner of the good ones for each bad enrolment, so that nothing else is wrong with it.
fn bad_enrolments() -> Vec<Bad> {
    type Spoil = fn(&mut EnrolmentRecord);
    let spoilt: &[(&'static str, &'static str, Spoil)] = &[
        ("course_run_source_id", "invalid_value", |it| it.course_run_source_id = "r\0".into()),
        ("course_run_source_id", "too_long", |it| it.course_run_source_id = "r".repeat(MEGABYTE)),
        ("course_run_source_id", "missing_field", |it| it.course_run_source_id.clear()),
        ("course_run_source_id", "reference_missing", |it| it.course_run_source_id = "nowhere".into()),
        ("learner_source_id", "missing_field", |it| it.learner_source_id.clear()),
        ("learner_source_id", "reference_missing", |it| it.learner_source_id = "nobody".into()),
        ("learner_source_id", "reference_missing", |it| it.learner_source_id = "bad-family".into()),
        ("learner_source_id", "duplicate_enrolment", |it| it.learner_source_id = "l0".into()),
        ("state", "missing_field", |it| it.state = 0),
        ("state", "invalid_value", |it| it.state = 99),
        ("state", "invalid_value", |it| it.state = -1),
        ("study_mode", "invalid_value", |it| it.study_mode = i32::MAX),
        ("funding", "invalid_value", |it| it.funding = i32::MIN),
        ("start_date", "invalid_date", |it| it.start_date = "0000-01-01".into()),
        ("start_date", "invalid_date", |it| it.start_date = "0000-00-00".into()),
        ("end_date", "invalid_date", |it| it.end_date = "9999-12-31".into()),
        ("start_date", "invalid_date", |it| it.start_date = "2026-02-30".into()),
        ("start_date", "invalid_date", |it| it.start_date = "2026-09-21\0".into()),
        ("end_date", "invalid_date", |it| it.end_date = "2".repeat(MEGABYTE)),
        ("end_date", "date_order", |it| {
            (it.start_date, it.end_date) = ("2027-01-02".into(), "2027-01-01".into());
        }),
        ("sponsor", "unknown_sponsor", |it| it.sponsor = "atlantis".into()),
        ("sponsor", "unknown_sponsor", |it| it.sponsor = "durham\0".into()),
        ("sponsor", "unknown_sponsor", |it| it.sponsor = "d".repeat(MEGABYTE)),
    ];
    let make = |(n, (field, code, spoil)): (usize, &(&'static str, &'static str, Spoil))| {
        let record = enrolled(&format!("bad-e{n}"), "r2", &format!("l{n}"), spoil);
        Bad { record, field, code }
    };
    (0..).zip(spoilt).map(make).collect()
}

fn bad_learners() -> Vec<Bad> {
    type Spoil = fn(&mut LearnerRecord);
    let spoilt: &[(&str, &'static str, &'static str, Spoil)] = &[
        ("bad-family", "family_name", "missing_field", |it| it.family_name.clear()),
        ("bad-blank", "family_name", "missing_field", |it| it.family_name = " \u{3000}".into()),
        ("bad-nul", "given_name", "invalid_value", |it| it.given_name = "An\0n".into()),
        ("bad-control", "family_name", "invalid_value", |it| it.family_name = "Le\u{85}e".into()),
        ("bad-megabyte", "family_name", "too_long", |it| it.family_name = "é".repeat(MEGABYTE / 2)),
        ("bad-email", "email", "invalid_value", |it| it.email = "nowhere".into()),
        ("bad-email-nul", "email", "invalid_value", |it| it.email = "a\0@b.c".into()),
        ("bad-number", "social_work_england_number", "invalid_value", |it| {
            it.social_work_england_number = "SW0123456".into();
        }),
    ];
    let make = |(id, field, code, spoil): &(&str, &'static str, &'static str, Spoil)| {
        let mut it =
            LearnerRecord { given_name: "Ann".into(), family_name: "Lee".into(), ..Default::default() };
        spoil(&mut it);
        Bad { record: record(*id, Record::Learner(it)), field, code }
    };
    spoilt.iter().map(make).collect()
}

fn bad_others() -> Vec<Bad> {
    let run = |id: &str, spoil: fn(&mut CourseRunRecord)| {
        let mut record = course_run(id, "c1", 0);
        if let Some(Record::CourseRun(it)) = &mut record.record {
            spoil(it);
        }
        record
    };
    let nothing =
        SyncRecord { source_id: "bad-nothing".into(), origin: "x.csv:9".into(), ..Default::default() };
    let gone = SyncRecord { dropped: true, ..enrolment("bad-gone", "r1", "l0") };
    let all: Vec<(SyncRecord, &'static str, &'static str)> = vec![
        (course("bad-c\0", "NUL"), "source_id", "invalid_value"),
        (course("", "No id"), "source_id", "missing_field"),
        (course(&"i".repeat(MEGABYTE), "Long id"), "source_id", "too_long"),
        (course("bad-title", &"t".repeat(MEGABYTE)), "title", "too_long"),
        (
            run("bad-course", |it| it.course_source_id = "nowhere".into()),
            "course_source_id",
            "reference_missing",
        ),
        (run("bad-year", |it| it.academic_year = "2026/99".into()), "academic_year", "invalid_value"),
        (
            run("bad-scope", |it| it.academic_year = "2019/20".into()),
            "academic_year",
            "forbidden_in_snapshot",
        ),
        (run("bad-start", |it| it.start_date = "0000-09-21".into()), "start_date", "invalid_date"),
        (run("bad-end", |it| it.end_date.clear()), "end_date", "missing_field"),
        (run("bad-order", |it| it.end_date = "2026-09-20".into()), "end_date", "date_order"),
        (run("bad-places", |it| it.places = -1), "places", "invalid_value"),
        (learner("twin", "Ann", "One"), "source_id", "duplicate_source_id"),
        (learner("twin", "Ann", "Two"), "source_id", "duplicate_source_id"),
        (enrolment("twin", "r2", "l40"), "source_id", "duplicate_source_id"),
        (enrolment("twin", "r2", "l41"), "source_id", "duplicate_source_id"),
        (nothing, "record", "missing_field"),
        (gone, "dropped", "forbidden_in_snapshot"),
    ];
    all.into_iter().map(|(record, field, code)| Bad { record, field, code }).collect()
}

/// Every hundredth record or so is a bad one; each says where it was read.
fn stream() -> (Vec<SyncRecord>, BTreeMap<String, (String, String)>) {
    let mut records = vec![course("c1", "Social Work"), course_run("r1", "c1", 0), course_run("r2", "c1", 0)];
    // Somebody is on the second run already, so that a second enrolment there is one too many.
    records.push(enrolment("first", "r2", "l0"));
    let name = |n: usize| NAMES[n % NAMES.len()];
    records.extend((0..LEARNERS).map(|n| learner(&format!("l{n}"), name(n).0, name(n).1)));
    records.extend((0..LEARNERS).map(|n| enrolment(&format!("e{n}"), "r1", &format!("l{n}"))));
    let bad: Vec<Bad> = bad_enrolments().into_iter().chain(bad_learners()).chain(bad_others()).collect();
    let step = records.len() / bad.len();
    let mut expected = BTreeMap::new();
    for (n, mut bad) in bad.into_iter().enumerate().rev() {
        let origin = format!("file-{n}.csv:{}", n * step + 2);
        bad.record.origin.clone_from(&origin);
        expected.insert(origin, (bad.field.to_owned(), bad.code.to_owned()));
        // The last ones first, so that the places of those before stay what they are.
        records.insert((n + 1) * step, bad.record);
    }
    (records, expected)
}

async fn rejects(
    client: &mut EnrolmentSyncServiceClient<practicum_tests::Client>,
    run: &str,
) -> Vec<SyncReject> {
    let mut request = ListSyncRejectsRequest {
        parent: format!("partners/teesside/syncRuns/{run}"),
        page_size: 20,
        ..Default::default()
    };
    let mut all = Vec::new();
    loop {
        let page = client.list_sync_rejects(request.clone()).await.expect("a page").into_inner();
        all.extend(page.rejects);
        if page.next_page_token.is_empty() {
            return all;
        }
        request.page_token = page.next_page_token;
    }
}

/// Everybody's name, by the id that their university gave them.
async fn names(registrar: &Official) -> BTreeMap<String, String> {
    let list =
        ListEnrolmentsRequest { parent: "partners/teesside".into(), page_size: 1_000, ..Default::default() };
    let mut all = BTreeMap::new();
    for name in registrar.pages_of(list).await.concat() {
        let learner = registrar.enrolment(&name).await.expect("it is there").learner.expect("somebody");
        let id = learner.person.rsplit('/').next().expect("an id").to_owned();
        all.insert(id, learner.display_name);
    }
    all
}

on_both_stores! {
    /// 4,052 records, 48 of them bad: five megabytes of rubbish among them.
    async fn every_malformed_record_is_reported_once_and_every_good_one_is_there_byte_for_byte(stand: &Stand) {
        let _alone = crate::alone().await;
        let token = stand.token("teesside", &[Role::EnrolmentSync], "sits");
        let mut sender = sender(stand.enrolments_channel().await, &token);
        let (records, expected) = stream();
        eprintln!("{} records, {} of them bad", records.len(), expected.len());
        let run = send_parts(&sender, &open("s1"), &records).await.expect("it is sent");
        assert_eq!(run.state(), State::Applied, "{:?}", run.guards);
        let mut found = BTreeMap::new();
        for reject in rejects(&mut sender, "s1").await {
            assert!(!reject.expected.is_empty() && !reject.kind.is_empty(), "{reject:?}");
            assert!(reject.found.chars().count() <= 81 && !reject.found.contains('\0'), "{reject:?}");
            assert!(reject.kind != "learner" || reject.found.is_empty() || reject.field == "source_id", "{reject:?}");
            let again = found.insert(reject.origin.clone(), (reject.field, reject.code));
            assert!(again.is_none(), "{} is reported twice", reject.origin);
        }
        let missing: Vec<_> = expected.iter().filter(|(origin, _)| !found.contains_key(*origin)).collect();
        let other: Vec<_> = found.iter().filter(|(origin, why)| expected.get(*origin) != Some(why)).collect();
        assert!(missing.is_empty() && other.is_empty(), "not reported: {missing:?}; otherwise: {other:?}");
        let count = |it: &Option<contracts::enrolments::v1::SyncCounts>| it.map(|it| (it.created, it.rejected));
        let good = i64::try_from(LEARNERS).expect("a few");
        let made = [&run.courses, &run.course_runs, &run.learners, &run.enrolments].map(count);
        assert_eq!(made.map(|it| it.expect("counts").0), [1, 2, good, good + 1]);
        let rejected: i64 = made.iter().map(|it| it.expect("counts").1).sum();
        assert_eq!(usize::try_from(rejected).ok(), Some(expected.len()));
        let registrar = stand.registrar("teesside").await;
        let names = names(&registrar).await;
        assert_eq!(names.len(), LEARNERS);
        for n in 0..LEARNERS {
            let was = shown(NAMES[n % NAMES.len()]);
            assert_eq!(names[&format!("l{n}")].as_bytes(), was.as_bytes(), "l{n}: {was}");
        }
        // The same again: what is good is as it was, what is bad is refused again.
        let run = send_parts(&sender, &open("s2"), &records).await.expect("it is sent");
        let learners = run.learners.expect("counts");
        assert_eq!((run.state(), learners.unchanged, learners.updated), (State::Applied, good, 0));
        assert_eq!(rejects(&mut sender, "s2").await.len(), expected.len());
    }
}
