use super::super::{
    source::Format,
    tests::{Trial, ask, folder},
};
use std::io::Write;

const MANIFEST: &str = "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\nfile.academicSessions,bulk\n\
     file.classes,bulk\nfile.courses,bulk\nfile.demographics,absent\nfile.enrollments,bulk\nfile.users,bulk\n";
const SESSIONS: &str = "sourcedId,title,type,startDate,endDate,parentSourcedId,schoolYear\n\
     y,2026/27,schoolYear,2026-09-01,2027-07-31,,2027\nt1,Autumn,term,2026-09-21,2026-12-18,y,\n\
     t2,Spring,term,2027-01-11,2027-04-02,y,\n";
const COURSES: &str = "sourcedId,schoolYearSourcedId,title,courseCode\nc,y,Social Work MA,SW1\n";
const CLASSES: &str = "sourcedId,courseSourcedId,termSourcedIds\nk1,c,\"t1,t2\"\nk2,c,\nk3,c,t2\n";
const USERS: &str = "sourcedId,role,givenName,familyName,email\nu1,student,Siân,Łukasz,s@x.example\n\
     u2,teacher,Tom,Teacher,\nu3,student,سارة,,\n";
const ENROLLMENTS: &str = "sourcedId,classSourcedId,userSourcedId,role,beginDate,endDate\n\
     e1,k1,u1,student,2026-09-21,\ne2,k1,u2,teacher,,\ne3,k3,u3,student,,\n";
const FILES: [(&str, &str); 6] = [
    ("manifest.csv", MANIFEST),
    ("academicSessions.csv", SESSIONS),
    ("courses.csv", COURSES),
    ("classes.csv", CLASSES),
    ("users.csv", USERS),
    ("enrollments.csv", ENROLLMENTS),
];
const LINES: [&str; 8] = [
    "courses.csv:2 c: course SW1 Social Work MA",
    "classes.csv:2 k1: run of c 2026/27 2026-09-21 2027-04-02",
    "classes.csv:3 k2: run of c 2026/27 2026-09-01 2027-07-31",
    "classes.csv:4 k3: run of c 2026/27 2027-01-11 2027-04-02",
    "users.csv:2 u1: learner Siân|Łukasz|s@x.example",
    "users.csv:4 u3: learner |سارة|",
    "enrollments.csv:2 e1: u1 on k1 active 2026-09-21",
    "enrollments.csv:4 e3: u3 on k3 pending",
];

/// The usual files, with some of them otherwise.
fn with<'a>(others: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut files: Vec<_> =
        FILES.into_iter().filter(|(name, _)| others.iter().all(|(other, _)| other != name)).collect();
    files.extend(others.iter().filter(|(_, text)| !text.is_empty()));
    files
}

fn read(files: &[(&str, &str)], snapshot: Option<bool>, years: &[&str]) -> anyhow::Result<Trial> {
    Trial::read(folder(files).path(), Format::Oneroster, ask(snapshot, years))
}

#[track_caller]
fn refused(files: &[(&str, &str)], snapshot: Option<bool>, why: &str) {
    let error = read(files, snapshot, &[]).map(|trial| trial.lines()).unwrap_err();
    assert!(format!("{error:#}").contains(why), "{error:#}");
}

#[test]
fn classes_become_runs_and_only_students_learners() {
    let trial = read(&FILES, None, &[]).unwrap();
    assert_eq!(trial.lines(), LINES);
    assert!(trial.source.is_snapshot());
    assert_eq!(trial.source.years(), ["2026/27"]);
    assert_eq!(trial.source.rows(), 8);
    trial.notes("rows with the role \"teacher\", left out: 1");
    trial.notes("users who are no students as far as the files say, left out: 1");
}

#[test]
fn a_zip_is_read_as_a_folder_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export.ZIP");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    for (name, text) in FILES.into_iter().chain([("__MACOSX/._users.csv", "x")]) {
        let inner = if name.contains('/') { name.to_owned() } else { format!("export/{name}") };
        zip.start_file(inner, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
    assert_eq!(Trial::read(&path, Format::Oneroster, ask(None, &[])).unwrap().lines(), LINES);
}

#[test]
fn order_case_mark_and_line_ends_of_the_columns_are_no_matter() {
    let users = "\u{feff}EMAIL,family_name,Given Name,ROLE,sourcedid,favourite,status\r\ns@x.example,Łukasz,Siân,Student,u1,tea,\r\n\
                 ,Teacher,Tom,Teacher,u2,,active\r\n,,سارة,STUDENT,u3,,Active\r\n";
    let enrolments = ENROLLMENTS.replace('\n', "\r").replace("2026-09-21", "21/09/2026");
    let trial = read(
        &with(&[("users.csv", users), ("Enrollments.CSV", &enrolments), ("enrollments.csv", "")]),
        None,
        &[],
    )
    .unwrap();
    assert_eq!(trial.lines().join("\n").replace("Enrollments.CSV", "enrollments.csv"), LINES.join("\n"));
    trial.notes("users.csv: columns not understood, and not read: favourite");
}

#[test]
fn the_roles_of_a_1_2_export_say_who_is_a_student_and_so_does_an_enrolment() {
    let users = USERS.replace("sourcedId,role", "sourcedId,x").replace("student", "").replace("teacher", "");
    let roles = "sourcedId,userSourcedId,roleType,role\nr1,u1,primary,student\nr2,u2,primary,teacher\n";
    let trial = read(&with(&[("users.csv", &users), ("roles.csv", roles)]), None, &[]).unwrap();
    assert_eq!(trial.lines(), LINES);
    trial.notes("roles.csv is not in manifest.csv, and is read all the same");
}

