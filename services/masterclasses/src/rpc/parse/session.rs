//! Sessions.

use super::{Faults, checked, paths, plain};
use crate::{
    actions::{CancelSession, CreateSessions, ExportCalendar, ListSessions, UpdateSession},
    domain::{
        Fence, Recurrence, RuleBook, SessionEdit, SessionName, SessionPlan, WaitlistPolicy,
        series::is_time_zone,
    },
};
use contracts::{Validate, masterclasses::v1 as wire};
use tonic::Status;
use vocabulary::{Instant, PersonName, from_micros};

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn create_sessions(
    rules: &RuleBook,
    now: Instant,
    request: wire::CreateSessionsRequest,
) -> Result<CreateSessions, Status> {
    let mut faults = checked(&request)?;
    let given = request.session.unwrap_or_default();
    let recurrence = request.recurrence.map(|recurrence| Recurrence {
        interval_weeks: u32::try_from(recurrence.interval_weeks).unwrap_or_default(),
        count: u32::try_from(recurrence.count).unwrap_or_default(),
    });
    let id: Option<vocabulary::ResourceId> = faults.parse_some("session_id", &request.session_id);
    // A series appends up to "-53".
    if recurrence.is_some() && request.session_id.len() > 60 {
        faults.add("session_id", "leave room for the number that a series appends: at most 60 characters");
    }
    let request_id = faults.request_id(&request.request_id);
    let masterclass = faults.parse("parent", &request.parent);
    let plan = plan(&mut faults, rules, now, given);
    if let (Some(plan), Some(recurrence)) = (&plan, recurrence) {
        check_horizon(&mut faults, plan, recurrence);
    }
    let both = masterclass.zip(plan);
    faults.done(both.map(|(masterclass, plan)| CreateSessions {
        masterclass,
        id,
        plan,
        recurrence,
        request_id,
    }))
}

fn plan(faults: &mut Faults, rules: &RuleBook, now: Instant, given: wire::Session) -> Option<SessionPlan> {
    for (field, absent) in
        [("start_time", given.start_time.is_none()), ("end_time", given.end_time.is_none())]
    {
        if absent {
            faults.add(format!("session.{field}"), "is required");
        }
    }
    let start = faults.instant("session.start_time", given.start_time);
    let end = faults.instant("session.end_time", given.end_time);
    if start.is_some_and(|start| start <= now) {
        faults.add("session.start_time", "must be in the future");
    }
    let capacity = capacity(faults, given.capacity);
    let rules = rules.on(start.unwrap_or(now))?;
    let hours = faults.take("session.offer_hours", u32::try_from(given.offer_hours)).unwrap_or_default();
    let plan = SessionPlan {
        start: start.unwrap_or(now),
        end: end.unwrap_or(now),
        time_zone: zone(
            faults,
            if given.time_zone.is_empty() { rules.time_zone.clone() } else { given.time_zone },
        ),
        venue: plain(faults, "session.venue", given.venue),
        online_url: url(faults, given.online_url),
        capacity: capacity.unwrap_or(1),
        fences: fences(faults, given.fences),
        fence_release: faults.instant("session.fence_release_time", given.fence_release_time),
        booking_open: faults.instant("session.booking_open_time", given.booking_open_time),
        booking_close: faults.instant("session.booking_close_time", given.booking_close_time),
        waitlist_policy: policy(faults, given.waitlist_policy).unwrap_or(WaitlistPolicy::Promote),
        offer_hours: if hours == 0 { rules.offer_hours } else { hours },
    };
    (start.is_some() && end.is_some()).then(|| check_times(faults, &plan, rules.session_hours_max));
    Some(plan)
}

/// # What must follow what
/// The end follows the start, by no more than the rules allow; booking opens before it closes.
fn check_times(faults: &mut Faults, plan: &SessionPlan, hours_max: u32) {
    if plan.end <= plan.start {
        faults.add("session.end_time", "must be after start_time");
    } else if plan.end - plan.start > chrono::Duration::hours(hours_max.into()) {
        faults.add("session.end_time", format!("a session lasts at most {hours_max} hours"));
    }
    if plan.booking_open.is_some_and(|open| open >= plan.closes()) {
        faults.add("session.booking_open_time", "must be before booking closes and the session starts");
    }
}

