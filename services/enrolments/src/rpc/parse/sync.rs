//! Syncs. A record is taken as it is: what is wrong with it is for its reject to say.

use super::{Faults, checked};
use crate::{
    actions::{ApplySyncRun, DiscardSyncRun, ListSyncRuns, OpenSync, RestoreSyncRun, SyncRunFilter},
    domain::sync::{
        Action, Body, Course, CourseRun, Enrolment, Learner, LimitsAsked, Mode, Record, SyncRunName, Word,
        run::Opening,
    },
};
use contracts::{Validate, enrolments::v1 as wire};
use tonic::Status;
use vocabulary::PageSize;
use wire::sync_record::Record as Sent;

/// What the contract says of a message of the stream; it says nothing of what is in a record.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn sync_message(message: &wire::SyncEnrolmentsRequest) -> Result<(), Status> {
    checked(message)?.done(Some(()))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn open_sync(open: wire::SyncOpen) -> Result<OpenSync, Status> {
    let mut faults = Faults::default();
    let mode = match open.mode() {
        wire::sync_open::Mode::Snapshot => Mode::Snapshot,
        wire::sync_open::Mode::Delta | wire::sync_open::Mode::Unspecified => Mode::Delta,
    };
    let name = faults.parse("open.name", &open.name);
    if open.data_set.trim().is_empty() || open.data_set.chars().any(char::is_control) {
        faults.add("open.data_set", "must be a text that is not empty, without control characters");
    }
    for (n, year) in open.academic_years.iter().enumerate() {
        faults.parse::<crate::domain::AcademicYear>(&format!("open.academic_years[{n}]"), year);
    }
    let limits = open.limits.unwrap_or_default();
    let limits = LimitsAsked {
        max_drop_percent: limits.max_drop_percent,
        max_drops: limits.max_drops,
        max_reject_percent: limits.max_reject_percent,
    };
    let (data_set, academic_years, dry_run) = (open.data_set, open.academic_years, open.dry_run);
    let opening = Opening { data_set, mode, academic_years, limits, dry_run };
    faults.done(name.map(|name| OpenSync { name, opening }))
}

pub fn sync_record(sent: wire::SyncRecord) -> Record {
    let body = sent.record.map(|record| match record {
        Sent::Course(it) => Body::Course(Course {
            code: it.code,
            title: it.title,
            kind: kind(it.kind),
            credits: it.credits,
            fheq_level: it.fheq_level,
            awarding_body: it.awarding_body,
        }),
        Sent::CourseRun(it) => Body::CourseRun(CourseRun {
            course: it.course_source_id,
            academic_year: it.academic_year,
            start_date: it.start_date,
            end_date: it.end_date,
            places: it.places,
        }),
        Sent::Learner(it) => Body::Learner(Learner {
            given_name: it.given_name,
            family_name: it.family_name,
            email: it.email,
            social_work_england_number: it.social_work_england_number,
        }),
        Sent::Enrolment(it) => Body::Enrolment(Enrolment {
            course_run: it.course_run_source_id,
            learner: it.learner_source_id,
            state: state(it.state),
            start_date: it.start_date,
            end_date: it.end_date,
            study_mode: study_mode(it.study_mode),
            sponsor: it.sponsor,
            funding: funding(it.funding),
        }),
    });
    Record { source_id: sent.source_id, origin: sent.origin, dropped: sent.dropped, body }
}

/// The words are those of the tables.
fn kind(number: i32) -> Word {
    use wire::course::Kind;
    Word::Known(match Kind::try_from(number) {
        Ok(Kind::Undergraduate) => "undergraduate",
        Ok(Kind::Postgraduate) => "postgraduate",
        Ok(Kind::DegreeApprenticeship) => "degree_apprenticeship",
        Ok(Kind::FastTrack) => "fast_track",
        Ok(Kind::PracticeEducation) => "practice_education",
        Ok(Kind::Leadership) => "leadership",
        Ok(Kind::Adaptation) => "adaptation",
        Ok(Kind::ShortCourse) => "short_course",
        Ok(Kind::Unspecified) => return Word::Absent,
        Err(_) => return Word::Unknown(number),
    })
}

fn state(number: i32) -> Word {
    use wire::enrolment::State;
    Word::Known(match State::try_from(number) {
        Ok(State::Pending) => "pending",
        Ok(State::Active) => "active",
        Ok(State::Interrupted) => "interrupted",
        Ok(State::Withdrawn) => "withdrawn",
        Ok(State::Completed) => "completed",
        Ok(State::Unspecified) => return Word::Absent,
        Err(_) => return Word::Unknown(number),
    })
}

