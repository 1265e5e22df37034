//! Learning needs.

use super::{Faults, checked, plain, required};
use crate::{
    actions::{AgreeLearningNeed, CreateLearningNeed, LearningNeedFilter},
    domain::NeedState,
};
use contracts::masterclasses::v1 as wire;
use tonic::Status;
use vocabulary::{Caller, PageSize, PartnerId};

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn create_learning_need(
    caller: &Caller,
    request: wire::CreateLearningNeedRequest,
) -> Result<CreateLearningNeed, Status> {
    let mut faults = checked(&request)?;
    let parent = faults.partner("parent", &request.parent);
    if parent.is_some_and(|parent| parent != caller.partner) {
        faults.add("parent", "a need is raised for your own partner");
    }
    let need = request.learning_need.unwrap_or_default();
    let people = u32::try_from(need.people_affected);
    let ask = CreateLearningNeed {
        title: required(&mut faults, "learning_need.title", need.title),
        description: plain(&mut faults, "learning_need.description", need.description),
        evidence: plain(&mut faults, "learning_need.evidence", need.evidence),
        people_affected: faults.take("learning_need.people_affected", people).unwrap_or_default(),
        request_id: faults.request_id(&request.request_id),
    };
    faults.done(Some(ask))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn agree_learning_need(request: wire::AgreeLearningNeedRequest) -> Result<AgreeLearningNeed, Status> {
    let mut faults = checked(&request)?;
    let request_id = faults.request_id(&request.request_id);
    let need = faults.parse("name", &request.name);
    faults.done(need.map(|need| AgreeLearningNeed { need, request_id }))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn list_learning_needs(
    request: &wire::ListLearningNeedsRequest,
) -> Result<(LearningNeedFilter, PageSize), Status> {
    let mut faults = checked(request)?;
    let partner: Option<PartnerId> =
        if request.parent == "partners/-" { None } else { faults.partner("parent", &request.parent) };
    let state = need_state(&mut faults, request.state);
    let size = faults.page_size(request.page_size);
    faults.done(size.map(|size| (LearningNeedFilter { partner, state, after: None }, size)))
}

fn need_state(faults: &mut Faults, state: i32) -> Option<NeedState> {
    use wire::learning_need::State;
    match State::try_from(state) {
        Ok(State::Unspecified) => None,
        Ok(State::Raised) => Some(NeedState::Raised),
        Ok(State::Agreed) => Some(NeedState::Agreed),
        Ok(State::Answered) => Some(NeedState::Answered),
        Ok(State::Dropped) => Some(NeedState::Dropped),
        Err(_) => {
            faults.add("state", "is not a state that this service knows");
            None
        }
    }
}
