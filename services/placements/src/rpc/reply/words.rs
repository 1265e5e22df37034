//! What several answers say alike: people, places on the map, stages, settings.

use crate::domain::{Location, Person, Setting, Stage};
use contracts::{common::v1 as common, placements::v1 as wire};

pub fn stage(stage: Stage) -> wire::Stage {
    match stage {
        Stage::First => wire::Stage::First,
        Stage::Final => wire::Stage::Final,
    }
}

pub fn setting(setting: Setting) -> wire::Setting {
    match setting {
        Setting::FamiliesFirst => wire::Setting::FamiliesFirst,
        Setting::ChildrenLookedAfter => wire::Setting::ChildrenLookedAfter,
        Setting::YoungPeople => wire::Setting::YoungPeople,
        Setting::Fostering => wire::Setting::Fostering,
        Setting::ChildrenWithDisabilities => wire::Setting::ChildrenWithDisabilities,
        Setting::EarlyHelp => wire::Setting::EarlyHelp,
        Setting::Adults => wire::Setting::Adults,
        Setting::MentalHealth => wire::Setting::MentalHealth,
        Setting::VoluntarySector => wire::Setting::VoluntarySector,
    }
}

pub fn location(location: &Location) -> wire::Location {
    wire::Location {
        postcode: location.postcode.clone(),
        latitude: Some(location.point.latitude),
        longitude: Some(location.point.longitude),
    }
}

pub fn person(person: &Person) -> common::Person {
    common::Person {
        person: person.person.as_str().to_owned(),
        display_name: person.display_name.expose().clone(),
        email: person.email.expose().clone(),
        social_work_england_number: person.social_work_england_number.expose().clone(),
    }
}
