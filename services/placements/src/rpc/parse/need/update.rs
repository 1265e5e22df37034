//! An update of a need.

use super::{earlier, minutes, partners, settings};
use crate::{
    actions::UpdatePlacementNeed,
    domain::NeedEdit,
    rpc::parse::{Faults, checked, paths, plain, words},
};
use contracts::placements::v1 as wire;
use tonic::Status;
use vocabulary::Personal;

/// All of the student but who it is.
const STUDENT: &str = "student";
const MUTABLE: &[&str] = &[
    STUDENT,
    "student.display_name",
    "student.email",
    "student.social_work_england_number",
    "stage",
    "academic_year",
    "start_date",
    "weekdays",
    "home",
    "max_travel_minutes",
    "drives",
    "preferred_settings",
    "earlier_placements",
    "excluded_partners",
    "adjustments",
];
const FIXED: &[&str] =
    &["name", "etag", "student.person", "state", "placement", "create_time", "update_time"];

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn update_placement_need(
    request: wire::UpdatePlacementNeedRequest,
) -> Result<UpdatePlacementNeed, Status> {
    let mut faults = checked(&request)?;
    let given = request.placement_need.unwrap_or_default();
    let paths =
        paths(&mut faults, request.update_mask.as_ref(), (MUTABLE, FIXED), |path| filled(&given, path));
    let etag = faults.etag("placement_need.etag", &given.etag);
    let request_id = faults.request_id(&request.request_id);
    let name = faults.parse("placement_need.name", &given.name);
    let edit = edit(&mut faults, given, |path| paths.contains(&path));
    faults.done(name.map(|name| UpdatePlacementNeed { name, etag, edit, request_id }))
}

fn filled(given: &wire::PlacementNeed, path: &str) -> bool {
    let student = given.student.as_ref();
    let said = |text: fn(&contracts::common::v1::Person) -> &String| {
        student.is_some_and(|student| !text(student).is_empty())
    };
    match path {
        STUDENT => false,
        "student.display_name" => said(|student| &student.display_name),
        "student.email" => said(|student| &student.email),
        "student.social_work_england_number" => said(|student| &student.social_work_england_number),
        "stage" => given.stage != 0,
        "academic_year" => !given.academic_year.is_empty(),
        "start_date" => !given.start_date.is_empty(),
        "weekdays" => !given.weekdays.is_empty(),
        "home" => given.home.is_some(),
        "max_travel_minutes" => given.max_travel_minutes != 0,
        "drives" => given.drives,
        "preferred_settings" => !given.preferred_settings.is_empty(),
        "earlier_placements" => !given.earlier_placements.is_empty(),
        "excluded_partners" => !given.excluded_partners.is_empty(),
        _ => !given.adjustments.is_empty(),
    }
}

fn edit(faults: &mut Faults, given: wire::PlacementNeed, named: impl Fn(&str) -> bool) -> NeedEdit {
    let student = given.student.unwrap_or_default();
    let of_student = |path: &str| named(STUDENT) || named(&format!("student.{path}"));
    let student = words::person_edit(faults, "placement_need.student", student, of_student);
    if named("stage") && given.stage == 0 {
        faults.add("placement_need.stage", "is required");
    }
    let stage = if named("stage") { words::stage(faults, "placement_need.stage", given.stage) } else { None };
    let place = named("home").then(|| words::place(faults, "placement_need.home", given.home));
    NeedEdit {
        student,
        stage,
        academic_year: named("academic_year")
            .then(|| faults.parse("placement_need.academic_year", &given.academic_year))
            .flatten(),
        start_date: named("start_date")
            .then(|| faults.parse("placement_need.start_date", &given.start_date))
            .flatten(),
        weekdays: named("weekdays")
            .then(|| words::weekdays(faults, "placement_need.weekdays", &given.weekdays)),
        home: place.flatten(),
        max_travel_minutes: named("max_travel_minutes").then(|| minutes(given.max_travel_minutes)),
        drives: named("drives").then_some(given.drives),
        preferred_settings: named("preferred_settings").then(|| settings(faults, &given.preferred_settings)),
        earlier_placements: named("earlier_placements").then(|| earlier(faults, given.earlier_placements)),
        excluded_partners: named("excluded_partners").then(|| partners(faults, &given.excluded_partners)),
        adjustments: named("adjustments")
            .then(|| Personal::new(plain(faults, "placement_need.adjustments", given.adjustments))),
    }
}
