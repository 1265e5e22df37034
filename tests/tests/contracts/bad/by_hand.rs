//! Bad requests that no constraint of the contracts can describe.

mod enrolments;
mod placements;

use super::{Bad, timestamp};
use crate::{dynamic::Home, examples, fields, world::Side};
use prost_reflect::Value;

/// What is set in an otherwise good request.
type Edits = Vec<(&'static str, Value)>;

fn text(text: &str) -> Value {
    Value::String(text.into())
}

/// 1 May 2040, 09:00 UTC, and so many seconds.
fn at(seconds: i64) -> Value {
    timestamp(2_219_475_600 + seconds, 0)
}

struct Catalogue<'a> {
    side: &'a Side,
    all: Vec<Bad>,
}

impl Catalogue<'_> {
    fn add(&mut self, rpc: &str, what: &str, edits: Edits, field: &str) {
        self.add_for(rpc, what, edits, field, "INVALID_FIELDS");
    }

    fn add_for(&mut self, rpc: &str, what: &str, edits: Edits, field: &str, reason: &'static str) {
        let mut request = examples::named(self.side, rpc);
        edits.into_iter().for_each(|(path, value)| fields::set(&mut request, path, value));
        self.all.push(Bad { rpc: rpc.into(), what: what.into(), request, field: field.into(), reason });
    }

    /// One field, which is the one that is wrong.
    fn one(&mut self, rpc: &str, field: &'static str, what: &str, value: Value) {
        self.add(rpc, what, vec![(field, value)], field);
    }
}

pub fn catalogue(side: &Side) -> Vec<Bad> {
    let mut list = Catalogue { side, all: Vec::new() };
    match side.home {
        Home::Enrolments => enrolments::add(&mut list),
        Home::Placements => placements::add(&mut list),
        Home::Masterclasses => add(&mut list),
    }
    list.all
}

fn add(list: &mut Catalogue<'_>) {
    words(list);
    tokens(list);
    masterclasses(list);
    times(list);
    sessions(list);
    bookings(list);
}

const WORDS: &[(&str, &str)] = &[
    ("CreateLearningNeed", "learning_need.title"),
    ("CreateLearningNeed", "learning_need.description"),
    ("CreateLearningNeed", "learning_need.evidence"),
    ("CreateMasterclass", "masterclass.title"),
    ("CreateMasterclass", "masterclass.description"),
    ("UpdateMasterclass", "masterclass.title"),
    ("CreateSessions", "session.venue"),
    ("UpdateSession", "session.venue"),
    ("CancelSession", "reason"),
    ("BookSeats", "seats[0].attendee.display_name"),
    ("BookSeats", "seats[0].access_needs"),
    ("CancelBooking", "reason"),
    ("SubmitFeedback", "comment"),
];

fn words(list: &mut Catalogue<'_>) {
    for (rpc, field) in WORDS {
        for control in ["a\u{7}b", "a\u{1b}[31mb", "a\u{85}b"] {
            list.one(rpc, field, "with a control character", text(control));
        }
    }
    for (rpc, field) in
        [("CreateLearningNeed", "learning_need.title"), ("CreateMasterclass", "masterclass.title")]
    {
        list.one(rpc, field, "empty", text(""));
        list.one(rpc, field, "of spaces", text("   "));
    }
}

fn tokens(list: &mut Catalogue<'_>) {
    for rpc in ["ListLearningNeeds", "ListMasterclasses", "ListSessions", "ListBookings", "ListAuditEntries"]
    {
        for token in ["x", "AAAA", "not base64url!", &"A".repeat(1_999)] {
            let edits = vec![("page_token", text(token))];
            list.add_for(rpc, "made up", edits, "page_token", "PAGE_TOKEN_INVALID");
        }
    }
    for token in ["x", "Now", "NOW", " now", &"A".repeat(1_999)] {
        let edits = vec![("resume_token", text(token))];
        list.add_for("WatchBookings", "made up", edits, "resume_token", "RESUME_TOKEN_INVALID");
    }
    let etags = [
        ("UpdateMasterclass", "masterclass.etag"),
        ("UpdateSession", "session.etag"),
        ("CancelSession", "etag"),
        ("CancelBooking", "etag"),
    ];
    for (rpc, field) in etags {
        for etag in ["7", "\"\"", "W/\"7\"", "\"x\"", "\"99999999999999999999\""] {
            list.one(rpc, field, "made up", text(etag));
        }
    }
}