#[test]
fn the_manifest_and_the_files_have_to_agree() {
    refused(&with(&[("classes.csv", "")]), None, "manifest.csv lists classes.csv, and it is missing");
    refused(
        &with(&[("demographics.csv", "sourcedId\n")]),
        None,
        "demographics.csv is absent, and it is there",
    );
    refused(
        &with(&[("manifest.csv", "propertyName,value\nfile.users,some\n")]),
        None,
        "expected absent, bulk or delta",
    );
    refused(&with(&[("manifest.csv", "")]), None, "give --snapshot or --delta");
    refused(&with(&[("users.csv", "sourcedId\u{e9},x\n")]), None, "no column sourcedId");
    let delta = MANIFEST.replace("enrollments,bulk", "enrollments,delta");
    refused(&with(&[("manifest.csv", &delta)]), Some(true), "a snapshot needs enrollments.csv in bulk");
    assert!(!read(&with(&[("manifest.csv", &delta)]), None, &[]).unwrap().source.is_snapshot());
    assert!(!read(&FILES, Some(false), &[]).unwrap().source.is_snapshot());
    let trial = read(&with(&[("manifest.csv", ""), ("grades.csv", "a\n"), ("me.txt", "?")]), Some(true), &[])
        .unwrap();
    assert_eq!(trial.lines(), LINES);
    trial.notes("grades.csv: not a file of OneRoster");
    trial.notes("me.txt: not a file of OneRoster");
}

#[test]
fn what_is_to_be_deleted_is_dropped_in_a_delta_and_left_out_of_a_snapshot() {
    let rows = "sourcedId,status,dateLastModified,classSourcedId,userSourcedId,role,beginDate,endDate\n\
                e1,tobedeleted,2026-09-30T10:00:00Z,k1,u1,student,,\ne3,active,2026-09-30,k1,u3,student,,\n\
                e4,paused,2026-09-30,k1,u3,student,,\n";
    let snapshot = read(&with(&[("enrollments.csv", rows)]), None, &[]).unwrap();
    assert_eq!(
        snapshot.lines()[6..],
        ["enrollments.csv:3 e3: u3 on k1 active", "enrollments.csv:4 e4: u3 on k1 unspecified"]
    );
    snapshot.notes("rows to be deleted, left out of the snapshot: 1");
    let delta = read(&with(&[("enrollments.csv", rows)]), Some(false), &[]).unwrap();
    assert_eq!(delta.lines()[6], "enrollments.csv:2 e1: gone u1 on k1 active");
}

#[test]
fn only_the_years_asked_for_are_sent() {
    let sessions = format!("{SESSIONS}old,2025/26,schoolYear,2025-09-01,2026-07-31,,2026\n");
    let classes = format!("{CLASSES}k0,c,old\n");
    let rows = format!("{ENROLLMENTS}e0,k0,u1,student,,\n");
    let files =
        with(&[("academicSessions.csv", &sessions), ("classes.csv", &classes), ("enrollments.csv", &rows)]);
    assert_eq!(read(&files, None, &[]).unwrap().source.years(), ["2025/26", "2026/27"]);
    let trial = read(&files, None, &["2026/27"]).unwrap();
    assert_eq!(
        (trial.lines().as_slice(), trial.source.years()),
        (&LINES.map(str::to_owned)[..], &["2026/27".to_owned()][..])
    );
    trial.notes("classes.csv: classes of other academic years, left out: 1");
    trial.notes("enrollments.csv: enrolments of other academic years, left out: 1");
}

#[test]
fn a_class_without_terms_is_in_the_year_asked_for_and_a_snapshot_without_years_is_refused() {
    let courses = "sourcedId,title\nc,Social Work MA\n";
    let classes = "sourcedId,courseSourcedId,termSourcedIds\nk1,c,t9\n";
    let manifest = MANIFEST.replace("academicSessions,bulk", "academicSessions,absent");
    let files = with(&[
        ("academicSessions.csv", ""),
        ("courses.csv", courses),
        ("classes.csv", classes),
        ("manifest.csv", &manifest),
    ]);
    refused(&files, None, "give --academic-year");
    let trial = read(&files, None, &["2026/27"]).unwrap();
    assert_eq!(trial.lines()[1], "classes.csv:2 k1: run of c 2026/27 2026-08-01 2027-07-31");
    trial.notes("classes of terms that academicSessions.csv does not have: 1");
}

#[test]
fn a_broken_row_is_sent_as_one_that_the_service_refuses() {
    let rows = "sourcedId,classSourcedId,userSourcedId,role,beginDate,endDate\ne1,k1,u1,student,31/02/2026,9999-99-99\n\
                e2,k1,\"u1,student,,\ne3,k1,u3,student,,,,x\ne4,k1,u3,student,,\n";
    let trial = read(&with(&[("enrollments.csv", rows)]), None, &[]).unwrap();
    assert_eq!(
        trial.lines()[6..],
        [
            "enrollments.csv:2 e1: u1 on k1 active 31/02/2026 9999-99-99",
            "enrollments.csv:3 e2:  on  unspecified",
            "enrollments.csv:4 e3:  on  unspecified",
            "enrollments.csv:5 e4: u3 on k1 active"
        ]
    );
}
