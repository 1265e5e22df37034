//! Courses.

use super::{Faults, checked, paths, plain, required};
use crate::{
    actions::{CourseFilter, CreateCourse, UpdateCourse},
    domain::{CourseDetails, CourseEdit, CourseKind, CourseName},
};
use contracts::{Validate, enrolments::v1 as wire};
use tonic::Status;
use vocabulary::{Caller, PageSize, PartnerId};

/// Every university.
pub(super) const ALL: &str = "partners/-";

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn create_course(caller: &Caller, request: wire::CreateCourseRequest) -> Result<CreateCourse, Status> {
    let mut faults = checked(&request)?;
    own(&mut faults, caller, &request.parent);
    let given = request.course.unwrap_or_default();
    let kind = kind(&mut faults, "course.kind", given.kind);
    if kind.is_none() && given.kind == 0 {
        faults.add("course.kind", "is required");
    }
    let id = faults.parse_some("course_id", &request.course_id);
    let request_id = faults.request_id(&request.request_id);
    let details = CourseDetails {
        code: plain(&mut faults, "course.code", given.code),
        title: required(&mut faults, "course.title", given.title),
        kind: kind.unwrap_or(CourseKind::ShortCourse),
        credits: given.credits,
        fheq_level: level(&mut faults, given.fheq_level),
        awarding_body: plain(&mut faults, "course.awarding_body", given.awarding_body),
    };
    faults.done(kind.map(|_| CreateCourse { id, details, request_id }))
}

const MUTABLE: &[&str] = &["code", "title", "kind", "credits", "fheq_level", "awarding_body"];
const FIXED: &[&str] = &["name", "etag", "create_time", "update_time"];

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn update_course(request: wire::UpdateCourseRequest) -> Result<UpdateCourse, Status> {
    let mut faults = checked(&request)?;
    let given = request.course.unwrap_or_default();
    let filled = |path: &str| match path {
        "code" => !given.code.is_empty(),
        "title" => !given.title.is_empty(),
        "kind" => given.kind != 0,
        "credits" => !given.credits.is_empty(),
        "fheq_level" => given.fheq_level != 0,
        _ => !given.awarding_body.is_empty(),
    };
    let paths = paths(&mut faults, request.update_mask.as_ref(), (MUTABLE, FIXED), filled);
    let named = |path: &str| paths.contains(&path);
    let new_kind = if named("kind") { kind(&mut faults, "course.kind", given.kind) } else { None };
    if named("kind") && given.kind == 0 {
        faults.add("course.kind", "is required");
    }
    let edit = CourseEdit {
        code: named("code").then(|| plain(&mut faults, "course.code", given.code)),
        title: named("title").then(|| required(&mut faults, "course.title", given.title)),
        kind: new_kind,
        credits: named("credits").then_some(given.credits),
        fheq_level: named("fheq_level").then(|| level(&mut faults, given.fheq_level)),
        awarding_body: named("awarding_body")
            .then(|| plain(&mut faults, "course.awarding_body", given.awarding_body)),
    };
    let etag = faults.etag("course.etag", &given.etag);
    let request_id = faults.request_id(&request.request_id);
    let name = faults.parse("course.name", &given.name);
    faults.done(name.map(|name| UpdateCourse { name, etag, edit, request_id }))
}

/// A request that is a course's name and nothing else.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn course_name(request: &impl Validate, name: &str) -> Result<CourseName, Status> {
    let mut faults = checked(request)?;
    let name = faults.parse("name", name);
    faults.done(name)
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn list_courses(request: &wire::ListCoursesRequest) -> Result<(CourseFilter, PageSize), Status> {
    let mut faults = checked(request)?;
    let partner = university(&mut faults, &request.parent);
    let kind = kind(&mut faults, "kind", request.kind);
    let size = faults.page_size(request.page_size);
    faults.done(size.map(|size| (CourseFilter { partner, kind, after: None }, size)))
}

/// A university, or `None` for all.
pub(super) fn university(faults: &mut Faults, parent: &str) -> Option<PartnerId> {
    if parent == ALL { None } else { faults.partner("parent", parent) }
}

/// What somebody makes is their own university's.
pub(super) fn own(faults: &mut Faults, caller: &Caller, parent: &str) {
    if faults.partner("parent", parent).is_some_and(|parent| parent != caller.partner) {
        faults.add("parent", "must be your own university");
    }
}

fn level(faults: &mut Faults, level: i32) -> u8 {
    let known = u8::try_from(level).ok().filter(|level| *level == 0 || (4..=8).contains(level));
    faults.take("course.fheq_level", known.ok_or("must be 4 to 8, or 0 for none")).unwrap_or_default()
}

/// `None` where it is not given, or not known.
fn kind(faults: &mut Faults, field: &str, kind: i32) -> Option<CourseKind> {
    use wire::course::Kind;
    match Kind::try_from(kind) {
        Ok(Kind::Unspecified) => None,
        Ok(Kind::Undergraduate) => Some(CourseKind::Undergraduate),
        Ok(Kind::Postgraduate) => Some(CourseKind::Postgraduate),
        Ok(Kind::DegreeApprenticeship) => Some(CourseKind::DegreeApprenticeship),
        Ok(Kind::FastTrack) => Some(CourseKind::FastTrack),
        Ok(Kind::PracticeEducation) => Some(CourseKind::PracticeEducation),
        Ok(Kind::Leadership) => Some(CourseKind::Leadership),
        Ok(Kind::Adaptation) => Some(CourseKind::Adaptation),
        Ok(Kind::ShortCourse) => Some(CourseKind::ShortCourse),
        Err(_) => {
            faults.add(field, "is not a kind that this service knows");
            None
        }
    }
}
