//! What the generated checks make of requests.

use contracts::common::v1::Person;
use contracts::enrolments::v1::{
    SyncBatch, SyncEnrolmentsRequest, SyncLimits, SyncOpen, SyncRecord, sync_enrolments_request,
};
use contracts::masterclasses::v1::{
    Attendance, BookSeatsRequest, CancelBookingRequest, CreateSessionsRequest, ListBookingsRequest,
    RecordAttendanceRequest, SeatRequest, Session, SubmitFeedbackRequest, UpdateSessionRequest,
};
use contracts::violations;
use prost_types::{FieldMask, Timestamp};

const SESSION: &str = "masterclasses/attachment/sessions/autumn-1";

fn seat(person: &str) -> SeatRequest {
    let attendee = Person { person: person.to_owned(), ..Person::default() };
    SeatRequest { attendee: Some(attendee), audience: 1, ..SeatRequest::default() }
}

fn booking(seats: Vec<SeatRequest>) -> BookSeatsRequest {
    BookSeatsRequest { parent: SESSION.to_owned(), seats, ..BookSeatsRequest::default() }
}

/// Field and rule of each fault.
fn faults<M: contracts::Validate>(message: &M) -> Vec<(String, String)> {
    violations(message).into_iter().map(|one| (one.field, one.rule)).collect()
}

fn fault(field: &str, rule: &str) -> Vec<(String, String)> {
    vec![(field.to_owned(), rule.to_owned())]
}

#[test]
fn a_good_request_passes() {
    let mut request = booking(vec![seat("partners/durham/people/E.0001~a")]);
    request.request_id = "7F8A1B52-3C1e-4f7a-9d2b-0123456789ab".to_owned();
    assert_eq!(faults(&request), []);
}

#[test]
fn a_fault_is_named_by_its_whole_path() {
    let mut request = booking(vec![seat("partners/durham/people/1"), seat("durham"), SeatRequest::default()]);
    request.request_id = "not-a-uuid".to_owned();
    let expected = [
        ("seats[1].attendee.person", "string.pattern"),
        ("seats[2].attendee", "required"),
        ("request_id", "string.uuid"),
    ];
    assert_eq!(faults(&request), expected.map(|(field, rule)| (field.to_owned(), rule.to_owned())));
}

#[test]
fn a_description_never_quotes_the_value() {
    let found = violations(&booking(vec![seat("partners/durham/people/Zoë Secret")]));
    assert_eq!(found.len(), 1);
    assert!(!found[0].description.contains("Secret"), "{}", found[0].description);
}

#[test]
fn a_number_that_an_enum_does_not_define_is_refused() {
    for audience in [-1, 9, i32::MAX] {
        let request = booking(vec![SeatRequest { audience, ..seat("partners/durham/people/1") }]);
        assert_eq!(faults(&request), fault("seats[0].audience", "enum.defined_only"));
    }
    let list = ListBookingsRequest {
        parent: "masterclasses/-/sessions/-".to_owned(),
        states: vec![1, 99],
        ..Default::default()
    };
    assert_eq!(faults(&list), fault("states[1]", "enum.defined_only"));
}

#[test]
fn a_change_of_one_field_passes_with_the_others_unset() {
    let session = Session { name: SESSION.to_owned(), capacity: 40, ..Session::default() };
    let update_mask = Some(FieldMask { paths: vec!["capacity".to_owned()] });
    let mut request = UpdateSessionRequest { session: Some(session), update_mask, ..Default::default() };
    assert_eq!(faults(&request), []);
    for capacity in [-1, 100_001] {
        request.session.as_mut().unwrap().capacity = capacity;
        let rule = if capacity < 0 { "int32.gte" } else { "int32.lte" };
        assert_eq!(faults(&request), fault("session.capacity", rule));
    }
    assert_eq!(faults(&UpdateSessionRequest::default()), fault("session", "required"));
}

#[test]
fn a_session_as_the_server_answered_it_may_be_sent_back() {
    let now = Some(Timestamp { seconds: 1_800_000_000, nanos: 0 });
    let session = Session {
        name: SESSION.to_owned(),
        etag: "12".to_owned(),
        state: 1,
        seats_taken: 31,
        capacity: 30,
        start_time: now,
        create_time: now,
        ..Session::default()
    };
    let request = UpdateSessionRequest { session: Some(session), ..Default::default() };
    assert_eq!(faults(&request), []);
}

