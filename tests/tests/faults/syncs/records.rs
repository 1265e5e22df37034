//! What a university holds, in two editions: each sync from one to the other changes every kind of row.

use contracts::enrolments::v1::{
    CourseRecord, CourseRunRecord, EnrolmentRecord, LearnerRecord, SyncLimits, SyncOpen, SyncRecord, course,
    enrolment, sync_open, sync_record::Record,
};

pub const YEAR: &str = "2026/27";
/// Runs of the course.
pub const RUNS: usize = 4;
/// One learner of so many is in the first edition only, the next one in the second only.
pub const LEAVES: usize = 10;

/// Opens a snapshot that nobody has to approve, whatever it drops.
pub fn open(run: &str) -> SyncOpen {
    let limits = SyncLimits {
        max_drop_percent: Some(100.0),
        max_drops: Some(1 << 40),
        max_reject_percent: Some(100.0),
    };
    SyncOpen {
        name: format!("partners/teesside/syncRuns/{run}"),
        data_set: "sits".into(),
        mode: sync_open::Mode::Snapshot.into(),
        academic_years: vec![YEAR.into()],
        limits: Some(limits),
        dry_run: false,
    }
}

pub fn record(source_id: impl Into<String>, record: Record) -> SyncRecord {
    let source_id = source_id.into();
    let origin = format!("{source_id}.csv:1");
    SyncRecord { source_id, origin, dropped: false, record: Some(record) }
}

pub fn course(id: &str, title: &str) -> SyncRecord {
    let kind = course::Kind::Undergraduate.into();
    record(id, Record::Course(CourseRecord { title: title.into(), kind, ..Default::default() }))
}

pub fn course_run(id: &str, course: &str, places: i32) -> SyncRecord {
    let run = CourseRunRecord {
        course_source_id: course.into(),
        academic_year: YEAR.into(),
        start_date: "2026-09-21".into(),
        end_date: "2027-07-02".into(),
        places,
    };
    record(id, Record::CourseRun(run))
}

pub fn learner(id: &str, given: &str, family: &str) -> SyncRecord {
    let (given_name, family_name) = (given.into(), family.into());
    record(id, Record::Learner(LearnerRecord { given_name, family_name, ..Default::default() }))
}

pub fn enrolment(id: &str, run: &str, learner: &str) -> SyncRecord {
    enrolled(id, run, learner, |_| {})
}

pub fn enrolled(id: &str, run: &str, learner: &str, more: impl FnOnce(&mut EnrolmentRecord)) -> SyncRecord {
    let mut it = EnrolmentRecord {
        course_run_source_id: run.into(),
        learner_source_id: learner.into(),
        state: enrolment::State::Active.into(),
        ..Default::default()
    };
    more(&mut it);
    record(id, Record::Enrolment(it))
}

/// The last day of every enrolment in an edition.
pub fn last_day(edition: usize) -> String {
    format!("2027-06-{:02}", 10 + edition)
}

/// The title of the course in an edition.
pub fn title(edition: usize) -> String {
    format!("Social Work {edition}")
}

/// The learners of an edition, of so many in all.
pub fn learners(edition: usize, learners: usize) -> impl Iterator<Item = usize> {
    (0..learners).filter(move |n| n % LEAVES != edition)
}

/// Everything that the university holds in an edition, 0 or 1, with so many enrolments of each learner.
pub fn edition(edition: usize, all: usize, each: usize) -> Vec<SyncRecord> {
    let mut records = vec![course("c1", &title(edition))];
    // Nobody has two enrolments on one run.
    let places = i32::try_from(all + edition).expect("a small number");
    records.extend((0..RUNS).map(|n| course_run(&format!("r{n}"), "c1", places)));
    let family = format!("Lee {edition}");
    records.extend(learners(edition, all).map(|n| learner(&format!("l{n}"), "Ann", &family)));
    for n in learners(edition, all) {
        let (learner, day) = (format!("l{n}"), last_day(edition));
        records.extend((0..each).map(|m| {
            let run = format!("r{}", (n + m) % RUNS);
            enrolled(&format!("e{n}-{m}"), &run, &learner, |it| it.end_date.clone_from(&day))
        }));
    }
    records
}
