//! Needs.

mod update;

pub use update::update_placement_need;

use super::{Faults, checked, plain, words};
use crate::{
    actions::{CreatePlacementNeed, NeedFilter, WithdrawPlacementNeed},
    domain::{EarlierPlacement, NeedName, NeedState, NeedTerms, Setting},
};
use contracts::{Validate, placements::v1 as wire};
use tonic::Status;
use vocabulary::{Caller, PageSize, PartnerId, Personal};

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn create_placement_need(
    caller: &Caller,
    request: wire::CreatePlacementNeedRequest,
) -> Result<CreatePlacementNeed, Status> {
    let mut faults = checked(&request)?;
    if faults.partner("parent", &request.parent).is_some_and(|parent| parent != caller.partner) {
        faults.add("parent", "must be your own university");
    }
    let mut given = request.placement_need.unwrap_or_default();
    let id = faults.parse_some("placement_need_id", &request.placement_need_id);
    let request_id = faults.request_id(&request.request_id);
    let student = words::person(&mut faults, "placement_need.student", given.student.take());
    let stage = words::stage(&mut faults, "placement_need.stage", given.stage);
    if given.stage == 0 {
        faults.add("placement_need.stage", "is required");
    }
    let terms = terms(&mut faults, given);
    let parsed = student.zip(stage).zip(terms);
    faults.done(parsed.map(|((student, stage), terms)| CreatePlacementNeed {
        id,
        student,
        stage,
        terms,
        request_id,
    }))
}

fn terms(faults: &mut Faults, given: wire::PlacementNeed) -> Option<NeedTerms<crate::domain::Place>> {
    let academic_year = faults.parse("placement_need.academic_year", &given.academic_year);
    let start_date = faults.parse("placement_need.start_date", &given.start_date);
    let weekdays = words::weekdays(faults, "placement_need.weekdays", &given.weekdays);
    let home = words::place(faults, "placement_need.home", given.home);
    let preferred_settings = settings(faults, &given.preferred_settings);
    let earlier_placements = earlier(faults, given.earlier_placements);
    let excluded_partners = partners(faults, &given.excluded_partners);
    let adjustments = Personal::new(plain(faults, "placement_need.adjustments", given.adjustments));
    let parsed = academic_year.zip(start_date).zip(home);
    parsed.map(|((academic_year, start_date), home)| NeedTerms {
        academic_year,
        start_date,
        weekdays,
        home,
        max_travel_minutes: minutes(given.max_travel_minutes),
        drives: given.drives,
        preferred_settings,
        earlier_placements,
        excluded_partners,
        adjustments,
    })
}

/// Zero leaves it to the rule book; the contract lets nothing less through.
fn minutes(given: i32) -> Option<u32> {
    u32::try_from(given).ok().filter(|minutes| *minutes > 0)
}

fn settings(faults: &mut Faults, given: &[i32]) -> Vec<Setting> {
    let mut one = |(i, setting): (usize, &i32)| {
        let field = format!("placement_need.preferred_settings[{i}]");
        needed_setting(faults, &field, *setting)
    };
    given.iter().enumerate().filter_map(&mut one).collect()
}

fn needed_setting(faults: &mut Faults, field: &str, setting: i32) -> Option<Setting> {
    if setting == 0 {
        faults.add(field, "is required");
    }
    words::setting(faults, field, setting)
}

fn earlier(faults: &mut Faults, given: Vec<wire::EarlierPlacement>) -> Vec<EarlierPlacement> {
    let mut known = Vec::with_capacity(given.len());
    for (i, one) in given.into_iter().enumerate() {
        let at = |field: &str| format!("placement_need.earlier_placements[{i}].{field}");
        let stage = words::stage(faults, &at("stage"), one.stage);
        let setting = needed_setting(faults, &at("setting"), one.setting);
        let host = plain(faults, &at("host"), one.host);
        let whole = stage.zip(setting);
        known.extend(whole.map(|(stage, setting)| EarlierPlacement {
            stage,
            setting,
            statutory: one.statutory,
            host,
        }));
    }
    known
}

/// In order: what is asked for twice in another order is the same.
fn partners(faults: &mut Faults, given: &[String]) -> Vec<PartnerId> {
    let mut one =
        |(i, name): (usize, &String)| faults.partner(&format!("placement_need.excluded_partners[{i}]"), name);
    let mut known: Vec<PartnerId> = given.iter().enumerate().filter_map(&mut one).collect();
    known.sort();
    known
}

/// A request that is a need's name and nothing else.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn placement_need_name(request: &impl Validate, name: &str) -> Result<NeedName, Status> {
    let mut faults = checked(request)?;
    let name = faults.parse("name", name);
    faults.done(name)
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn list_placement_needs(
    request: &wire::ListPlacementNeedsRequest,
) -> Result<(NeedFilter, PageSize), Status> {
    let mut faults = checked(request)?;
    let (university, size) = (faults.partner("parent", &request.parent), faults.page_size(request.page_size));
    let academic_year = faults.parse_some("academic_year", &request.academic_year);
    let stage = words::stage(&mut faults, "stage", request.stage);
    let state = state(&mut faults, request.state);
    let filter = |university| NeedFilter { university, academic_year, stage, state, after: None };
    faults.done(university.map(filter).zip(size))
}

fn state(faults: &mut Faults, state: i32) -> Option<NeedState> {
    use wire::placement_need::State;
    match State::try_from(state) {
        Ok(State::Open) => Some(NeedState::Open),
        Ok(State::Matched) => Some(NeedState::Matched),
        Ok(State::Withdrawn) => Some(NeedState::Withdrawn),
        Ok(State::Unspecified) => None,
        Err(_) => {
            faults.add("state", "is not a state that this service knows");
            None
        }
    }
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn withdraw_placement_need(
    request: wire::WithdrawPlacementNeedRequest,
) -> Result<WithdrawPlacementNeed, Status> {
    let mut faults = checked(&request)?;
    let name = faults.parse("name", &request.name);
    let etag = faults.etag("etag", &request.etag);
    let reason = plain(&mut faults, "reason", request.reason);
    let request_id = faults.request_id(&request.request_id);
    faults.done(name.map(|name| WithdrawPlacementNeed { name, etag, reason, request_id }))
}
