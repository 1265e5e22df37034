//! A request id stands for one request: the same again hears the first answer, and any other is refused. Every
//! field of every request that changes something is changed in turn.

mod placing;

use crate::{
    bad::timestamp,
    dynamic::{Home, call},
    examples, fields,
    world::World,
};
use practicum_tests::{Options, reason};
use prost_reflect::{DynamicMessage, Kind, MethodDescriptor, Value};
use tonic::Status;
use uuid::Uuid;

/// What a change of a field does to a request that was sent before.
enum Change {
    /// It is another request.
    Other(Vec<(String, Value)>),
    /// The server fills the field itself and ignores it.
    Ignored(Value),
    /// There is one good value only, or the field is changed with another.
    None,
}

fn text(text: &str) -> Value {
    Value::String(text.into())
}

/// What the server fills, by the end of the path; `etag` and `name` are read by updates only.
const SERVERS: &[&str] = &[
    "agreed_by[0]",
    "state",
    "create_time",
    "update_time",
    "seats_taken",
    "waitlist_length",
    "cancel_reason",
    "places_taken",
    "data_set",
    "held_fields[0]",
];
/// The same, by the whole path: another path that ends alike is the caller's.
const SERVERS_WHOLE: &[(&str, &str)] = &[
    ("CreateEnrolment", "enrolment.reason"),
    ("CreateEnrolment", "enrolment.outcome"),
    ("UpdateEnrolment", "enrolment.reason"),
    ("UpdateEnrolment", "enrolment.outcome"),
    ("UpdateEnrolment", "enrolment.course_run"),
    ("UpdateEnrolment", "enrolment.learner.person"),
    ("RecordLearning", "item.name"),
    ("RecordLearning", "item.source"),
];

fn change(world: &World, rpc: &str, leaf: &fields::Leaf) -> Change {
    if world.own.home == Home::Placements {
        return placing::change(&world.own, rpc, leaf);
    }
    let own = format!("partners/{}", world.own.partner);
    let (path, name) = (leaf.path.as_str(), leaf.path.rsplit('.').next().unwrap_or_default());
    let made = rpc.starts_with("Create");
    let fixed = SERVERS.contains(&name) || SERVERS_WHOLE.contains(&(rpc, path)) || (name == "host" && !made);
    if fixed || (made && path.contains('.') && matches!(name, "name" | "etag")) {
        return Change::Ignored(other(leaf, "partners/other"));
    }
    let also = |path: &str, value: Value| vec![(path.to_owned(), value)];
    let one = |value: Value| Change::Other(also(path, value));
    match (rpc, path) {
        (_, "request_id" | "recurrence.count")
        | ("CreateLearningNeed" | "CreateCourse" | "CreateEnrolment", "parent") => Change::None,
        (_, "recurrence.interval_weeks") => Change::Other(vec![
            (path.to_owned(), Value::I32(1)),
            ("recurrence.count".to_owned(), Value::I32(2)),
        ]),
        ("UpdateMasterclass", "update_mask.paths[0]") => one(text("description")),
        ("UpdateSession", "update_mask.paths[0]") => one(text("online_url")),
        ("UpdateCourse", "update_mask.paths[0]") => one(text("code")),
        ("UpdateCourseRun", "update_mask.paths[0]") => {
            let mut both = also("course_run.academic_year", text("2027/28"));
            both.extend(also(path, text("academic_year")));
            Change::Other(both)
        }
        ("UpdateEnrolment", "update_mask.paths[0]") => one(text("end_date")),
        ("UpdateEnrolment", "release_mask.paths[0]") => one(text("state")),
        (_, "masterclass.lecturers[0].organisation") => {
            let mut both = also("masterclass.lecturers[0].display_name", text("Ada"));
            both.extend(also(path, text("Elsewhere")));
            Change::Other(both)
        }
        _ => match name {
            "person" => one(text(&format!("{own}/people/somebody-else"))),
            "academic_year" => one(text("2027/28")),
            "start_date" | "date" => one(text("2026-10-01")),
            "end_date" => one(text("2027-06-30")),
            "credits" => one(text("15")),
            "study_mode" => one(Value::EnumNumber(2)),
            "sponsor" => one(text("partners/gateshead")),
            "email" => one(text("a@b.example")),
            "social_work_england_number" => one(text("SW12345")),
            "cpd_hours" | "hours" | "entitlement_days" => one(text("1.5")),
            "time_zone" => one(text("Europe/Paris")),
            "online_url" => one(text("https://meet.example")),
            "partner" | "host" => one(text("partners/other")),
            "etag" => one(text("\"1\"")),
            "name" | "booking" | "parent" | "learning_needs[0]" | "course_run" => {
                one(text(&renamed(world, rpc, name)))
            }
            _ => one(other(leaf, "other")),
        },
    }
}

