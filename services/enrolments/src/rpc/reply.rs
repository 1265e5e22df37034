//! From the domain to the wire: the only way out.

pub mod sync;

use crate::domain::{
    Course, CourseKind, CourseRun, Enrolment, EnrolmentState, Funding, StudyMode, Verification,
    learning::{LearningItem, LearningRecord},
};
use chassis::{signed, timestamp};
use contracts::{common::v1 as common, enrolments::v1 as wire};
use vocabulary::PartnerId;

pub fn course(course: &Course) -> wire::Course {
    let details = &course.details;
    wire::Course {
        name: course.name.to_string(),
        etag: course.revision.etag(),
        code: details.code.clone(),
        title: details.title.clone(),
        kind: kind(details.kind).into(),
        credits: details.credits.clone(),
        fheq_level: details.fheq_level.into(),
        awarding_body: details.awarding_body.clone(),
        create_time: Some(timestamp(course.created)),
        update_time: Some(timestamp(course.updated)),
    }
}

fn kind(kind: CourseKind) -> wire::course::Kind {
    match kind {
        CourseKind::Undergraduate => wire::course::Kind::Undergraduate,
        CourseKind::Postgraduate => wire::course::Kind::Postgraduate,
        CourseKind::DegreeApprenticeship => wire::course::Kind::DegreeApprenticeship,
        CourseKind::FastTrack => wire::course::Kind::FastTrack,
        CourseKind::PracticeEducation => wire::course::Kind::PracticeEducation,
        CourseKind::Leadership => wire::course::Kind::Leadership,
        CourseKind::Adaptation => wire::course::Kind::Adaptation,
        CourseKind::ShortCourse => wire::course::Kind::ShortCourse,
    }
}

pub fn course_run(run: &CourseRun) -> wire::CourseRun {
    wire::CourseRun {
        name: run.name.to_string(),
        etag: run.revision.etag(),
        academic_year: run.plan.academic_year.to_string(),
        start_date: run.plan.start_date.to_string(),
        end_date: run.plan.end_date.to_string(),
        places: signed(run.plan.places),
        places_taken: signed(run.places_taken),
    }
}

pub fn enrolment(enrolment: &Enrolment) -> wire::Enrolment {
    let (learner, terms) = (&enrolment.learner, &enrolment.terms);
    let day = |day: Option<crate::domain::Day>| day.map(|day| day.to_string()).unwrap_or_default();
    wire::Enrolment {
        name: enrolment.name.to_string(),
        etag: enrolment.revision.etag(),
        learner: Some(common::Person {
            person: learner.person.to_string(),
            display_name: learner.display_name(),
            email: learner.email.expose().clone(),
            social_work_england_number: learner.social_work_england_number.expose().clone(),
        }),
        course_run: enrolment.run.to_string(),
        state: state(enrolment.state).into(),
        start_date: day(terms.start_date),
        end_date: day(terms.end_date),
        study_mode: match terms.study_mode {
            StudyMode::FullTime => wire::enrolment::StudyMode::FullTime,
            StudyMode::PartTime => wire::enrolment::StudyMode::PartTime,
        }
        .into(),
        sponsor: terms.sponsor.as_ref().map(PartnerId::name).unwrap_or_default(),
        funding: terms.funding.map_or(wire::enrolment::Funding::Unspecified, funding).into(),
        data_set: enrolment.data_set.clone(),
        held_fields: enrolment.held_fields(),
        reason: enrolment.reason.clone(),
        outcome: enrolment.outcome.clone(),
        create_time: Some(timestamp(enrolment.created)),
        update_time: Some(timestamp(enrolment.updated)),
    }
}

fn state(state: EnrolmentState) -> wire::enrolment::State {
    match state {
        EnrolmentState::Pending => wire::enrolment::State::Pending,
        EnrolmentState::Active => wire::enrolment::State::Active,
        EnrolmentState::Interrupted => wire::enrolment::State::Interrupted,
        EnrolmentState::Withdrawn => wire::enrolment::State::Withdrawn,
        EnrolmentState::Completed => wire::enrolment::State::Completed,
    }
}

fn funding(funding: Funding) -> wire::enrolment::Funding {
    match funding {
        Funding::SelfFunded => wire::enrolment::Funding::Self_,
        Funding::Employer => wire::enrolment::Funding::Employer,
        Funding::ApprenticeshipLevy => wire::enrolment::Funding::ApprenticeshipLevy,
        Funding::Bursary => wire::enrolment::Funding::Bursary,
        Funding::Grant => wire::enrolment::Funding::Grant,
    }
}

pub fn verification(answer: &Verification) -> wire::VerifyEnrolmentResponse {
    let (enrolled, on) = (answer.enrolled.is_some(), answer.enrolled);
    wire::VerifyEnrolmentResponse {
        enrolled,
        kind: on.map_or(wire::course::Kind::Unspecified, |(of, _)| kind(of)).into(),
        academic_year: on.map(|(_, year)| year.to_string()).unwrap_or_default(),
        valid_until: Some(timestamp(answer.valid_until)),
    }
}

pub fn learning_record(record: &LearningRecord) -> wire::LearningRecord {
    let (pieces, with_peer) = record.pieces();
    wire::LearningRecord {
        name: record.name.to_string(),
        entitlement_days: record.entitlement.map(|days| days.to_string()).unwrap_or_default(),
        used_days: record.used.to_string(),
        cpd_pieces: signed(pieces),
        cpd_pieces_with_peer_reflection: signed(with_peer),
        items: record.items.iter().map(learning_item).collect(),
    }
}

pub fn learning_item(item: &LearningItem) -> wire::LearningItem {
    wire::LearningItem {
        name: item.name.to_string(),
        title: item.title.clone(),
        date: item.date.to_string(),
        hours: item.hours.to_string(),
        peer_reflection: item.peer_reflection,
        reflection: item.reflection.expose().clone(),
        source: item.source.clone(),
    }
}
