//! Needs.

use super::words;
use crate::domain::{Need, NeedState};
use chassis::{signed, timestamp};
use contracts::placements::v1 as wire;

pub fn placement_need(need: &Need) -> wire::PlacementNeed {
    let terms = &need.terms;
    let earlier = terms.earlier_placements.iter().map(|one| wire::EarlierPlacement {
        stage: words::stage(one.stage).into(),
        setting: words::setting(one.setting).into(),
        statutory: one.statutory,
        host: one.host.clone(),
    });
    wire::PlacementNeed {
        name: need.name.to_string(),
        etag: need.revision.etag(),
        student: Some(words::person(&need.student)),
        stage: words::stage(need.stage).into(),
        academic_year: terms.academic_year.to_string(),
        start_date: terms.start_date.to_string(),
        weekdays: terms.weekdays.numbers().collect(),
        home: Some(words::location(terms.home.expose())),
        max_travel_minutes: signed(terms.max_travel_minutes.unwrap_or(0)),
        drives: terms.drives,
        preferred_settings: terms.preferred_settings.iter().map(|one| words::setting(*one).into()).collect(),
        earlier_placements: earlier.collect(),
        excluded_partners: terms.excluded_partners.iter().map(|partner| partner.name()).collect(),
        adjustments: terms.adjustments.expose().clone(),
        state: state(need.state).into(),
        placement: need.placement.as_ref().map(ToString::to_string).unwrap_or_default(),
        create_time: Some(timestamp(need.created)),
        update_time: Some(timestamp(need.updated)),
    }
}

fn state(state: NeedState) -> wire::placement_need::State {
    match state {
        NeedState::Open => wire::placement_need::State::Open,
        NeedState::Matched => wire::placement_need::State::Matched,
        NeedState::Withdrawn => wire::placement_need::State::Withdrawn,
    }
}