/// The example's name with another last segment.
fn renamed(world: &World, rpc: &str, name: &str) -> String {
    let side = &world.own;
    let example = match (rpc, name) {
        ("CreateCourseRun", "parent") | ("UpdateCourse", _) => &side.taught.course,
        ("UpdateCourseRun", _) | (_, "course_run") => &side.taught.run,
        ("ApplySyncRun", _) => &side.taught.waiting,
        ("DiscardSyncRun", _) => &side.taught.receiving,
        ("RestoreSyncRun", _) => &side.taught.applied,
        ("RecordLearning", _) => &side.person,
        ("SetLearningEntitlement", _) => return format!("{}x/learningRecord", side.person),
        _ if side.home == Home::Enrolments => &side.taught.enrolment,
        (_, "learning_needs[0]") | ("AgreeLearningNeed", _) => &side.need,
        ("CreateSessions", "parent") | ("UpdateMasterclass", _) => &side.class,
        ("UpdateSession" | "CancelSession", _) | ("BookSeats" | "RecordAttendance", "parent") => {
            &side.session
        }
        _ => &side.booking,
    };
    format!("{example}x")
}

fn other(leaf: &fields::Leaf, words: &str) -> Value {
    match leaf.field.kind() {
        Kind::Bool => Value::Bool(leaf.field.name() != "accept" && leaf.field.name() != "attended"),
        Kind::Int32 => Value::I32(5),
        Kind::Enum(_) => Value::EnumNumber(3),
        Kind::Message(_) => {
            timestamp(2_219_475_600 + if leaf.field.name() == "end_time" { 3_600 } else { -3_600 }, 0)
        }
        _ if leaf.field.name() == "name" => text("masterclasses/x"),
        _ => text(words),
    }
}

/// Leaves that hold a value: no lists, and no messages but times.
fn holds_a_value(leaf: &fields::Leaf) -> bool {
    let time = |kind: Kind| matches!(kind, Kind::Message(m) if m.full_name() == "google.protobuf.Timestamp");
    let message = matches!(leaf.field.kind(), Kind::Message(_));
    (!message || time(leaf.field.kind())) && leaf.item == leaf.field.is_list()
}

async fn send(
    world: &World,
    method: &MethodDescriptor,
    request: DynamicMessage,
) -> Result<DynamicMessage, Status> {
    call(&world.channel, method, Some(world.own.token(method.name())), request).await
}

fn writes(home: Home) -> impl Iterator<Item = MethodDescriptor> {
    home.methods().into_iter().filter(|method| method.input().get_field_by_name("request_id").is_some())
}

async fn only_the_same_again_is_answered(home: Home, least: usize) {
    let world = World::up(home, Options::default()).await;
    let (mut refused, mut wrong) = (0, Vec::new());
    for method in writes(home) {
        let rpc = method.name().to_owned();
        let mut request = examples::request(&world.own, &method);
        fields::set(&mut request, "request_id", text(&Uuid::now_v7().to_string()));
        let first = send(&world, &method, request.clone()).await.unwrap_or_else(|no| panic!("{rpc}: {no:?}"));
        for leaf in fields::all(&method.input()).into_iter().filter(holds_a_value) {
            let mut changed = request.clone();
            let ignored = match change(&world, &rpc, &leaf) {
                Change::None => continue,
                Change::Ignored(value) => {
                    fields::set(&mut changed, &leaf.path, named_right(&rpc, &leaf.path, value));
                    true
                }
                Change::Other(edits) => {
                    edits.into_iter().for_each(|(path, value)| fields::set(&mut changed, &path, value));
                    false
                }
            };
            let answer = send(&world, &method, changed).await;
            match answer {
                Ok(answer) if ignored && answer == first => {}
                Err(status) if !ignored && reason(&status) == "REQUEST_ID_REUSED" => refused += 1,
                other => wrong.push(format!("{rpc} {}: {other:?}", leaf.path)),
            }
        }
        let again = send(&world, &method, request).await.unwrap();
        assert_eq!(again, first, "{rpc}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(refused >= least, "{refused}");
    world.stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_with_any_field_changed_is_refused_and_the_same_again_is_answered_as_first() {
    Box::pin(only_the_same_again_is_answered(Home::Masterclasses, 60)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_with_any_field_changed_is_refused_by_enrolments_too() {
    Box::pin(only_the_same_again_is_answered(Home::Enrolments, 60)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_with_any_field_changed_is_refused_by_placements_too() {
    Box::pin(only_the_same_again_is_answered(Home::Placements, 120)).await;
}

/// Ignored names must still look like names.
fn named_right(rpc: &str, path: &str, value: Value) -> Value {
    match (rpc, path) {
        ("CreateLearningNeed", "learning_need.name") => text("partners/x/learningNeeds/y"),
        ("CreateSessions", "session.name") => text("masterclasses/x/sessions/y"),
        ("CreateCourse", "course.name") => text("partners/x/courses/y"),
        ("CreateCourseRun", "course_run.name") => text("partners/x/courses/y/runs/z"),
        ("CreateEnrolment", "enrolment.name") => text("partners/x/enrolments/y"),
        ("UpdateEnrolment", "enrolment.course_run") => text("partners/x/courses/y/runs/z"),
        ("UpdateEnrolment", "enrolment.learner.person") => text("partners/x/people/y"),
        ("RecordLearning", "item.name") => text("partners/x/people/y/learningItems/z"),
        _ => value,
    }
}
