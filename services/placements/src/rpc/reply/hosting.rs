//! Supply: interest, practice educators, offers.

use super::words::{location, person, setting, stage};
use crate::domain::{Educator, HostingInterest, Interest, Offer, OfferState, Qualification};
use chassis::{signed, timestamp};
use contracts::placements::v1 as wire;

pub fn hosting_interest(interest: &HostingInterest) -> wire::HostingInterest {
    wire::HostingInterest {
        name: interest.name.to_string(),
        etag: interest.revision.etag(),
        interest: match interest.interest {
            Interest::ActivelyLooking => wire::hosting_interest::Interest::ActivelyLooking,
            Interest::Open => wire::hosting_interest::Interest::Open,
            Interest::NotOpen => wire::hosting_interest::Interest::NotOpen,
            Interest::AlreadyArranged => wire::hosting_interest::Interest::AlreadyArranged,
        }
        .into(),
        reasons_not_hosting: interest.reasons_not_hosting.clone(),
        places_expected: signed(interest.places_expected),
        update_time: Some(timestamp(interest.updated)),
    }
}

pub fn practice_educator(educator: &Educator) -> wire::PracticeEducator {
    wire::PracticeEducator {
        name: educator.name.to_string(),
        etag: educator.revision.etag(),
        person: Some(person(&educator.person)),
        qualification: match educator.qualification {
            Qualification::InTraining => wire::practice_educator::Qualification::InTraining,
            Qualification::Stage1 => wire::practice_educator::Qualification::Stage1,
            Qualification::Stage2 => wire::practice_educator::Qualification::Stage2,
        }
        .into(),
        current_until: educator.current_until.map(|day| day.to_string()).unwrap_or_default(),
        max_learners: signed(educator.max_learners),
        learners: signed(educator.learners),
        team: educator.team.clone(),
    }
}

/// An offer, and whether it is stale now.
pub fn placement_offer(offer: &Offer, stale: bool) -> wire::PlacementOffer {
    let terms = &offer.terms;
    let day = |day: Option<crate::domain::Day>| day.map(|day| day.to_string()).unwrap_or_default();
    wire::PlacementOffer {
        name: offer.name.to_string(),
        etag: offer.revision.etag(),
        academic_year: terms.academic_year.to_string(),
        team: terms.team.clone(),
        setting: setting(terms.setting).into(),
        statutory: terms.statutory,
        stages: terms.stages.iter().map(|it| stage(*it).into()).collect(),
        places: signed(terms.places),
        places_held: signed(offer.places_held),
        places_taken: signed(offer.places_taken),
        earliest_start_date: day(terms.earliest_start_date),
        latest_end_date: day(terms.latest_end_date),
        weekdays: terms.weekdays.numbers().collect(),
        location: Some(location(&terms.location)),
        driver_required: terms.driver_required,
        practice_educators: terms.practice_educators.iter().map(ToString::to_string).collect(),
        state: state(offer.state).into(),
        reaffirm_time: offer.reaffirmed.map(timestamp),
        withdraw_reason: offer.withdraw_reason.clone(),
        create_time: Some(timestamp(offer.created)),
        update_time: Some(timestamp(offer.updated)),
        stale,
    }
}

fn state(state: OfferState) -> wire::placement_offer::State {
    match state {
        OfferState::Draft => wire::placement_offer::State::Draft,
        OfferState::Open => wire::placement_offer::State::Open,
        OfferState::Withdrawn => wire::placement_offer::State::Withdrawn,
        OfferState::Lapsed => wire::placement_offer::State::Lapsed,
    }
}
