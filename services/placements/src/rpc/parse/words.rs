//! What several requests say alike: people, places on the map, stages, settings, weekdays.

use super::{Faults, plain};
use crate::domain::{Person, Place, Point, Setting, Stage, Weekdays, person::PersonEdit};
use contracts::{common::v1 as common, placements::v1 as wire};
use vocabulary::Personal;

pub fn stage(faults: &mut Faults, field: &str, stage: i32) -> Option<Stage> {
    match wire::Stage::try_from(stage) {
        Ok(wire::Stage::First) => Some(Stage::First),
        Ok(wire::Stage::Final) => Some(Stage::Final),
        Ok(wire::Stage::Unspecified) => None,
        Err(_) => {
            faults.add(field, "is not a stage that this service knows");
            None
        }
    }
}

pub fn setting(faults: &mut Faults, field: &str, setting: i32) -> Option<Setting> {
    match wire::Setting::try_from(setting) {
        Ok(wire::Setting::FamiliesFirst) => Some(Setting::FamiliesFirst),
        Ok(wire::Setting::ChildrenLookedAfter) => Some(Setting::ChildrenLookedAfter),
        Ok(wire::Setting::YoungPeople) => Some(Setting::YoungPeople),
        Ok(wire::Setting::Fostering) => Some(Setting::Fostering),
        Ok(wire::Setting::ChildrenWithDisabilities) => Some(Setting::ChildrenWithDisabilities),
        Ok(wire::Setting::EarlyHelp) => Some(Setting::EarlyHelp),
        Ok(wire::Setting::Adults) => Some(Setting::Adults),
        Ok(wire::Setting::MentalHealth) => Some(Setting::MentalHealth),
        Ok(wire::Setting::VoluntarySector) => Some(Setting::VoluntarySector),
        Ok(wire::Setting::Unspecified) => None,
        Err(_) => {
            faults.add(field, "is not a setting that this service knows");
            None
        }
    }
}

/// None given means Monday to Friday.
pub fn weekdays(faults: &mut Faults, field: &str, days: &[i32]) -> Weekdays {
    faults.take(field, Weekdays::of(days)).unwrap_or(Weekdays::MONDAY_TO_FRIDAY)
}

pub fn place(faults: &mut Faults, field: &str, given: Option<wire::Location>) -> Option<Place> {
    let given = given.unwrap_or_default();
    if given.postcode.is_empty() {
        faults.add(format!("{field}.postcode"), "is required");
        return None;
    }
    let point = match (given.latitude, given.longitude) {
        (Some(latitude), Some(longitude)) => Some(Point { latitude, longitude }),
        (None, None) => None,
        (Some(_), None) => {
            faults.add(format!("{field}.longitude"), "is given with latitude, or neither is");
            None
        }
        (None, Some(_)) => {
            faults.add(format!("{field}.latitude"), "is given with longitude, or neither is");
            None
        }
    };
    Some(Place { postcode: Personal::new(given.postcode), point })
}

/// A person who is said for the first time: `person` is required.
pub fn person(faults: &mut Faults, field: &str, given: Option<common::Person>) -> Option<Person> {
    let given = given.unwrap_or_default();
    if given.person.is_empty() {
        faults.add(format!("{field}.person"), "is required");
        return None;
    }
    let person = faults.parse(&format!("{field}.person"), &given.person);
    let edit = person_edit(faults, field, given, |_| true);
    let said = |text: Option<Personal<String>>| text.unwrap_or_default();
    person.map(|person| Person {
        person,
        display_name: said(edit.display_name),
        email: said(edit.email),
        social_work_england_number: said(edit.social_work_england_number),
    })
}

/// What is said of a person, as far as `named` takes it; the paths are `{field}.display_name` and so on.
pub fn person_edit(
    faults: &mut Faults,
    field: &str,
    given: common::Person,
    named: impl Fn(&str) -> bool,
) -> PersonEdit {
    let mut text = |name: &str, text: String| {
        let path = format!("{field}.{name}");
        named(name).then(|| Personal::new(plain(faults, &path, text)))
    };
    let number = given.social_work_england_number.trim().to_ascii_uppercase();
    PersonEdit {
        display_name: text("display_name", given.display_name),
        email: text("email", given.email),
        social_work_england_number: text("social_work_england_number", number),
    }
}
