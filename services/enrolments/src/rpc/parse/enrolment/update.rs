//! An update of an enrolment, and what it hands back to the data set.

use super::{funding, said_of, study_mode};
use crate::{
    actions::{Release, UpdateEnrolment},
    domain::{EnrolmentEdit, LearnerEdit, learner},
    rpc::parse::{Faults, checked, paths},
};
use contracts::{common::v1 as common, enrolments::v1 as wire};
use prost_types::FieldMask;
use tonic::Status;

/// All of the learner but who it is.
const LEARNER: &str = "learner";
const MUTABLE: &[&str] = &[
    LEARNER,
    learner::DISPLAY_NAME,
    learner::EMAIL,
    learner::NUMBER,
    "start_date",
    "end_date",
    "study_mode",
    "sponsor",
    "funding",
];
const FIXED: &[&str] = &[
    "name",
    "etag",
    "learner.person",
    "course_run",
    "state",
    "data_set",
    "held_fields",
    "reason",
    "outcome",
    "create_time",
    "update_time",
];
/// What a person may have edited.
const HOLDABLE: &[&str] = &[
    learner::DISPLAY_NAME,
    learner::EMAIL,
    learner::NUMBER,
    "state",
    "start_date",
    "end_date",
    "study_mode",
    "sponsor",
    "funding",
];

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn update_enrolment(request: wire::UpdateEnrolmentRequest) -> Result<UpdateEnrolment, Status> {
    let mut faults = checked(&request)?;
    let mut given = request.enrolment.unwrap_or_default();
    let person = given.learner.take().unwrap_or_default();
    let paths = paths(&mut faults, request.update_mask.as_ref(), (MUTABLE, FIXED), |path| match path {
        LEARNER => false,
        learner::DISPLAY_NAME => !person.display_name.is_empty(),
        learner::EMAIL => !person.email.is_empty(),
        learner::NUMBER => !person.social_work_england_number.is_empty(),
        "start_date" => !given.start_date.is_empty(),
        "end_date" => !given.end_date.is_empty(),
        "study_mode" => given.study_mode != 0,
        "sponsor" => !given.sponsor.is_empty(),
        _ => given.funding != 0,
    });
    let named = |path: &str| paths.contains(&path);
    let edit = EnrolmentEdit {
        learner: of_learner(&mut faults, person, named),
        start_date: named("start_date").then(|| faults.parse_some("enrolment.start_date", &given.start_date)),
        end_date: named("end_date").then(|| faults.parse_some("enrolment.end_date", &given.end_date)),
        study_mode: named("study_mode").then(|| study_mode(&mut faults, given.study_mode)),
        sponsor: named("sponsor").then(|| faults.partner_some("enrolment.sponsor", &given.sponsor)),
        funding: named("funding").then(|| funding(&mut faults, given.funding)),
    };
    let release = release(&mut faults, request.release_mask, named);
    let etag = faults.etag("enrolment.etag", &given.etag);
    let request_id = faults.request_id(&request.request_id);
    let name = faults.parse("enrolment.name", &given.name);
    faults.done(name.map(|name| UpdateEnrolment { name, etag, edit, release, request_id }))
}

fn of_learner(faults: &mut Faults, person: common::Person, named: impl Fn(&str) -> bool) -> LearnerEdit {
    let all = said_of(faults, person, |_| true);
    let is = |path: &str| named(path) || named(LEARNER);
    LearnerEdit {
        display_name: all.display_name.filter(|_| is(learner::DISPLAY_NAME)),
        email: all.email.filter(|_| is(learner::EMAIL)),
        social_work_england_number: all.social_work_england_number.filter(|_| is(learner::NUMBER)),
    }
}

/// The fields that are handed back; none that is edited by the same request.
fn release(faults: &mut Faults, mask: Option<FieldMask>, edited: impl Fn(&str) -> bool) -> Release {
    let paths = mask.unwrap_or_default().paths;
    if paths == ["*"] {
        return Release::All;
    }
    let mut fields: Vec<String> = Vec::with_capacity(paths.len());
    for (i, path) in paths.into_iter().enumerate() {
        let field = format!("release_mask.paths[{i}]");
        if !HOLDABLE.contains(&path.as_str()) {
            faults.add(field, format!("is never held; what can be: {}", HOLDABLE.join(", ")));
        } else if edited(&path) || path.starts_with("learner.") && edited(LEARNER) {
            faults.add(field, "is edited by the same request");
        } else if !fields.contains(&path) {
            fields.push(path);
        }
    }
    Release::Fields(fields)
}