fn masterclasses(list: &mut Catalogue<'_>) {
    list.one("CreateMasterclass", "masterclass.format", "unspecified", Value::EnumNumber(0));
    list.one("CreateMasterclass", "masterclass.audiences[0]", "unspecified", Value::EnumNumber(0));
    list.one("UpdateMasterclass", "masterclass.audiences[0]", "unspecified", Value::EnumNumber(0));
    list.one("CreateMasterclass", "masterclass.lecturers[0].display_name", "of spaces", text("  "));
    for mask in ["nothing", "Title", "title.x", "masterclass.title", "titel", ""] {
        list.one("UpdateMasterclass", "update_mask.paths[0]", mask, text(mask));
    }
    for mask in ["name", "etag", "host", "create_time", "update_time"] {
        let edits = vec![("update_mask.paths[0]", text(mask))];
        list.add_for("UpdateMasterclass", mask, edits, "update_mask.paths[0]", "IMMUTABLE_FIELD");
    }
    for mask in ["name", "etag", "state", "seats_taken", "waitlist_length", "create_time", "cancel_reason"] {
        let edits = vec![("update_mask.paths[0]", text(mask))];
        list.add_for("UpdateSession", mask, edits, "update_mask.paths[0]", "IMMUTABLE_FIELD");
    }
    let edits = vec![("update_mask.paths[0]", text("title")), ("masterclass.title", text(""))];
    list.add("UpdateMasterclass", "named and empty", edits, "masterclass.title");
    list.one("ListBookings", "states[0]", "unspecified", Value::EnumNumber(0));
    list.add("VerifyAuditLog", "left out", vec![("known_hash", text(""))], "known_hash");
}

fn times(list: &mut Catalogue<'_>) {
    for (what, end) in [("before the start", -1), ("at the start", 0), ("a day and a second later", 86_401)] {
        list.one("CreateSessions", "session.end_time", what, at(end));
    }
    list.one("CreateSessions", "session.start_time", "long ago", timestamp(0, 0));
    list.one("CreateSessions", "session.start_time", "before 1970", timestamp(-1, 0));
    list.one("CreateSessions", "session.booking_open_time", "after the start", at(1));
    let edits = vec![("session.booking_open_time", at(-60)), ("session.booking_close_time", at(-120))];
    list.add("CreateSessions", "after booking closes", edits, "session.booking_open_time");
    for zone in ["Mars/Phobos", "Europe", "BST+1", "europe/london\n", "../../etc/passwd", " "] {
        list.one("CreateSessions", "session.time_zone", zone, text(zone));
        list.one("UpdateSession", "session.time_zone", zone, text(zone));
    }
    for rpc in ["CreateSessions", "UpdateSession"] {
        for url in ["http://meet.example", "javascript:alert(1)", "meet.example", "ftp://x"] {
            list.one(rpc, "session.online_url", url, text(url));
        }
    }
    // Only one end of it is named, and the stored other end is before or after.
    list.one("UpdateSession", "session.end_time", "before the stored start", timestamp(1_000, 0));
    list.add(
        "UpdateSession",
        "after the stored end",
        vec![("session.start_time", at(0))],
        "session.end_time",
    );
    list.one("UpdateSession", "session.start_time", "long ago", timestamp(1_000, 0));
    list.one("UpdateSession", "session.booking_open_time", "after the stored start", at(0));
    let edits = vec![("update_mask.paths[0]", text("start_time"))];
    list.add("UpdateSession", "named and absent", edits, "session.start_time");
    let last = |seconds: i64| timestamp(253_402_214_400 + seconds, 0);
    let edits = vec![
        ("session.start_time", last(0)),
        ("session.end_time", last(3_600)),
        ("recurrence.interval_weeks", Value::I32(52)),
        ("recurrence.count", Value::I32(53)),
    ];
    list.add("CreateSessions", "past the end of time", edits, "recurrence");
}

fn sessions(list: &mut Catalogue<'_>) {
    list.one("CreateSessions", "session.capacity", "left out", Value::I32(0));
    let edits = vec![("update_mask.paths[0]", text("capacity"))];
    list.add("UpdateSession", "named and zero", edits, "session.capacity");
    for (field, number) in [("session.fences[0].seats", 0), ("recurrence.count", 1), ("recurrence.count", 54)]
    {
        list.one("CreateSessions", field, "out of range", Value::I32(number));
    }
    let partner = |list: &Catalogue<'_>| text(&format!("partners/{}", list.side.partner));
    let edits =
        vec![("session.fences[1].partner", partner(list)), ("session.fences[1].seats", Value::I32(1))];
    list.add("CreateSessions", "fenced twice", edits, "session.fences[1].partner");
}

fn bookings(list: &mut Catalogue<'_>) {
    list.one("BookSeats", "seats[0].attendee.person", "empty", text(""));
    let rosa = text(&format!("partners/{}/people/rosa", list.side.partner));
    list.add("BookSeats", "twice", vec![("seats[1].attendee.person", rosa)], "seats[1].attendee.person");
    for email in ["nobody", "@", "a@", "@b", "a@b@c"] {
        list.one("BookSeats", "seats[0].attendee.email", email, text(email));
    }
    for number in ["SW0", "SW1234567", "1234", "SW12x"] {
        list.one("BookSeats", "seats[0].attendee.social_work_england_number", number, text(number));
    }
    list.one("SubmitFeedback", "rating", "zero", Value::I32(0));
    let unrecorded = text(&list.side.unrecorded.clone());
    list.add(
        "RecordAttendance",
        "twice",
        vec![("attendances[1].booking", unrecorded)],
        "attendances[1].booking",
    );
}