/// A calendar ends with the year 9999, and so must a series.
fn check_horizon(faults: &mut Faults, plan: &SessionPlan, recurrence: Recurrence) {
    let weeks = i64::from(recurrence.interval_weeks) * i64::from(recurrence.count);
    let windows = [plan.fence_release, plan.booking_open, plan.booking_close];
    let latest = windows.into_iter().flatten().fold(plan.end, Instant::max);
    if latest + chrono::Duration::weeks(weeks) > from_micros(HORIZON * 1_000_000) {
        faults.add("recurrence", "the series must end before the year 9999 does");
    }
}

/// 9999-12-01T00:00:00Z, in seconds.
const HORIZON: i64 = 253_399_622_400;

const FIXED: &[&str] = &[
    "name",
    "etag",
    "state",
    "seats_taken",
    "waitlist_length",
    "create_time",
    "update_time",
    "cancel_reason",
];
const MUTABLE: &[&str] = &[
    "start_time",
    "end_time",
    "time_zone",
    "venue",
    "online_url",
    "capacity",
    "fences",
    "fence_release_time",
    "booking_open_time",
    "booking_close_time",
    "waitlist_policy",
    "offer_hours",
];

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn update_session(
    rules: &RuleBook,
    request: wire::UpdateSessionRequest,
) -> Result<UpdateSession, Status> {
    let mut faults = checked(&request)?;
    let given = request.session.unwrap_or_default();
    let paths =
        paths(&mut faults, request.update_mask.as_ref(), (MUTABLE, FIXED), |path| filled(&given, path));
    let (etag, name) = (given.etag.clone(), given.name.clone());
    let edit = edit(&mut faults, rules, &paths, given);
    let etag = faults.etag("session.etag", &etag);
    let request_id = faults.request_id(&request.request_id);
    let name = faults.parse("session.name", &name);
    faults.done(name.map(|name| UpdateSession { name, etag, edit, request_id }))
}

fn filled(given: &wire::Session, path: &str) -> bool {
    match path {
        "start_time" => given.start_time.is_some(),
        "end_time" => given.end_time.is_some(),
        "time_zone" => !given.time_zone.is_empty(),
        "venue" => !given.venue.is_empty(),
        "online_url" => !given.online_url.is_empty(),
        "capacity" => given.capacity != 0,
        "fences" => !given.fences.is_empty(),
        "fence_release_time" => given.fence_release_time.is_some(),
        "booking_open_time" => given.booking_open_time.is_some(),
        "booking_close_time" => given.booking_close_time.is_some(),
        "waitlist_policy" => given.waitlist_policy != 0,
        _ => given.offer_hours != 0,
    }
}

fn edit(faults: &mut Faults, rules: &RuleBook, paths: &[&str], given: wire::Session) -> SessionEdit {
    let named = |path: &str| paths.contains(&path);
    for (path, absent) in [("start_time", given.start_time.is_none()), ("end_time", given.end_time.is_none())]
    {
        if named(path) && absent {
            faults.add(format!("session.{path}"), "is required");
        }
    }
    let start =
        if named("start_time") { faults.instant("session.start_time", given.start_time) } else { None };
    let rules =
        start.and_then(|start| rules.on(start)).or_else(|| rules.on(vocabulary::from_micros(i64::MAX)));
    let optional = |faults: &mut Faults, path: &str, time| {
        named(path).then(|| faults.instant(&format!("session.{path}"), time))
    };
    SessionEdit {
        start,
        end: if named("end_time") { faults.instant("session.end_time", given.end_time) } else { None },
        time_zone: named("time_zone").then(|| zone(faults, given.time_zone)),
        venue: named("venue").then(|| plain(faults, "session.venue", given.venue)),
        online_url: named("online_url").then(|| url(faults, given.online_url)),
        capacity: if named("capacity") { capacity(faults, given.capacity) } else { None },
        fences: named("fences").then(|| fences(faults, given.fences)),
        fence_release: optional(faults, "fence_release_time", given.fence_release_time),
        booking_open: optional(faults, "booking_open_time", given.booking_open_time),
        booking_close: optional(faults, "booking_close_time", given.booking_close_time),
        waitlist_policy: if named("waitlist_policy") { policy(faults, given.waitlist_policy) } else { None },
        offer_hours: named("offer_hours").then(|| match u32::try_from(given.offer_hours) {
            Ok(hours) if hours > 0 => hours,
            _ => rules.map_or(48, |rules| rules.offer_hours),
        }),
    }
}

