//! What comes of a call, in a form that two calls can be compared in, and the tokens that a side was given.

use crate::{
    dynamic::{Home, call},
    examples, fields,
    world::{Side, World},
};
use practicum_tests::reason;
use prost_reflect::{DynamicMessage, ReflectMessage, Value};
use tonic::Status;
use tonic_types::StatusExt;

/// An answer or a refusal, without what differs between any two calls.
#[derive(Debug, PartialEq, Eq)]
pub enum Heard {
    Answer(String),
    Refusal { reason: String, whole: String },
}

impl Heard {
    /// `OK`, or the reason.
    pub fn said(&self) -> String {
        match self {
            Heard::Answer(_) => "OK".into(),
            Heard::Refusal { reason, .. } => reason.clone(),
        }
    }
}

/// `text` is what was asked with: it may be repeated in what comes, and is left out of it.
pub fn hear(outcome: Result<DynamicMessage, Status>, rpc: &str, text: &str) -> Heard {
    let without = |whole: String| if text.is_empty() { whole } else { whole.replace(text, "…") };
    match outcome {
        // What a write makes has a name and times of its own.
        Ok(_) if !reads(rpc) => Heard::Answer(String::new()),
        Ok(answer) => Heard::Answer(without(lasting(&answer))),
        Err(status) => {
            let whole = format!("{:?} {} {:?}", status.code(), status.message(), status.get_error_details());
            Heard::Refusal { reason: reason(&status), whole: without(whole) }
        }
    }
}

fn reads(rpc: &str) -> bool {
    ["Get", "List", "Watch", "Verify"].iter().any(|verb| rpc.starts_with(verb))
}

/// An answer without its tokens and the time at which it was made.
fn lasting(answer: &DynamicMessage) -> String {
    let mut answer = answer.clone();
    for path in ["next_page_token", "change"] {
        if answer.descriptor().get_field_by_name(path).is_some() {
            answer.clear_field_by_name(path);
        }
    }
    answer.to_string()
}

async fn ask(world: &World, side: &Side, rpc: &str, request: DynamicMessage) -> DynamicMessage {
    call(&world.channel, &side.home.method(rpc), Some(side.token(rpc)), request)
        .await
        .unwrap_or_else(|no| panic!("{rpc}: {no:?}"))
}

fn text(message: &DynamicMessage, path: &str) -> String {
    let value = fields::get(message, path).and_then(|value| value.as_str().map(str::to_owned));
    value.filter(|text| !text.is_empty()).unwrap_or_else(|| panic!("there is no {path} in {message}"))
}

/// The token of the first page of a side's own list: pages of one row.
pub async fn page_token(world: &World, side: &Side, rpc: &str) -> String {
    let mut request = examples::named(side, rpc);
    fields::set(&mut request, "page_size", Value::I32(1));
    text(&ask(world, side, rpc, request).await, "next_page_token")
}

pub async fn resume_token(world: &World, side: &Side) -> String {
    let watch = match side.home {
        Home::Masterclasses => "WatchBookings",
        Home::Enrolments => "WatchEnrolments",
        Home::Placements => "WatchPlacements",
    };
    let request = examples::named(side, watch);
    text(&ask(world, side, watch, request).await, "change.resume_token")
}

/// The etag of what an RPC changes.
pub async fn etag(world: &World, side: &Side, rpc: &str) -> String {
    let get = match rpc {
        "CancelBooking" => "GetBooking",
        "UpdateMasterclass" => "GetMasterclass",
        "UpdateCourse" => "GetCourse",
        "UpdateCourseRun" => "GetCourseRun",
        "ApplySyncRun" | "DiscardSyncRun" | "RestoreSyncRun" => "GetSyncRun",
        _ if side.home == Home::Enrolments => "GetEnrolment",
        "SetHostingInterest" => "ListHostingInterests",
        "UpdatePracticeEducator" => "GetPracticeEducator",
        "UpdatePlacementOffer" | "PublishPlacementOffer" | "WithdrawPlacementOffer" => "GetPlacementOffer",
        "UpdatePlacementNeed" | "WithdrawPlacementNeed" => "GetPlacementNeed",
        _ if side.home == Home::Placements => "GetPlacement",
        _ => "GetSession",
    };
    let mut request = examples::named(side, get);
    if get == "ListHostingInterests" {
        fields::set(&mut request, "parent", Value::String(format!("partners/{}", side.partner)));
        return text(&ask(world, side, get, request).await, "hosting_interests[0].etag");
    }
    if get == "GetSyncRun" || side.home == Home::Placements {
        fields::set(&mut request, "name", Value::String(whose(side, rpc)));
    }
    text(&ask(world, side, get, request).await, "etag")
}

/// The name of what a side's example of an RPC changes.
fn whose(side: &Side, rpc: &str) -> String {
    let example = examples::named(side, rpc);
    let paths = ["name", "practice_educator.name", "placement_offer.name", "placement_need.name"];
    let path = paths.into_iter().find(|path| {
        let head = path.split('.').next().unwrap_or_default();
        example.descriptor().get_field_by_name(head).is_some()
    });
    text(&example, path.expect("it is named"))
}

/// The first entry's hash of a side's own log.
pub async fn head_hash(world: &World, side: &Side) -> String {
    let answer = ask(world, side, "ListAuditEntries", examples::named(side, "ListAuditEntries")).await;
    let entries = fields::get(&answer, "entries").and_then(|list| list.as_list().map(<[Value]>::to_vec));
    let last = entries.and_then(|entries| entries.last().cloned()).expect("the log has entries");
    text(last.as_message().expect("an entry"), "hash")
}
