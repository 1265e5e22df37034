//! What a university holds, made up: one course, its runs, learners and their enrolments, four each.

use contracts::enrolments::v1::{
    CourseRecord, CourseRunRecord, EnrolmentRecord, LearnerRecord, SyncRecord, course, enrolment, sync_record,
};

pub const YEAR: &str = "2026/27";
/// Enrolments of a learner, each on another run.
const EACH: usize = 4;
const RUNS: usize = 40;

/// A university's holdings of so many records in all. Two with one `prefix` hold the same people.
#[derive(Clone, Copy)]
pub struct Holdings<'a> {
    pub prefix: &'a str,
    pub records: usize,
    /// Of some enrolments the last day is another one for each of these.
    pub edition: usize,
    /// Every so manieth enrolment is one of them.
    pub each: usize,
    /// Every so manieth enrolment is not there any more; 0: all are.
    pub gone: usize,
}

/// One enrolment, as both sides send it.
pub struct Row {
    pub id: String,
    pub learner: String,
    pub run: String,
    pub end_date: String,
}

impl<'a> Holdings<'a> {
    /// All of them, one of a hundred as the edition has it.
    pub fn new(prefix: &'a str, records: usize, edition: usize) -> Self {
        Self { prefix, records, edition, each: 100, gone: 0 }
    }

    pub fn learners(&self) -> usize {
        self.records.saturating_sub(RUNS + 1) / (EACH + 1)
    }

    pub fn enrolments(&self) -> usize {
        self.records - 1 - RUNS - self.learners()
    }

    pub fn learner_id(&self, n: usize) -> String {
        format!("{}-u{n}", self.prefix)
    }

    pub fn enrolment(&self, n: usize) -> Row {
        let learner = (n / EACH).min(self.learners() - 1);
        // What does not divide by four goes to the last learner, on further runs.
        let run = (learner + (n - learner * EACH) * 7) % RUNS;
        let day = if n.is_multiple_of(self.each) { self.edition % 28 + 1 } else { 30 };
        Row {
            id: format!("{}-e{n}", self.prefix),
            learner: self.learner_id(learner),
            run: format!("{}-r{run}", self.prefix),
            end_date: format!("2027-06-{day:02}"),
        }
    }

    pub fn given_name(n: usize) -> String {
        format!("Given{n}")
    }

    /// In the order in which they are sent.
    pub fn all(self) -> impl Iterator<Item = SyncRecord> + use<> {
        let course = std::iter::once(record(
            format!("{}-c", self.prefix),
            sync_record::Record::Course(CourseRecord {
                title: "Social Work".into(),
                kind: course::Kind::Postgraduate.into(),
                ..Default::default()
            }),
        ));
        let prefix = self.prefix.to_owned();
        let course_runs = (0..RUNS).map(move |n| {
            let run = CourseRunRecord {
                course_source_id: format!("{prefix}-c"),
                academic_year: YEAR.into(),
                start_date: "2026-09-21".into(),
                end_date: "2027-06-30".into(),
                places: 0,
            };
            record(format!("{prefix}-r{n}"), sync_record::Record::CourseRun(run))
        });
        let prefix = self.prefix.to_owned();
        let learners = (0..self.learners()).map(move |n| {
            let learner = LearnerRecord {
                given_name: Self::given_name(n),
                family_name: "Learner".into(),
                email: format!("{prefix}.{n}@example.ac.uk"),
                social_work_england_number: String::new(),
            };
            record(format!("{prefix}-u{n}"), sync_record::Record::Learner(learner))
        });
        let prefix = self.prefix.to_owned();
        let Self { records, edition, each, gone, .. } = self;
        let there = (0..self.enrolments()).filter(move |n| gone == 0 || !n.is_multiple_of(gone));
        let enrolments = there.map(move |n| {
            let row = Holdings { prefix: &prefix, records, edition, each, gone }.enrolment(n);
            let enrolment = EnrolmentRecord {
                course_run_source_id: row.run,
                learner_source_id: row.learner,
                state: enrolment::State::Active.into(),
                start_date: "2026-09-21".into(),
                end_date: row.end_date,
                study_mode: enrolment::StudyMode::FullTime.into(),
                sponsor: String::new(),
                funding: enrolment::Funding::Self_.into(),
            };
            record(row.id, sync_record::Record::Enrolment(enrolment))
        });
        course.chain(course_runs).chain(learners).chain(enrolments)
    }
}

fn record(source_id: String, record: sync_record::Record) -> SyncRecord {
    SyncRecord { source_id, origin: String::new(), dropped: false, record: Some(record) }
}
