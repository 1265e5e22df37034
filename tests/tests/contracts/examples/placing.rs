//! Requests to placements, of a side's host or of its university.

use crate::world::{RUN_YEAR, Side};
use serde_json::{Value, json};

pub fn json(side: &Side, method: &str) -> Value {
    let own = format!("partners/{}", side.caller(method).0);
    match method {
        "ListAuditEntries" => json!({ "parent": own }),
        "VerifyAuditLog" => json!({ "parent": own, "knownPosition": "1", "knownHash": "0".repeat(64) }),
        _ => hosting(side, &own, method)
            .or_else(|| matching(side, &own, method))
            .or_else(|| placement(side, method))
            .unwrap_or_else(|| panic!("no example of a request to {method}: write one")),
    }
}

/// Somebody whom nobody knows yet.
fn somebody(own: &str) -> Value {
    json!({ "person": format!("{own}/people/{}", uuid::Uuid::now_v7()), "displayName": "Rosa" })
}

fn durham() -> Value {
    json!({ "postcode": "DH1", "latitude": 54.77, "longitude": -1.57 })
}

fn hosting(side: &Side, own: &str, method: &str) -> Option<Value> {
    let placed = &side.placed;
    Some(match method {
        "SetHostingInterest" => json!({ "hostingInterest": {
            "name": placed.interest, "interest": "INTEREST_OPEN", "placesExpected": 30 } }),
        "ListHostingInterests" => json!({ "parent": "partners/-" }),
        "CreatePracticeEducator" => json!({ "parent": own, "practiceEducator": {
            "person": somebody(own), "qualification": "QUALIFICATION_STAGE_1", "currentUntil": "2199-08-31" } }),
        "GetPracticeEducator" => json!({ "name": placed.educator }),
        "ListPracticeEducators" | "ListPlacementOffers" => json!({ "parent": own }),
        "UpdatePracticeEducator" => {
            json!({ "practiceEducator": { "name": placed.educator, "team": "South" } })
        }
        "CreatePlacementOffer" => json!({ "parent": own, "placementOffer": {
            "academicYear": "2019/20", "team": "North", "setting": "SETTING_ADULTS", "stages": ["STAGE_FINAL"], "places": 2,
            "location": durham() } }),
        "GetPlacementOffer" | "ReaffirmPlacementOffer" => json!({ "name": placed.offer }),
        "UpdatePlacementOffer" => json!({ "placementOffer": { "name": placed.offer, "team": "South" } }),
        "PublishPlacementOffer" => json!({ "name": placed.draft }),
        "WithdrawPlacementOffer" => json!({ "name": placed.going }),
        _ => return None,
    })
}

fn matching(side: &Side, own: &str, method: &str) -> Option<Value> {
    let placed = &side.placed;
    Some(match method {
        "CreatePlacementNeed" => json!({ "parent": own, "placementNeed": {
            "student": somebody(own), "stage": "STAGE_FINAL", "academicYear": "2019/20",
            "startDate": "2020-01-06", "home": durham(), "earlierPlacements": [
                { "stage": "STAGE_FIRST", "setting": "SETTING_EARLY_HELP" }] } }),
        "GetPlacementNeed" => json!({ "name": placed.looking }),
        "ListPlacementNeeds" => json!({ "parent": own }),
        "UpdatePlacementNeed" => {
            json!({ "placementNeed": { "name": placed.looking, "maxTravelMinutes": 60 } })
        }
        "WithdrawPlacementNeed" => json!({ "name": placed.leaving }),
        "CheckPlacement" | "ProposePlacement" => {
            json!({ "placementNeed": placed.looking, "placementOffer": placed.offer })
        }
        "MatchPlacements" => json!({ "academicYear": RUN_YEAR, "stage": "STAGE_FIRST" }),
        "GetMatchRun" | "ApplyMatchRun" => json!({ "name": placed.run }),
        "ListMatches" => json!({ "parent": placed.run }),
        _ => return None,
    })
}

fn placement(side: &Side, method: &str) -> Option<Value> {
    let placed = &side.placed;
    Some(match method {
        "GetPlacement" => json!({ "name": placed.running }),
        "ListPlacements" | "WatchPlacements" => json!({}),
        "AcceptPlacement" => json!({ "name": placed.proposed, "practiceEducator": placed.educator }),
        "DeclinePlacement" => json!({ "name": placed.unwanted, "reason": "The team is short of people" }),
        "ConfirmPlacement" => json!({ "name": placed.accepted }),
        "StartPlacement" => json!({ "name": placed.confirmed, "startDate": "2020-01-06" }),
        "RecordDays" => json!({ "name": placed.running, "days": [
            { "date": "2020-01-08", "kind": "KIND_ATTENDED" }] }),
        "ListDays" | "ListPlacementEvents" => json!({ "parent": placed.running }),
        "RecordReview" => json!({ "name": placed.running, "review": {
            "kind": "KIND_MIDPOINT", "date": "2020-03-16" } }),
        "RaiseConcern" => json!({ "name": placed.running, "description": "No desk" }),
        "ResolveConcern" => json!({ "name": placed.running, "concernId": "1", "resolution": "A desk" }),
        "SuspendPlacement" => json!({ "name": placed.running, "reason": "The student is ill" }),
        "ResumePlacement" => json!({ "name": placed.suspended }),
        "RecommendOutcome" => json!({ "name": placed.served, "report": "Not ready" }),
        "DecideOutcome" => json!({ "name": placed.recommended, "decision": "DECISION_PASS" }),
        "WithdrawPlacement" => json!({ "name": placed.withdrawing, "reason": "The student moves" }),
        "TerminatePlacement" => json!({ "name": placed.ending, "reason": "The student leaves" }),
        _ => return None,
    })
}
