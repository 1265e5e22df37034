//! Runs of courses.

use super::{Faults, checked, paths};
use crate::{
    actions::{CourseRunFilter, CreateCourseRun, UpdateCourseRun, Within},
    domain::{AcademicYear, Day, RunEdit, RunName, RunPlan},
};
use contracts::{Validate, enrolments::v1 as wire};
use std::{fmt::Display, str::FromStr};
use tonic::Status;
use vocabulary::PageSize;

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn create_course_run(request: wire::CreateCourseRunRequest) -> Result<CreateCourseRun, Status> {
    let mut faults = checked(&request)?;
    let given = request.course_run.unwrap_or_default();
    let course = faults.parse("parent", &request.parent);
    let id = faults.parse_some("course_run_id", &request.course_run_id);
    let request_id = faults.request_id(&request.request_id);
    let academic_year: Option<AcademicYear> = must(&mut faults, "academic_year", &given.academic_year);
    let start_date: Option<Day> = must(&mut faults, "start_date", &given.start_date);
    let end_date: Option<Day> = must(&mut faults, "end_date", &given.end_date);
    let places = places(&mut faults, given.places);
    let plan = academic_year.zip(start_date.zip(end_date)).map(|(academic_year, (start_date, end_date))| {
        RunPlan { academic_year, start_date, end_date, places }
    });
    faults.done(course.zip(plan).map(|(course, plan)| CreateCourseRun { course, id, plan, request_id }))
}

const MUTABLE: &[&str] = &["academic_year", "start_date", "end_date", "places"];
const FIXED: &[&str] = &["name", "etag", "places_taken"];

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn update_course_run(request: wire::UpdateCourseRunRequest) -> Result<UpdateCourseRun, Status> {
    let mut faults = checked(&request)?;
    let given = request.course_run.unwrap_or_default();
    let filled = |path: &str| match path {
        "academic_year" => !given.academic_year.is_empty(),
        "start_date" => !given.start_date.is_empty(),
        "end_date" => !given.end_date.is_empty(),
        _ => given.places != 0,
    };
    let paths = paths(&mut faults, request.update_mask.as_ref(), (MUTABLE, FIXED), filled);
    let named = |path: &str| paths.contains(&path);
    let year = named("academic_year").then(|| must(&mut faults, "academic_year", &given.academic_year));
    let start = named("start_date").then(|| must(&mut faults, "start_date", &given.start_date));
    let end = named("end_date").then(|| must(&mut faults, "end_date", &given.end_date));
    let edit = RunEdit {
        academic_year: year.flatten(),
        start_date: start.flatten(),
        end_date: end.flatten(),
        places: named("places").then(|| places(&mut faults, given.places)),
    };
    let etag = faults.etag("course_run.etag", &given.etag);
    let request_id = faults.request_id(&request.request_id);
    let name = faults.parse("course_run.name", &given.name);
    faults.done(name.map(|name| UpdateCourseRun { name, etag, edit, request_id }))
}

/// A request that is a run's name and nothing else.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn course_run_name(request: &impl Validate, name: &str) -> Result<RunName, Status> {
    let mut faults = checked(request)?;
    let name = faults.parse("name", name);
    faults.done(name)
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn list_course_runs(
    request: &wire::ListCourseRunsRequest,
) -> Result<(CourseRunFilter, PageSize), Status> {
    let mut faults = checked(request)?;
    let within = match request.parent.strip_suffix("/courses/-") {
        Some(university) => faults.partner("parent", university).map(Within::University),
        None => faults.parse("parent", &request.parent).map(Within::Course),
    };
    let academic_year = faults.parse_some("academic_year", &request.academic_year);
    let size = faults.page_size(request.page_size);
    let asked = within.zip(size);
    faults.done(asked.map(|(within, size)| (CourseRunFilter { within, academic_year, after: None }, size)))
}

/// What a run cannot be without.
fn must<T: FromStr<Err: Display>>(faults: &mut Faults, field: &str, text: &str) -> Option<T> {
    let path = format!("course_run.{field}");
    if text.is_empty() {
        faults.add(path, "is required");
        return None;
    }
    faults.parse(&path, text)
}

fn places(faults: &mut Faults, places: i32) -> u32 {
    faults.take("course_run.places", u32::try_from(places)).unwrap_or_default()
}
