//! A good request for every RPC, as a partner would send it about what is its own.

mod placing;

use crate::{dynamic::Home, world::Side};
use prost_reflect::{DynamicMessage, MethodDescriptor};
use serde_json::{Value, json};

/// # Panics
/// There is no example of a method: a new RPC needs one.
pub fn request(side: &Side, method: &MethodDescriptor) -> DynamicMessage {
    let json = json(side, method.name());
    DynamicMessage::deserialize(method.input(), json)
        .unwrap_or_else(|error| panic!("{}: {error}", method.name()))
}

/// An empty request.
pub fn empty(method: &MethodDescriptor) -> DynamicMessage {
    DynamicMessage::new(method.input())
}

pub fn named(side: &Side, method: &str) -> DynamicMessage {
    request(side, &side.home.method(method))
}

fn json(side: &Side, method: &str) -> Value {
    if side.home == Home::Placements {
        return placing::json(side, method);
    }
    let own = format!("partners/{}", side.partner);
    match method {
        "CreateLearningNeed" => json!({ "parent": own, "learningNeed": { "title": "Trauma" } }),
        "ListLearningNeeds" => json!({ "parent": "partners/-" }),
        "AgreeLearningNeed" => json!({ "name": side.need }),
        "CreateMasterclass" => json!({ "masterclass": { "title": "Trauma", "format": "FORMAT_SEMINAR" } }),
        "GetMasterclass" => json!({ "name": side.class }),
        "ListMasterclasses" => json!({}),
        "UpdateMasterclass" => json!({ "masterclass": { "name": side.class, "title": "Loss" } }),
        "CreateSessions" => json!({ "parent": side.class, "session": {
            "startTime": "2040-05-01T09:00:00Z", "endTime": "2040-05-01T11:00:00Z", "capacity": 10,
            "fences": [{ "partner": own, "seats": 2 }] } }),
        "GetSession" => json!({ "name": side.session }),
        "ListSessions" => json!({ "parent": "masterclasses/-" }),
        "UpdateSession" => json!({ "session": {
            "name": side.session, "venue": "Room 2", "fences": [{ "partner": own, "seats": 2 }] } }),
        "CancelSession" => json!({ "name": side.session }),
        "ExportCalendar" => json!({ "parent": own }),
        "BookSeats" => json!({ "parent": side.session, "seats": [{ "attendee": {
            "person": format!("{own}/people/rosa"), "displayName": "Rosa" } }] }),
        "GetBooking" | "CancelBooking" => json!({ "name": side.booking }),
        "ListBookings" | "WatchBookings" => json!({ "parent": "masterclasses/-/sessions/-" }),
        "AnswerOffer" => json!({ "name": side.offered, "accept": true }),
        "RecordAttendance" => json!({ "parent": side.past, "attendances": [
            { "booking": side.unrecorded, "attended": true }] }),
        "SubmitFeedback" => json!({ "name": side.attended, "rating": 4 }),
        "ListAuditEntries" => json!({ "parent": own }),
        "VerifyAuditLog" => json!({ "parent": own, "knownPosition": "1", "knownHash": "0".repeat(64) }),
        _ if side.home == Home::Enrolments => enrolments(side, &own, method),
        other => panic!("no example of a request to {other}: write one"),
    }
}

fn enrolments(side: &Side, own: &str, method: &str) -> Value {
    let taught = &side.taught;
    match method {
        "CreateCourse" => json!({ "parent": own, "course": { "title": "BA", "kind": "KIND_UNDERGRADUATE" } }),
        "GetCourse" => json!({ "name": taught.course }),
        "ListCourses" => json!({ "parent": "partners/-" }),
        "UpdateCourse" => json!({ "course": { "name": taught.course, "title": "MA" } }),
        "CreateCourseRun" => json!({ "parent": taught.course, "courseRun": {
            "academicYear": "2026/27", "startDate": "2026-09-21", "endDate": "2027-07-02", "places": 40 } }),
        "GetCourseRun" => json!({ "name": taught.run }),
        "ListCourseRuns" => json!({ "parent": format!("{own}/courses/-") }),
        "UpdateCourseRun" => json!({ "courseRun": { "name": taught.run, "places": 400 } }),
        "CreateEnrolment" => json!({ "parent": own, "enrolment": {
            "learner": { "person": format!("{own}/people/{}", uuid::Uuid::now_v7()), "displayName": "Rosa" },
            "courseRun": taught.run, "sponsor": "partners/durham" } }),
        "GetEnrolment" => json!({ "name": taught.enrolment }),
        "ListEnrolments" => json!({ "parent": own }),
        "UpdateEnrolment" => {
            json!({ "enrolment": { "name": taught.enrolment, "funding": "FUNDING_BURSARY" } })
        }
        "InterruptEnrolment" => json!({ "name": taught.enrolment }),
        "ResumeEnrolment" => json!({ "name": taught.paused }),
        "WithdrawEnrolment" => json!({ "name": taught.leaver }),
        "CompleteEnrolment" => json!({ "name": taught.finisher }),
        "VerifyEnrolment" => json!({ "person": format!("{own}/people/nia") }),
        "WatchEnrolments" => json!({ "parent": "partners/-" }),
        "SyncEnrolments" => json!({ "open": {
            "name": taught.receiving, "dataSet": taught.data_set, "mode": "MODE_DELTA" } }),
        "GetSyncRun" | "RestoreSyncRun" => json!({ "name": taught.applied }),
        "ListSyncRuns" => json!({ "parent": own }),
        "ListSyncChanges" | "ListSyncRejects" => json!({ "parent": taught.applied }),
        "ApplySyncRun" => json!({ "name": taught.waiting }),
        "DiscardSyncRun" => json!({ "name": taught.receiving }),
        "GetLearningRecord" => json!({ "name": record(side) }),
        "RecordLearning" => json!({ "parent": side.person, "item": {
            "title": "Court skills", "date": "2026-10-02", "hours": "6" } }),
        "SetLearningEntitlement" => {
            json!({ "name": record(side), "academicYear": "2026/27", "entitlementDays": "24" })
        }
        other => panic!("no example of a request to {other}: write one"),
    }
}

/// The learning record of a side's person.
pub fn record(side: &Side) -> String {
    format!("{}/learningRecord", side.person)
}
