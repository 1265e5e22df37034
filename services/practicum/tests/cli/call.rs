//! Tokens, calls, and what is said where one is refused.

use crate::support::{FULL, Said, Suite, THURSDAY, command, run};
use std::{io::Write, process::Stdio};

fn demo(folder: &tempfile::TempDir) -> Suite {
    Suite::start(&folder.path().join("data"), &["--demo"])
}

#[test]
fn a_token_calls_for_its_partner_and_roles() {
    let folder = tempfile::tempdir().unwrap();
    let suite = demo(&folder);
    let token = run(&["token", "--partner", "gateshead", "--role", "recruiter", "--data", &suite.data]);
    assert_eq!((token.code, token.out.lines().count()), (Some(0), 1));
    let call = |method: &str, request: &str| {
        run(&["call", method, request, "--address", suite.address(), "--token", token.out.trim()])
    };
    let session = format!(r#"{{"name": "{FULL}"}}"#);
    let answer = call("practicum.masterclasses.v1.MasterclassService/GetSession", &session).json();
    assert_eq!((answer["capacity"].as_i64(), answer["waitlist_length"].as_i64()), (Some(3), Some(2)));
    let refused = call("BookingService/ListBookings", r#"{"parent": "masterclasses/-/sessions/-"}"#);
    refused.is_refused(1, "error: PERMISSION_DENIED ROLE_NOT_ALLOWED: none of your roles may call this\n");
    suite
        .call("MasterclassService/GetSession", &session, &["--token", "nonsense"])
        .is_refused(1, "TOKEN_INVALID");
    let both = ["--token", token.out.trim(), "--partner", "durham"];
    suite.call("MasterclassService/GetSession", &session, &both).is_refused(2, "leave out --partner");
    run(&["token", "--partner", "york", "--data", &suite.data])
        .is_refused(2, "no development key of partner york");
    run(&["token", "--ttl", "2h", "--data", &suite.data]).is_refused(2, "1 hour");
}

#[test]
fn a_refusal_says_its_code_its_reason_and_every_field() {
    let folder = tempfile::tempdir().unwrap();
    let suite = demo(&folder);
    let book = |request: &str| suite.call("BookingService/BookSeats", request, &[]);
    let seat =
        r#"{"attendee": {"person": "partners/durham/people/late"}, "audience": "AUDIENCE_SOCIAL_WORKER"}"#;
    let full = book(&format!(r#"{{"parent": "{FULL}", "seats": [{seat}]}}"#));
    full.is_refused(1, "error: FAILED_PRECONDITION SESSION_FULL: ");
    full.is_refused(1, "\n  capacity = 3\n");
    full.is_refused(1, "\n  what to do: Set `join_waitlist`, or choose another session.\n");
    let wrong = book(r#"{"parent": "x", "seats": [{"attendee": {"person": "y"}}, {}]}"#);
    for line in [
        "error: INVALID_ARGUMENT INVALID_FIELDS\n",
        "\n  parent: ",
        "\n  seats[0].attendee.person: ",
        "\n  seats[1]",
    ] {
        wrong.is_refused(1, line);
    }
    book(r#"{"parnt": "x"}"#).is_refused(2, "'parnt'");
    book("{").is_refused(2, "not JSON");
    suite.call("BookingService/Book", "{}", &[]).is_refused(2, "BookSeats");
}

#[test]
fn another_partners_booking_is_as_one_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let suite = demo(&folder);
    let request = format!(r#"{{"name": "{}"}}"#, suite.book(THURSDAY, "private"));
    for method in ["BookingService/GetBooking", "BookingService/CancelBooking"] {
        suite.call(method, &request, &["--partner", "gateshead"]).is_refused(1, "error: NOT_FOUND: ");
    }
    let cancelled = suite.call("BookingService/CancelBooking", &request, &[]).json();
    assert_eq!(cancelled["state"], "STATE_CANCELLED");
    suite.call("BookingService/CancelBooking", &request, &[]).is_refused(1, "BOOKING_NOT_LIVE");
}

#[test]
fn a_request_comes_from_a_file_or_standard_input_and_the_answer_says_its_revision() {
    let folder = tempfile::tempdir().unwrap();
    let suite = Suite::start(&folder.path().join("data"), &[]);
    let request = r#"{"parent": "partners/durham", "learning_need": {"title": "Neglect"}}"#;
    let file = folder.path().join("need.json");
    std::fs::write(&file, request).unwrap();
    let manager = ["--role", "programme-manager", "-v"];
    let made = suite.call("MasterclassService/CreateLearningNeed", &format!("@{}", file.display()), &manager);
    assert_eq!(made.json()["state"], "STATE_RAISED");
    let revision = made.err.lines().find_map(|line| line.strip_prefix("practicum-revision: ")).unwrap();

    let read = ["call", "MasterclassService/ListLearningNeeds", "-", "--data", &suite.data];
    let header = format!("practicum-min-revision={revision}");
    let mut child = command(&[&read[..], &["--header", &header]].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(br#"{"parent": "partners/-"}"#).unwrap();
    let needs = Said::from(child.wait_with_output().unwrap()).json();
    assert_eq!(needs["learning_needs"][0]["title"], "Neglect");
}

#[test]
fn what_cannot_be_reached_is_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").display().to_string();
    let call =
        |more: &[&str]| run(&[&["call", "MasterclassService/GetSession", "--data", &data], more].concat());
    call(&[]).is_refused(1, "start `practicum serve`");
    run(&["token", "--data", &data]);
    call(&["--address", "http://127.0.0.1:1"]).is_refused(1, "nobody answers at http://127.0.0.1:1");
    call(&["--address", "127.0.0.1:1"]).is_refused(2, "expected http://");
    let list = run(&["call", "--list", "BookingService"]);
    assert!(
        list.out.contains("  WatchBookings(WatchBookingsRequest) → stream WatchBookingsResponse"),
        "{}",
        list.out
    );
}
