//! Enrolments.

mod calls;
mod update;

pub use calls::*;
pub use update::update_enrolment;

use super::course::{own, university};
use super::{Faults, checked, plain};
use crate::{
    actions::{CreateEnrolment, EnrolmentFilter},
    domain::{EnrolmentState, Funding, LearnerEdit, StudyMode, enrolment::Terms},
};
use contracts::{Validate, common::v1 as common, enrolments::v1 as wire};
use tonic::Status;
use vocabulary::{Caller, PageSize, Personal};

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn create_enrolment(
    caller: &Caller,
    request: wire::CreateEnrolmentRequest,
) -> Result<CreateEnrolment, Status> {
    let mut faults = checked(&request)?;
    own(&mut faults, caller, &request.parent);
    let given = request.enrolment.unwrap_or_default();
    let id = faults.parse_some("enrolment_id", &request.enrolment_id);
    let request_id = faults.request_id(&request.request_id);
    let learner = given.learner.unwrap_or_default();
    let person = needed(&mut faults, "enrolment.learner.person", &learner.person);
    let run = needed(&mut faults, "enrolment.course_run", &given.course_run);
    let terms = Terms {
        start_date: faults.parse_some("enrolment.start_date", &given.start_date),
        end_date: faults.parse_some("enrolment.end_date", &given.end_date),
        study_mode: study_mode(&mut faults, given.study_mode),
        sponsor: faults.partner_some("enrolment.sponsor", &given.sponsor),
        funding: funding(&mut faults, given.funding),
    };
    let learner = said_of(&mut faults, learner, |text| !text.is_empty());
    let ask =
        person.zip(run).map(|(person, run)| CreateEnrolment { id, person, learner, run, terms, request_id });
    faults.done(ask)
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn list_enrolments(request: &wire::ListEnrolmentsRequest) -> Result<(EnrolmentFilter, PageSize), Status> {
    let mut faults = checked(request)?;
    let filter = EnrolmentFilter {
        university: university(&mut faults, &request.parent),
        run: faults.parse_some("course_run", &request.course_run),
        person: faults.parse_some("person", &request.person),
        sponsor: faults.partner_some("sponsor", &request.sponsor),
        states: states(&mut faults, &request.states),
        after: None,
    };
    let size = faults.page_size(request.page_size);
    faults.done(size.map(|size| (filter, size)))
}

/// A name that an enrolment cannot be without.
fn needed<T: std::str::FromStr<Err: std::fmt::Display>>(
    faults: &mut Faults,
    field: &str,
    text: &str,
) -> Option<T> {
    if text.is_empty() {
        faults.add(field, "is required");
        return None;
    }
    faults.parse(field, text)
}

/// What is said of a learner, as far as `said` takes it.
fn said_of(faults: &mut Faults, given: common::Person, said: impl Fn(&str) -> bool) -> LearnerEdit {
    let mut text = |field: &str, text: String| {
        let some = said(&text);
        some.then(|| Personal::new(plain(faults, &format!("enrolment.learner.{field}"), text)))
    };
    let number = given.social_work_england_number.trim().to_ascii_uppercase();
    LearnerEdit {
        display_name: text("display_name", given.display_name),
        email: text("email", given.email),
        social_work_england_number: text("social_work_england_number", number),
    }
}

fn study_mode(faults: &mut Faults, mode: i32) -> StudyMode {
    use wire::enrolment::StudyMode as Mode;
    match Mode::try_from(mode) {
        Ok(Mode::Unspecified | Mode::FullTime) => StudyMode::FullTime,
        Ok(Mode::PartTime) => StudyMode::PartTime,
        Err(_) => {
            faults.add("enrolment.study_mode", "is not a mode that this service knows");
            StudyMode::FullTime
        }
    }
}

fn funding(faults: &mut Faults, funding: i32) -> Option<Funding> {
    use wire::enrolment::Funding as Paid;
    match Paid::try_from(funding) {
        Ok(Paid::Unspecified) => None,
        Ok(Paid::Self_) => Some(Funding::SelfFunded),
        Ok(Paid::Employer) => Some(Funding::Employer),
        Ok(Paid::ApprenticeshipLevy) => Some(Funding::ApprenticeshipLevy),
        Ok(Paid::Bursary) => Some(Funding::Bursary),
        Ok(Paid::Grant) => Some(Funding::Grant),
        Err(_) => {
            faults.add("enrolment.funding", "is not a source that this service knows");
            None
        }
    }
}

fn states(faults: &mut Faults, given: &[i32]) -> Vec<EnrolmentState> {
    use wire::enrolment::State;
    let mut known = Vec::with_capacity(given.len());
    for (i, state) in given.iter().enumerate() {
        known.push(match State::try_from(*state) {
            Ok(State::Pending) => EnrolmentState::Pending,
            Ok(State::Active) => EnrolmentState::Active,
            Ok(State::Interrupted) => EnrolmentState::Interrupted,
            Ok(State::Withdrawn) => EnrolmentState::Withdrawn,
            Ok(State::Completed) => EnrolmentState::Completed,
            Ok(State::Unspecified) | Err(_) => {
                faults.add(format!("states[{i}]"), "must name a state that this service knows");
                continue;
            }
        });
    }
    known
}

/// A request that is an enrolment's name and nothing else.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn enrolment_name(request: &impl Validate, name: &str) -> Result<crate::domain::EnrolmentName, Status> {
    let mut faults = checked(request)?;
    let name = faults.parse("name", name);
    faults.done(name)
}
