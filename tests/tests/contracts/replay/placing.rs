//! What a change of a field does to a request to placements.

use super::{Change, other, text};
use crate::{examples, fields, world::Side};
use prost_reflect::{Kind, Value};

/// What the server fills, by the end of the path.
const SERVERS: &[&str] = &[
    "state",
    "create_time",
    "update_time",
    "reaffirm_time",
    "places_held",
    "places_taken",
    "learners",
    "stale",
    "withdraw_reason",
    "placement",
];
/// The same, by the whole path: another path that ends alike is the caller's.
const SERVERS_WHOLE: &[(&str, &str)] = &[
    ("CreatePracticeEducator", "practice_educator.name"),
    ("CreatePracticeEducator", "practice_educator.etag"),
    ("CreatePlacementOffer", "placement_offer.name"),
    ("CreatePlacementOffer", "placement_offer.etag"),
    ("CreatePlacementNeed", "placement_need.name"),
    ("CreatePlacementNeed", "placement_need.etag"),
    ("UpdatePracticeEducator", "practice_educator.person.person"),
    ("UpdatePlacementNeed", "placement_need.student.person"),
];

pub fn change(side: &Side, rpc: &str, leaf: &fields::Leaf) -> Change {
    let (path, name) = (leaf.path.as_str(), leaf.path.rsplit('.').next().unwrap_or_default());
    if SERVERS.contains(&name) || SERVERS_WHOLE.contains(&(rpc, path)) {
        return Change::Ignored(ignored(path).unwrap_or_else(|| other(leaf, "other")));
    }
    let one = |value: Value| Change::Other(vec![(path.to_owned(), value)]);
    let own = format!("partners/{}", side.caller(rpc).0);
    match (rpc, path) {
        // There is one good parent; what a mask may name is changed together with what it names.
        (_, "request_id" | "parent") => Change::None,
        ("UpdatePracticeEducator", "update_mask.paths[0]") => one(text("max_learners")),
        ("UpdatePlacementOffer", "update_mask.paths[0]") => one(text("driver_required")),
        ("UpdatePlacementNeed", "update_mask.paths[0]") => one(text("drives")),
        ("DecideOutcome", "decision") => {
            Change::Other(vec![(path.into(), Value::EnumNumber(2)), ("reason".into(), text("Grounds"))])
        }
        ("DecideOutcome", "further_days") => Change::Other(vec![
            (path.into(), Value::I32(5)),
            ("decision".into(), Value::EnumNumber(3)),
            ("reason".into(), text("Grounds")),
        ]),
        ("ProposePlacement", "waivers[0].rule" | "waivers[0].reason") => Change::Other(vec![
            ("waivers[0].rule".into(), text("P9")),
            ("waivers[0].reason".into(), text("A lift is arranged")),
        ]),
        _ => Change::Other(whole(path, good(side, (rpc, &own), leaf, name))),
    }
}

/// A change of a part of what is given whole or not at all: the other parts as they might be.
fn whole(path: &str, value: Value) -> Vec<(String, Value)> {
    let mut edits = Vec::new();
    if let Some((at, "postcode" | "latitude" | "longitude")) = path.rsplit_once('.') {
        edits.push((format!("{at}.postcode"), text("DH1")));
        edits.push((format!("{at}.latitude"), Value::F64(54.77)));
        edits.push((format!("{at}.longitude"), Value::F64(-1.57)));
    }
    if let Some(at) = path.strip_suffix("]").or(path.rsplit_once("].").map(|(at, _)| at))
        && at.ends_with("earlier_placements[0")
    {
        edits.push((format!("{at}].stage"), Value::EnumNumber(1)));
        edits.push((format!("{at}].setting"), Value::EnumNumber(6)));
    }
    edits.push((path.to_owned(), value));
    edits
}

/// Another good value of a field.
fn good(side: &Side, (rpc, own): (&str, &str), leaf: &fields::Leaf, name: &str) -> Value {
    let last = |path: &str| {
        let example = fields::get(&examples::named(side, rpc), path);
        let known = example.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
        text(&format!("{known}x"))
    };
    match name {
        "name" if leaf.path.starts_with("hosting_interest") => {
            text(&format!("{own}/hostingInterests/2021-22"))
        }
        "name" | "placement_need" | "placement_offer" => last(&leaf.path),
        "practice_educator" | "ratifier" | "practice_educators[0]" => {
            text(&format!("partners/{}/practiceEducators/only-{}", side.partner, side.partner))
        }
        "person" | "onsite_supervisor" => text(&format!("{own}/people/somebody-else")),
        "academic_year" => text("2018/19"),
        "start_date" | "date" | "earliest_start_date" => text("2020-01-13"),
        "latest_end_date" | "current_until" => text("2199-12-31"),
        "email" => text("a@b.example"),
        "social_work_england_number" => text("SW12345"),
        "postcode" => text("TS1"),
        "etag" => text("\"1\""),
        "excluded_partners[0]" => text("partners/harbour"),
        "concern_id" => text("2"),
        "stages[0]" | "stage" => {
            // The other one of the two.
            let first = rpc == "MatchPlacements" || leaf.path.contains("earlier_placements");
            Value::EnumNumber(if first { 2 } else { 1 })
        }
        _ => match leaf.field.kind() {
            Kind::Double => Value::F64(54.5),
            _ => other(leaf, "other"),
        },
    }
}

/// Ignored names must still look like names.
fn ignored(path: &str) -> Option<Value> {
    Some(text(match path {
        "practice_educator.person.person" | "placement_need.student.person" => "partners/x/people/y",
        "practice_educator.name" => "partners/x/practiceEducators/y",
        "placement_offer.name" => "partners/x/placementOffers/y",
        "placement_need.name" => "partners/x/placementNeeds/y",
        "placement_need.placement" => "placements/y",
        _ => return None,
    }))
}