fn capacity(faults: &mut Faults, capacity: i32) -> Option<u32> {
    let good = u32::try_from(capacity).ok().filter(|seats| (1..=100_000).contains(seats));
    faults.take("session.capacity", good.ok_or("must be 1 to 100000"))
}

fn zone(faults: &mut Faults, name: String) -> String {
    if !is_time_zone(&name) {
        faults.add("session.time_zone", "is not an IANA time zone, such as \"Europe/London\"");
    }
    name
}

fn url(faults: &mut Faults, url: String) -> String {
    if !url.is_empty() && !url.starts_with("https://") {
        faults.add("session.online_url", "must begin with https://");
    }
    plain(faults, "session.online_url", url)
}

fn fences(faults: &mut Faults, given: Vec<wire::SeatFence>) -> Vec<Fence> {
    let mut known: Vec<Fence> = Vec::with_capacity(given.len());
    for (i, fence) in given.iter().enumerate() {
        let partner = faults.partner(&format!("session.fences[{i}].partner"), &fence.partner);
        let seats = u32::try_from(fence.seats).ok().filter(|seats| (1..=100_000).contains(seats));
        let seats = faults.take(&format!("session.fences[{i}].seats"), seats.ok_or("must be 1 to 100000"));
        if let (Some(partner), Some(seats)) = (partner, seats) {
            if known.iter().any(|other| other.partner == partner) {
                faults.add(format!("session.fences[{i}].partner"), "has a fence already");
            }
            known.push(Fence { partner, seats });
        }
    }
    known
}

/// `None` where it is not given, or not known.
fn policy(faults: &mut Faults, policy: i32) -> Option<WaitlistPolicy> {
    use wire::session::WaitlistPolicy as Wire;
    match Wire::try_from(policy) {
        Ok(Wire::Unspecified) => None,
        Ok(Wire::Promote) => Some(WaitlistPolicy::Promote),
        Ok(Wire::Offer) => Some(WaitlistPolicy::Offer),
        Ok(Wire::None) => Some(WaitlistPolicy::None),
        Err(_) => {
            faults.add("session.waitlist_policy", "is not a policy that this service knows");
            None
        }
    }
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn cancel_session(request: wire::CancelSessionRequest) -> Result<CancelSession, Status> {
    let mut faults = checked(&request)?;
    let etag = faults.etag("etag", &request.etag);
    let reason = plain(&mut faults, "reason", request.reason);
    let request_id = faults.request_id(&request.request_id);
    let name = faults.parse("name", &request.name);
    faults.done(name.map(|name| CancelSession { name, etag, reason, request_id }))
}

/// A request that is a session's name and nothing else.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn session_name(request: &impl Validate, name: &str) -> Result<SessionName, Status> {
    let mut faults = checked(request)?;
    let name = faults.parse("name", name);
    faults.done(name)
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn list_sessions(request: &wire::ListSessionsRequest) -> Result<ListSessions, Status> {
    let mut faults = checked(request)?;
    let masterclass =
        if request.parent == "masterclasses/-" { None } else { faults.parse("parent", &request.parent) };
    let start_from = faults.instant("start_from", request.start_from);
    let start_before = faults.instant("start_before", request.start_before);
    let size = faults.page_size(request.page_size);
    faults.done(size.map(|size| ListSessions {
        masterclass,
        start_from,
        start_before,
        bookable: request.bookable,
        after: None,
        size,
    }))
}

/// What the page token holds: the start in microseconds, a space, and the key.
pub fn place(text: &str) -> Option<(i64, String)> {
    let (start, key) = text.split_once(' ')?;
    Some((start.parse().ok()?, key.to_owned()))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn export_calendar(request: &wire::ExportCalendarRequest) -> Result<ExportCalendar, Status> {
    let mut faults = checked(request)?;
    let start_from = faults.instant("start_from", request.start_from);
    let start_before = faults.instant("start_before", request.start_before);
    let person: Option<PersonName> = request.parent.parse().ok();
    let partner = match &person {
        Some(person) => Some(person.partner().clone()),
        None => faults.partner("parent", &request.parent),
    };
    faults.done(partner.map(|partner| ExportCalendar { partner, person, start_from, start_before }))
}
