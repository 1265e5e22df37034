//! The catalogue of bad input: what the contracts' constraints forbid, generated from them, and what only the
//! service can know, written down by hand. Each is refused with every field that is wrong, and nothing panics.

mod by_hand;
mod generated;

use crate::{
    dynamic::{Home, call},
    world::World,
};
use practicum_tests::{Options, bad_fields, reason};
use prost_reflect::{DynamicMessage, Value};
use tonic::{Code, Status};

/// A request with something wrong in it, and the field that the refusal must name.
pub struct Bad {
    pub rpc: String,
    pub what: String,
    pub request: DynamicMessage,
    pub field: String,
    pub reason: &'static str,
}

/// A timestamp, however impossible.
pub fn timestamp(seconds: i64, nanos: i32) -> Value {
    let descriptor =
        crate::dynamic::pool().get_message_by_name("google.protobuf.Timestamp").expect("it is imported");
    let mut time = DynamicMessage::new(descriptor);
    time.set_field_by_name("seconds", Value::I64(seconds));
    time.set_field_by_name("nanos", Value::I32(nanos));
    Value::Message(time)
}

fn check(bad: &Bad, status: &Status) -> Result<(), String> {
    let (fields, what) = (bad_fields(status), format!("{} with {} {}", bad.rpc, bad.field, bad.what));
    let good =
        status.code() == Code::InvalidArgument && reason(status) == bad.reason && fields.contains(&bad.field);
    if good { Ok(()) } else { Err(format!("{what}: {:?} {} {fields:?}", status.code(), reason(status))) }
}

async fn all_are_refused(world: &World, catalogue: &[Bad]) {
    let mut wrong = Vec::new();
    for bad in catalogue {
        let sent = call(
            &world.channel,
            &world.own.home.method(&bad.rpc),
            Some(world.own.token(&bad.rpc)),
            bad.request.clone(),
        )
        .await;
        match sent {
            Ok(answer) => {
                wrong.push(format!("{} with {} {} was answered {answer}", bad.rpc, bad.field, bad.what))
            }
            Err(status) => wrong.extend(check(bad, &status).err()),
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), catalogue.len(), wrong.join("\n"));
}

async fn what_constraints_forbid_is_refused(home: Home, least: usize) {
    let world = World::up(home, Options::default()).await;
    let catalogue = generated::catalogue(&world.own);
    assert!(catalogue.len() >= least, "{} bad requests only", catalogue.len());
    all_are_refused(&world, &catalogue).await;
    world.stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_constraint_forbids_is_refused_naming_the_field() {
    Box::pin(what_constraints_forbid_is_refused(Home::Masterclasses, 300)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_constraint_forbids_is_refused_by_enrolments_naming_the_field() {
    Box::pin(what_constraints_forbid_is_refused(Home::Enrolments, 300)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_constraint_forbids_is_refused_by_placements_naming_the_field() {
    Box::pin(what_constraints_forbid_is_refused(Home::Placements, 600)).await;
}

async fn what_the_service_knows_is_refused(home: Home) {
    let world = World::up(home, Options::default()).await;
    let catalogue = by_hand::catalogue(&world.own);
    assert!(catalogue.len() >= 60, "{} bad requests only", catalogue.len());
    all_are_refused(&world, &catalogue).await;
    world.stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_the_service_can_know_to_be_wrong_is_refused_naming_the_field() {
    Box::pin(what_the_service_knows_is_refused(Home::Masterclasses)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_enrolments_can_know_to_be_wrong_is_refused_naming_the_field() {
    Box::pin(what_the_service_knows_is_refused(Home::Enrolments)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_placements_can_know_to_be_wrong_is_refused_naming_the_field() {
    Box::pin(what_the_service_knows_is_refused(Home::Placements)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_beyond_a_mebibyte_is_refused_before_it_is_read() {
    let long = [
        (Home::Masterclasses, "CreateLearningNeed", "learning_need.evidence"),
        (Home::Masterclasses, "CancelBooking", "reason"),
        (Home::Enrolments, "CreateCourse", "course.title"),
        (Home::Enrolments, "WithdrawEnrolment", "reason"),
        (Home::Enrolments, "RecordLearning", "item.reflection"),
        (Home::Enrolments, "SyncEnrolments", "open.data_set"),
        (Home::Placements, "CreatePlacementNeed", "placement_need.adjustments"),
        (Home::Placements, "RecordReview", "review.summary"),
        (Home::Placements, "DeclinePlacement", "reason"),
        (Home::Enrolments, "SyncEnrolments", "batch.records[0].learner.family_name"),
    ];
    for home in Home::ALL {
        let world = World::up(home, Options::default()).await;
        for (_, rpc, path) in long.into_iter().filter(|(of, ..)| *of == home) {
            let mut request = crate::examples::named(&world.own, rpc);
            crate::fields::set(&mut request, path, Value::String("x".repeat(1 << 20)));
            let sent = call(&world.channel, &home.method(rpc), Some(world.own.token(rpc)), request).await;
            let status = sent.unwrap_err();
            let said = (status.code(), reason(&status));
            assert_eq!(said, (Code::ResourceExhausted, "MESSAGE_TOO_LARGE".into()), "{rpc}");
        }
        world.stand.down().await;
    }
}
