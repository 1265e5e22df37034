use super::{explain, write};
use crate::enrolments::{
    source::Format,
    tests::{Trial, ask, folder},
};
use contracts::enrolments::v1::SyncReject;
use std::path::Path;

const FILES: [(&str, &str); 5] = [
    (
        "academicSessions.csv",
        "sourcedId,title,type,startDate,endDate,parentSourcedId,schoolYear\ny,2026/27,schoolYear,2026-09-01,2027-07-31,,2027\n",
    ),
    ("courses.csv", "sourcedId,title,courseCode,status\nc1,One,A1,\nc2,Two,A2,\n"),
    ("classes.csv", "sourcedId,courseSourcedId,termSourcedIds\nk1,c1,y\nk2,c2,y\n"),
    ("users.csv", "sourcedId,givenName,familyName,role\nu1,Ann,\"Ames, Dr\",student\nu2,Bo,X,student\n"),
    (
        "enrollments.csv",
        "sourcedId,classSourcedId,userSourcedId,role,beginDate\ne1,k1,u1,student,31/02/2026\ne2,k1,u2,student,\n\
         e3,k1,\"u2,student,\ne4,k2,u2,student,,,oops\n",
    ),
];

fn reject(origin: &str, kind: &str, source_id: &str, field: &str, code: &str) -> SyncReject {
    let text = |text: &str| text.to_owned();
    let (found, expected) = (text("that"), text("this"));
    SyncReject {
        source_id: text(source_id),
        origin: text(origin),
        kind: text(kind),
        field: text(field),
        code: text(code),
        found,
        expected,
    }
}

