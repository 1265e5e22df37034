//! Standing up, going away, and coming back.

use crate::support::{Suite, THURSDAY, command, ended, run, signal};
use std::process::Stdio;

#[test]
fn the_demo_is_loaded_once_and_an_acknowledged_booking_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let suite = Suite::start(&data, &["--demo"]);
    let sessions = suite.call("ListSessions", r#"{"parent": "masterclasses/-"}"#, &[]);
    sessions.is_refused(2, "SERVICE/METHOD");
    let sessions =
        suite.call("MasterclassService/ListSessions", r#"{"parent": "masterclasses/-"}"#, &[]).json();
    assert_eq!(sessions["sessions"].as_array().unwrap().len(), 7);
    let enrolments = |suite: &Suite| {
        let ask = r#"{"parent": "partners/teesside"}"#;
        let as_whom = ["--partner", "teesside", "--role", "registrar"];
        let answer = suite.call("EnrolmentService/ListEnrolments", ask, &as_whom).json();
        answer["enrolments"].as_array().unwrap().len()
    };
    assert_eq!(enrolments(&suite), 16);
    let before = suite.count();
    let booking = suite.book(THURSDAY, "survivor");
    suite.kill();

    let suite = Suite::start(&data, &["--demo"]);
    let request = format!(r#"{{"name": "{booking}"}}"#);
    let read = suite.call("BookingService/GetBooking", &request, &[]).json();
    assert_eq!(read["state"], "STATE_CONFIRMED");
    assert_eq!(suite.count(), before + 1);
    suite.kill();

    // As if the load had been cut short: every step is asked for again, under its own request id.
    let marker = data.join("demo.toml");
    let text = std::fs::read_to_string(&marker).unwrap();
    std::fs::write(&marker, text.replace("true", "false")).unwrap();
    let suite = Suite::start(&data, &["--demo"]);
    assert_eq!((suite.count(), enrolments(&suite)), (before + 1, 16));
    assert!(std::fs::read_to_string(&marker).unwrap().contains("true"));
}

#[test]
fn a_second_serve_on_the_same_data_is_refused_and_says_who_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let suite = Suite::start(&folder.path().join("data"), &[]);
    run(&["serve", "--base-port", "0", "--data", &suite.data])
        .is_refused(1, "another `practicum serve` (process ");
    let port = suite.address().rsplit(':').next().unwrap().parse::<u16>().unwrap() - 1;
    let other = folder.path().join("other").display().to_string();
    run(&["serve", "--base-port", &port.to_string(), "--data", &other])
        .is_refused(1, "cannot listen on 127.0.0.1");
}

#[test]
fn it_drains_and_ends_well_though_somebody_watches() {
    let folder = tempfile::tempdir().unwrap();
    let suite = Suite::start(&folder.path().join("data"), &[]);
    let mut watch =
        command(&["watch", "bookings", "--data", &suite.data]).stderr(Stdio::null()).spawn().unwrap();
    let serving = folder.path().join("data/serving.toml");
    assert!(serving.exists());
    assert!(suite.stop().success());
    assert!(!serving.exists(), "clients would look for a process that has gone");
    signal("INT", watch.id());
    ended(&mut watch);
}

#[test]
fn it_answers_other_machines_under_tls_only() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let text = data.display().to_string();
    run(&["serve", "--listen", "0.0.0.0", "--base-port", "0", "--data", &text])
        .is_refused(2, "--tls-certificate");

    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let file = |name: &str, pem: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, pem).unwrap();
        path.display().to_string()
    };
    let (certificate, key) =
        (file("c.pem", made.cert.pem()), file("k.pem", made.signing_key.serialize_pem()));
    let tls = ["--listen", "0.0.0.0", "--tls-certificate", &certificate, "--tls-key", &key];
    let suite = Suite::start(&data, &tls);
    assert!(suite.address().starts_with("https://localhost:"));
    let request = r#"{"parent": "masterclasses/-"}"#;
    suite.call("MasterclassService/ListSessions", request, &["--ca", &certificate]).json();
    suite.call("MasterclassService/ListSessions", request, &[]).is_refused(2, "--ca");
}