#[test]
fn names_are_checked_to_their_end() {
    let long = "a".repeat(63);
    let good = [SESSION, "masterclasses/1/sessions/0-", &format!("masterclasses/{long}/sessions/{long}")];
    let bad = [
        "",
        "masterclasses/a",
        "masterclasses/a/sessions/B",
        "masterclasses/-/sessions/-",
        "masterclasses/a/sessions/b\n",
        "masterclasses/a/sessions/b/bookings/c",
        "xmasterclasses/a/sessions/b",
        &format!("masterclasses/a{long}/sessions/b"),
    ];
    let with = |parent: &str| BookSeatsRequest {
        parent: parent.to_owned(),
        ..booking(vec![seat("partners/d/people/1")])
    };
    for name in good {
        assert_eq!(faults(&with(name)), [], "{name}");
    }
    for name in bad {
        assert_eq!(faults(&with(name)).len(), 1, "{name}");
    }
}

#[test]
fn lists_are_counted_and_a_list_that_is_too_long_is_not_read_to_its_end() {
    assert_eq!(faults(&booking(vec![])), fault("seats", "repeated.min_items"));
    assert_eq!(faults(&booking(vec![seat("partners/d/people/1"); 100])), []);
    assert_eq!(
        faults(&booking(vec![seat("partners/d/people/1"); 101])),
        fault("seats", "repeated.max_items")
    );
    let attendance = Attendance { booking: format!("{SESSION}/bookings/1"), attended: true };
    let mut attendances = vec![attendance; 1000];
    attendances.push(Attendance::default());
    let request = RecordAttendanceRequest { parent: SESSION.to_owned(), attendances, ..Default::default() };
    assert_eq!(faults(&request), fault("attendances", "repeated.max_items"));
}

#[test]
fn a_hundred_faults_are_enough() {
    let attendances = vec![Attendance::default(); 1000];
    let request = RecordAttendanceRequest { parent: SESSION.to_owned(), attendances, ..Default::default() };
    assert_eq!(violations(&request).len(), 100);
}

#[test]
fn lengths_are_in_characters() {
    let with = |reason: String| CancelBookingRequest {
        name: format!("{SESSION}/bookings/1"),
        reason,
        ..Default::default()
    };
    assert_eq!(faults(&with("ŵ".repeat(500))), []);
    assert_eq!(faults(&with("ŵ".repeat(501))), fault("reason", "string.max_len"));
}

#[test]
fn no_text_contains_nul_and_no_instant_is_outside_the_calendar() {
    let request =
        booking(vec![SeatRequest { access_needs: "ramp\0".to_owned(), ..seat("partners/d/people/1") }]);
    assert_eq!(faults(&request), fault("seats[0].access_needs", "string.no_nul"));
    for (seconds, nanos) in [(0, -1), (0, 1_000_000_000), (i64::MAX, 0), (-62_135_596_801, 0)] {
        let session = Session { start_time: Some(Timestamp { seconds, nanos }), ..Session::default() };
        let parent = "masterclasses/m".to_owned();
        let request = CreateSessionsRequest { parent, session: Some(session), ..Default::default() };
        assert_eq!(faults(&request), fault("session.start_time", "timestamp.valid"));
    }
}

#[test]
fn a_rating_is_one_to_five() {
    for (rating, good) in [(0, false), (1, true), (5, true), (6, false)] {
        let request =
            SubmitFeedbackRequest { name: format!("{SESSION}/bookings/1"), rating, ..Default::default() };
        assert_eq!(violations(&request).is_empty(), good, "{rating}");
    }
}

#[test]
fn a_bad_record_never_holds_up_its_batch_but_an_empty_message_is_refused() {
    let sent = |message| SyncEnrolmentsRequest { message: Some(message) };
    let record = SyncRecord { source_id: "\0".repeat(10_000), ..SyncRecord::default() };
    let batch = SyncBatch { sequence: 0, records: vec![record] };
    assert_eq!(faults(&sent(sync_enrolments_request::Message::Batch(batch))), []);
    assert_eq!(faults(&SyncEnrolmentsRequest::default()), fault("message", "required"));
}

#[test]
fn a_share_that_is_no_number_is_refused() {
    let limits = SyncLimits { max_drop_percent: Some(f64::NAN), max_drops: Some(0), ..SyncLimits::default() };
    let name = "partners/ncl/syncRuns/2026-09-01".to_owned();
    let open = SyncOpen {
        name,
        data_set: "sits-2026".to_owned(),
        mode: 1,
        limits: Some(limits),
        ..SyncOpen::default()
    };
    let request = SyncEnrolmentsRequest { message: Some(sync_enrolments_request::Message::Open(open)) };
    assert_eq!(faults(&request), fault("open.limits.max_drop_percent", "double.gte"));
}
