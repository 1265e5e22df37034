//! What a university's own system sends.

use super::Official;
use contracts::enrolments::v1::{
    self as wire, sync_enrolments_request::Message, sync_enrolments_response::Message as Told,
    sync_record::Record,
};
use tonic::Status;

/// A record, as a file has it.
pub fn record(source_id: &str, record: Record) -> wire::SyncRecord {
    let origin = format!("export.csv:{source_id}");
    wire::SyncRecord { source_id: source_id.into(), origin, dropped: false, record: Some(record) }
}

pub fn course(source_id: &str) -> wire::SyncRecord {
    let kind = wire::course::Kind::Undergraduate.into();
    let course = wire::CourseRecord { title: format!("Course {source_id}"), kind, ..Default::default() };
    record(source_id, Record::Course(course))
}

pub fn course_run(source_id: &str, course: &str) -> wire::SyncRecord {
    let run = wire::CourseRunRecord {
        course_source_id: course.into(),
        academic_year: "2026/27".into(),
        start_date: "2026-09-21".into(),
        end_date: "2027-07-02".into(),
        places: 0,
    };
    record(source_id, Record::CourseRun(run))
}

/// Without a family name, a reject.
pub fn learner(source_id: &str, family_name: &str) -> wire::SyncRecord {
    let learner = wire::LearnerRecord { family_name: family_name.into(), ..Default::default() };
    record(source_id, Record::Learner(learner))
}

pub fn enrolment(source_id: &str, run: &str, learner: &str) -> wire::SyncRecord {
    let enrolment = wire::EnrolmentRecord {
        course_run_source_id: run.into(),
        learner_source_id: learner.into(),
        state: wire::enrolment::State::Active.into(),
        ..Default::default()
    };
    record(source_id, Record::Enrolment(enrolment))
}

pub fn batch(sequence: i64, records: Vec<wire::SyncRecord>) -> Message {
    Message::Batch(wire::SyncBatch { sequence, records })
}

pub fn finish(record_count: i64) -> Message {
    Message::Finish(wire::SyncFinish { record_count })
}

impl Official {
    /// A delta, which waits for somebody where more than 1 % of it is refused.
    pub fn delta(&self, run: &str, data_set: &str) -> wire::SyncOpen {
        wire::SyncOpen {
            name: format!("partners/{}/syncRuns/{run}", self.partner),
            data_set: data_set.into(),
            mode: wire::sync_open::Mode::Delta.into(),
            ..Default::default()
        }
    }

    /// Says all of this in one stream, and answers all that is said back.
    pub async fn converse(&self, messages: Vec<Message>) -> Result<Vec<Told>, Status> {
        let messages =
            messages.into_iter().map(|message| wire::SyncEnrolmentsRequest { message: Some(message) });
        let sent = tokio_stream::iter(messages.collect::<Vec<_>>());
        let mut answers = self.syncs.clone().sync_enrolments(sent).await?.into_inner();
        let mut told = Vec::new();
        while let Some(answer) = answers.message().await? {
            told.extend(answer.message);
        }
        Ok(told)
    }

    /// Sends records in one batch, and finishes.
    pub async fn sync(
        &self,
        open: wire::SyncOpen,
        records: Vec<wire::SyncRecord>,
    ) -> Result<wire::SyncRun, Status> {
        let count = i64::try_from(records.len()).expect("a batch is small");
        let told = self.converse(vec![Message::Open(open), batch(0, records), finish(count)]).await?;
        match told.into_iter().next_back() {
            Some(Told::Finished(run)) => Ok(run),
            other => panic!("a run ends with its finish: {other:?}"),
        }
    }
}