fn study_mode(number: i32) -> Word {
    use wire::enrolment::StudyMode;
    Word::Known(match StudyMode::try_from(number) {
        Ok(StudyMode::FullTime) => "full_time",
        Ok(StudyMode::PartTime) => "part_time",
        Ok(StudyMode::Unspecified) => return Word::Absent,
        Err(_) => return Word::Unknown(number),
    })
}

fn funding(number: i32) -> Word {
    use wire::enrolment::Funding;
    Word::Known(match Funding::try_from(number) {
        Ok(Funding::Self_) => "self_funded",
        Ok(Funding::Employer) => "employer",
        Ok(Funding::ApprenticeshipLevy) => "apprenticeship_levy",
        Ok(Funding::Bursary) => "bursary",
        Ok(Funding::Grant) => "grant",
        Ok(Funding::Unspecified) => return Word::Absent,
        Err(_) => return Word::Unknown(number),
    })
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn sync_run_name(request: &impl Validate, name: &str) -> Result<SyncRunName, Status> {
    let mut faults = checked(request)?;
    let name = faults.parse("name", name);
    faults.done(name)
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn list_sync_runs(request: &wire::ListSyncRunsRequest) -> Result<ListSyncRuns, Status> {
    let mut faults = checked(request)?;
    let (partner, size) = (faults.partner("parent", &request.parent), faults.page_size(request.page_size));
    let data_set = request.data_set.clone();
    faults.done(partner.zip(size).map(|(partner, size)| ListSyncRuns {
        filter: SyncRunFilter { partner, data_set, after: None },
        size,
    }))
}

/// Where a page of runs begins: the time and the key of the last one before it.
pub fn run_place(place: &str) -> Option<(i64, String)> {
    let (created, key) = place.split_once(' ')?;
    Some((created.parse().ok()?, key.to_owned()))
}

/// Where a page of changes begins: the kind and the number of the last one before it.
pub fn change_place(place: &str) -> Option<(usize, i64)> {
    let (kind, n) = place.split_once(' ')?;
    Some((kind.parse().ok()?, n.parse().ok()?))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn list_sync_changes(
    request: &wire::ListSyncChangesRequest,
) -> Result<(SyncRunName, Option<Action>, PageSize), Status> {
    use wire::sync_change::Action as Asked;
    let mut faults = checked(request)?;
    let action = match Asked::try_from(request.action) {
        Ok(Asked::Create) => Some(Action::Create),
        Ok(Asked::Update) => Some(Action::Update),
        Ok(Asked::Reactivate) => Some(Action::Reactivate),
        Ok(Asked::Drop) => Some(Action::Drop),
        // An unknown one was refused just now.
        Ok(Asked::Unspecified) | Err(_) => None,
    };
    let (run, size) = (faults.parse("parent", &request.parent), faults.page_size(request.page_size));
    faults.done(run.zip(size).map(|(run, size)| (run, action, size)))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn list_sync_rejects(request: &wire::ListSyncRejectsRequest) -> Result<(SyncRunName, PageSize), Status> {
    let mut faults = checked(request)?;
    let (run, size) = (faults.parse("parent", &request.parent), faults.page_size(request.page_size));
    faults.done(run.zip(size))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn apply_sync_run(request: &wire::ApplySyncRunRequest) -> Result<ApplySyncRun, Status> {
    let mut faults = checked(request)?;
    let (etag, request_id) = (faults.etag("etag", &request.etag), faults.request_id(&request.request_id));
    let name = faults.parse("name", &request.name);
    faults.done(name.map(|name| ApplySyncRun { name, etag, request_id }))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn discard_sync_run(request: &wire::DiscardSyncRunRequest) -> Result<DiscardSyncRun, Status> {
    let mut faults = checked(request)?;
    let (etag, request_id) = (faults.etag("etag", &request.etag), faults.request_id(&request.request_id));
    let name = faults.parse("name", &request.name);
    faults.done(name.map(|name| DiscardSyncRun { name, etag, request_id }))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn restore_sync_run(request: &wire::RestoreSyncRunRequest) -> Result<RestoreSyncRun, Status> {
    let mut faults = checked(request)?;
    let (etag, request_id) = (faults.etag("etag", &request.etag), faults.request_id(&request.request_id));
    let name = faults.parse("name", &request.name);
    faults.done(name.map(|name| RestoreSyncRun { name, etag, request_id }))
}
