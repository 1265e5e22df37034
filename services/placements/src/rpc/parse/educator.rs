//! Practice educators.

use super::words::{person, person_edit};
use super::{Faults, checked, paths, plain};
use crate::{
    actions::{CreatePracticeEducator, EducatorFilter, UpdatePracticeEducator},
    domain::{EducatorEdit, EducatorName, EducatorTerms, Qualification},
};
use contracts::{Validate, placements::v1 as wire};
use tonic::Status;
use vocabulary::{Caller, PageSize};

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn create_practice_educator(
    caller: &Caller,
    request: wire::CreatePracticeEducatorRequest,
) -> Result<CreatePracticeEducator, Status> {
    let mut faults = checked(&request)?;
    own(&mut faults, caller, &request.parent);
    let given = request.practice_educator.unwrap_or_default();
    let id = faults.parse_some("practice_educator_id", &request.practice_educator_id);
    let request_id = faults.request_id(&request.request_id);
    let person = person(&mut faults, "practice_educator.person", given.person);
    let qualification = qualification(&mut faults, "practice_educator.qualification", given.qualification);
    if qualification.is_none() && given.qualification == 0 {
        faults.add("practice_educator.qualification", "is required");
    }
    let current_until = faults.parse_some("practice_educator.current_until", &given.current_until);
    let max_learners = max_learners(&mut faults, given.max_learners);
    let team = plain(&mut faults, "practice_educator.team", given.team);
    faults.done(person.zip(qualification).map(|(person, qualification)| {
        let terms = EducatorTerms { qualification, current_until, max_learners, team };
        CreatePracticeEducator { id, person, terms, request_id }
    }))
}

/// All of the person but who it is.
const PERSON: &str = "person";
const MUTABLE: &[&str] = &[
    PERSON,
    "person.display_name",
    "person.email",
    "person.social_work_england_number",
    "qualification",
    "current_until",
    "max_learners",
    "team",
];
const FIXED: &[&str] = &["name", "etag", "person.person", "learners"];

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn update_practice_educator(
    request: wire::UpdatePracticeEducatorRequest,
) -> Result<UpdatePracticeEducator, Status> {
    let mut faults = checked(&request)?;
    let mut given = request.practice_educator.unwrap_or_default();
    let who = given.person.take().unwrap_or_default();
    let filled = |path: &str| match path {
        PERSON => false,
        "person.display_name" => !who.display_name.is_empty(),
        "person.email" => !who.email.is_empty(),
        "person.social_work_england_number" => !who.social_work_england_number.is_empty(),
        "qualification" => given.qualification != 0,
        "current_until" => !given.current_until.is_empty(),
        "max_learners" => given.max_learners != 0,
        _ => !given.team.is_empty(),
    };
    let paths = paths(&mut faults, request.update_mask.as_ref(), (MUTABLE, FIXED), filled);
    let named = |path: &str| paths.contains(&path);
    if named("qualification") && given.qualification == 0 {
        faults.add("practice_educator.qualification", "is required");
    }
    let of_person =
        |field: &str| named(PERSON) || paths.iter().any(|path| path.strip_prefix("person.") == Some(field));
    let edit = EducatorEdit {
        person: person_edit(&mut faults, "practice_educator.person", who, of_person),
        qualification: named("qualification")
            .then(|| qualification(&mut faults, "practice_educator.qualification", given.qualification))
            .flatten(),
        current_until: named("current_until")
            .then(|| faults.parse_some("practice_educator.current_until", &given.current_until)),
        max_learners: named("max_learners").then(|| max_learners(&mut faults, given.max_learners)),
        team: named("team").then(|| plain(&mut faults, "practice_educator.team", given.team)),
    };
    let etag = faults.etag("practice_educator.etag", &given.etag);
    let request_id = faults.request_id(&request.request_id);
    let name = faults.parse("practice_educator.name", &given.name);
    faults.done(name.map(|name| UpdatePracticeEducator { name, etag, edit, request_id }))
}

/// A request that is a practice educator's name and nothing else.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn educator_name(request: &impl Validate, name: &str) -> Result<EducatorName, Status> {
    let mut faults = checked(request)?;
    let name = faults.parse("name", name);
    faults.done(name)
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn list_practice_educators(
    request: &wire::ListPracticeEducatorsRequest,
) -> Result<(EducatorFilter, PageSize), Status> {
    let mut faults = checked(request)?;
    let partner = faults.partner("parent", &request.parent);
    let qualification = qualification(&mut faults, "qualification", request.qualification);
    let size = faults.page_size(request.page_size);
    let with_free_capacity = request.with_free_capacity;
    faults.done(partner.zip(size).map(|(partner, size)| {
        (EducatorFilter { partner, qualification, with_free_capacity, after: None }, size)
    }))
}

/// What somebody makes is their own partner's.
pub(super) fn own(faults: &mut Faults, caller: &Caller, parent: &str) {
    if faults.partner("parent", parent).is_some_and(|parent| parent != caller.partner) {
        faults.add("parent", "must be your own partner");
    }
}

/// Learners at one time: one, where it is not said.
fn max_learners(faults: &mut Faults, given: i32) -> u32 {
    faults.take("practice_educator.max_learners", u32::try_from(given)).unwrap_or_default().max(1)
}

/// `None` where it is not given, or not known.
fn qualification(faults: &mut Faults, field: &str, given: i32) -> Option<Qualification> {
    use wire::practice_educator::Qualification as Said;
    match Said::try_from(given) {
        Ok(Said::InTraining) => Some(Qualification::InTraining),
        Ok(Said::Stage1) => Some(Qualification::Stage1),
        Ok(Said::Stage2) => Some(Qualification::Stage2),
        Ok(Said::Unspecified) => None,
        Err(_) => {
            faults.add(field, "is not a qualification that this service knows");
            None
        }
    }
}
