use super::super::{
    source::Format,
    tests::{Trial, ask, folder},
};

const TERMS: &str = "term_id,name,status,start_date,end_date\nT1,Year 2026/27,active,2026-09-21T00:00:00Z,2027-06-30T00:00:00Z\n";
const COURSES: &str = "course_id,short_name,long_name,account_id,term_id,status\nSW1,SW1,Social Work MA,,T1,active\nSW0,SW0,Old,,T1,deleted\n";
const SECTIONS: &str = "section_id,course_id,name,status,start_date,end_date\ns1,SW1,Group A,active,,\ns2,SW1,Group B,active,2027-01-11,2027-05-01\n";
const USERS: &str = "user_id,login_id,first_name,last_name,email,status\nu1,a,Ann,Ames,a@x.example,active\nu2,b,Bo,Teach,,active\nu3,c,,小明,,suspended\n";
const ENROLLMENTS: &str = "course_id,user_id,role,section_id,status\nSW1,u1,student,s1,active\nSW1,u2,teacher,s1,active\n\
     SW1,u3,StudentEnrollment,s2,active\nSW1,u1,student,s2,completed\nSW1,u3,student,s1,deleted\n,u1,student,,active\n";
const FILES: [(&str, &str); 5] = [
    ("terms.csv", TERMS),
    ("courses.csv", COURSES),
    ("sections.csv", SECTIONS),
    ("users.csv", USERS),
    ("enrollments.csv", ENROLLMENTS),
];

fn read(files: &[(&str, &str)], snapshot: Option<bool>) -> anyhow::Result<Trial> {
    Trial::read(folder(files).path(), Format::Canvas, ask(snapshot, &[]))
}

#[test]
fn sections_become_runs_and_only_students_learners() {
    let trial = read(&FILES, Some(true)).unwrap();
    assert_eq!(
        trial.lines(),
        [
            "courses.csv:2 SW1: course SW1 Social Work MA",
            "sections.csv:2 s1: run of SW1 2026/27 2026-09-21 2027-06-30",
            "sections.csv:3 s2: run of SW1 2026/27 2027-01-11 2027-05-01",
            "users.csv:2 u1: learner Ann|Ames|a@x.example",
            "users.csv:4 u3: learner |小明|",
            "enrollments.csv:2 s1:u1: u1 on s1 active",
            "enrollments.csv:4 s2:u3: u3 on s2 pending",
            "enrollments.csv:5 s2:u1: u1 on s2 completed",
            "enrollments.csv:7 : u1 on  active",
        ]
    );
    assert_eq!(trial.source.years(), ["2026/27"]);
    trial.notes("enrollments.csv: deleted rows, left out of the snapshot: 1");
    trial.notes("courses.csv: deleted rows, left out of the snapshot: 1");
}

#[test]
fn without_sections_a_course_is_its_own_run() {
    let files =
        [FILES[1], FILES[3], ("enrollments.csv", "course_id,user_id,role,status\nSW1,u1,student,active\n")];
    let error = read(&files, Some(true)).map(|trial| trial.lines()).unwrap_err();
    assert!(error.to_string().contains("give --academic-year"), "{error}");
    let courses = COURSES.replace("T1", "2026-27");
    let trial =
        read(&[files[0], files[1], files[2], ("courses.csv", courses.as_str())][1..], Some(true)).unwrap();
    assert_eq!(
        trial.lines(),
        [
            "courses.csv:2 SW1: course SW1 Social Work MA",
            "courses.csv:2 SW1: run of SW1 2026/27 2026-08-01 2027-07-31",
            "users.csv:2 u1: learner Ann|Ames|a@x.example",
            "enrollments.csv:2 SW1:u1: u1 on SW1 active",
        ]
    );
}

#[test]
fn whether_it_is_a_snapshot_has_to_be_said_and_a_delta_drops_what_is_deleted() {
    assert!(
        read(&FILES, None)
            .map(|trial| trial.lines())
            .unwrap_err()
            .to_string()
            .contains("give --snapshot or --delta")
    );
    let missing = read(&FILES[..3], Some(true)).map(|trial| trial.lines()).unwrap_err().to_string();
    assert!(missing.contains("a snapshot needs users.csv"), "{missing}");
    let lines = read(&FILES, Some(false)).unwrap().lines();
    assert!(lines.contains(&"enrollments.csv:6 s1:u3: gone u3 on s1 active".to_owned()), "{lines:#?}");
    assert!(lines.contains(&"courses.csv:3 SW0: gone course SW0 Old".to_owned()), "{lines:#?}");
}

#[test]
fn a_date_that_is_none_is_refused_and_not_taken_from_the_term() {
    let sections = SECTIONS.replace("2027-05-01", "31/06/2027");
    let terms = TERMS.replace("2027-06-30T00:00:00Z", "summer");
    let files =
        [("terms.csv", terms.as_str()), FILES[1], ("sections.csv", sections.as_str()), FILES[3], FILES[4]];
    let trial = read(&files, Some(true)).unwrap();
    assert_eq!(
        trial.lines()[1..3],
        [
            "sections.csv:2 s1: run of SW1 2026/27 2026-09-21 2027-07-31",
            "sections.csv:3 s2: run of SW1 2026/27 2027-01-11 31/06/2027"
        ]
    );
    trial.notes("terms.csv: terms with a date not understood: 1");
}