fn sheet(path: &Path, trial: &Trial, rejects: Vec<SyncReject>) -> String {
    write(path, &trial.source, explain(&trial.source, rejects).unwrap()).unwrap();
    String::from_utf8(std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn what_was_refused_is_mended_in_its_sheet_and_sent_again() {
    let export = folder(&FILES);
    let trial = Trial::read(export.path(), Format::Oneroster, ask(Some(true), &[])).unwrap();
    let rejects = vec![
        reject("enrollments.csv:2", "enrolment", "e1", "start_date", "invalid_date"),
        reject("enrollments.csv:2", "enrolment", "e1", "learner_source_id", "reference_missing"),
        reject("enrollments.csv:4", "enrolment", "e3", "course_run_source_id", "missing_field"),
        reject("enrollments.csv:5", "enrolment", "e4", "course_run_source_id", "missing_field"),
        reject("users.csv:2", "learner", "u1", "email", "missing_field"),
        reject("classes.csv:2", "course_run", "k1", "course_source_id", "reference_missing"),
    ];
    let path = export.path().join("rejects.csv");
    let text = sheet(&path, &trial, rejects);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines,
        [
            "file,row,source_id,kind,field,code,found,expected,sourcedId,title,type,startDate,endDate,parentSourcedId,\
             schoolYear,courseCode,status,courseSourcedId,termSourcedIds,givenName,familyName,role,classSourcedId,\
             userSourcedId,beginDate",
            "academicSessions.csv,2,,context,,,,,y,2026/27,schoolYear,2026-09-01,2027-07-31,,2027,,,,,,,,,,",
            "courses.csv,2,,context,,,,,c1,One,,,,,,A1,,,,,,,,,",
            "classes.csv,2,k1,course_run,courseSourcedId,reference_missing,that,this,k1,,,,,,,,,c1,y,,,,,,",
            "users.csv,2,u1,learner,email,missing_field,that,this,u1,,,,,,,,,,,Ann,\"Ames, Dr\",student,,,",
            "enrollments.csv,2,e1,enrolment,beginDate,invalid_date,that,a calendar date: 2026-09-21 or 21/09/2026,\
             e1,,,,,,,,,,,,,student,k1,u1,31/02/2026",
            "enrollments.csv,2,e1,enrolment,userSourcedId,reference_missing,that,this",
            "enrollments.csv,4,e3,enrolment,,invalid_value,,a closing quote for each that opens a field,\
             e3,,,,,,,,,,,,,student,k1,\"\"\"u2\",,\"e3,k1,\"\"u2,student,\"",
            "enrollments.csv,5,e4,enrolment,,invalid_value,,\
             \"as many fields as the header has; a field that holds a comma in quotes\",\
             e4,,,,,,,,,,,,,student,k2,u2,,\"e4,k2,u2,student,,,oops\"",
        ]
    );
    let again = Trial::read(&path, Format::Oneroster, ask(None, &[])).unwrap();
    assert!(!again.source.is_snapshot());
    let unmended = [
        "rejects.csv:4 k1: run of c1 2026/27 2026-09-01 2027-07-31",
        "rejects.csv:5 u1: learner Ann|Ames, Dr|",
        "rejects.csv:6 e1: u1 on k1 active 31/02/2026",
        "rejects.csv:8 e3:  on  unspecified",
        "rejects.csv:9 e4:  on  unspecified",
    ];
    assert_eq!(again.lines(), unmended);

    let mended = text
        .replace("31/02/2026", "01/10/2026")
        .replace("\"\"\"u2\"", "u2")
        .replace(",\"e3,k1,\"\"u2,student,\"", "");
    std::fs::write(&path, mended.replace('\n', "\r\n")).unwrap();
    let again = Trial::read(&path, Format::Oneroster, ask(None, &[])).unwrap();
    assert_eq!(
        again.lines()[2..4],
        ["rejects.csv:6 e1: u1 on k1 active 2026-10-01", "rejects.csv:8 e3: u2 on k1 active"]
    );
}

#[test]
fn a_sheet_of_a_sheet_and_an_empty_one_are_sheets() {
    let export = folder(&FILES);
    let trial = Trial::read(export.path(), Format::Oneroster, ask(Some(true), &[])).unwrap();
    let (first, second) = (export.path().join("first.csv"), export.path().join("second.csv"));
    let text = sheet(&first, &trial, vec![reject("users.csv:3", "learner", "u2", "family_name", "too_long")]);
    let again = Trial::read(&first, Format::Oneroster, ask(None, &[])).unwrap();
    assert_eq!(again.lines(), ["first.csv:2 u2: learner Bo|X|"]);
    let next =
        sheet(&second, &again, vec![reject("first.csv:2", "learner", "u2", "family_name", "too_long")]);
    assert_eq!(next, text.replace("users.csv,3", "users.csv,2"));
    assert_eq!(sheet(&second, &again, vec![]), "file,row,source_id,kind,field,code,found,expected\n");
    let none = Trial::read(&second, Format::Oneroster, ask(None, &[])).unwrap();
    assert_eq!(none.lines(), Vec::<String>::new());
    let error =
        Trial::read(&second, Format::Oneroster, ask(Some(true), &[])).map(|trial| trial.lines()).unwrap_err();
    assert!(error.to_string().contains("never a snapshot"), "{error}");
}

#[test]
fn a_status_that_is_none_is_told_with_those_that_are() {
    let export = folder(&FILES);
    let rows = "sourcedId,status,classSourcedId,userSourcedId,role\ne1,paused,k1,u1,student\n";
    std::fs::write(export.path().join("enrollments.csv"), rows).unwrap();
    let trial = Trial::read(export.path(), Format::Oneroster, ask(Some(true), &[])).unwrap();
    let refused = reject("enrollments.csv:2", "enrolment", "e1", "state", "missing_field");
    let text = sheet(&export.path().join("rejects.csv"), &trial, vec![refused]);
    let reason = "status,invalid_value,paused,\"active or tobedeleted, or nothing\",e1,paused";
    assert!(text.contains(reason), "{text}");
}

#[test]
fn what_is_no_utf_8_is_told_by_that_and_stays_as_it_was() {
    let export = folder(&FILES);
    let users = b"sourcedId,givenName,familyName,role\nu1,Ann,M\xfcller,student\n";
    std::fs::write(export.path().join("users.csv"), users).unwrap();
    let trial = Trial::read(export.path(), Format::Oneroster, ask(Some(true), &[])).unwrap();
    assert!(trial.lines().contains(&"users.csv:2 u1: learner Ann|M\0ller|".to_owned()));
    let path = export.path().join("rejects.csv");
    let refused = vec![reject("users.csv:2", "learner", "u1", "family_name", "invalid_value")];
    write(&path, &trial.source, explain(&trial.source, refused).unwrap()).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let line = bytes.split(|byte| *byte == b'\n').nth(1).unwrap();
    assert_eq!(
        line,
        b"users.csv,2,u1,learner,familyName,invalid_value,,text in UTF-8,u1,Ann,M\xfcller,student"
    );
}
