use super::*;

fn checker(mode: Mode) -> Checker {
    let partners = Arc::new(["durham".to_owned()].into());
    Checker { mode, years: vec!["2026/27".into()], partners }
}

fn record(body: Body) -> Record {
    Record { source_id: "s1".into(), origin: "a.csv:1".into(), dropped: false, body: Some(body) }
}

fn a_course() -> Course {
    let title = "Social work".into();
    Course {
        title,
        kind: Word::Known("undergraduate"),
        credits: "30".into(),
        fheq_level: 6,
        ..Course::default()
    }
}

fn a_run() -> CourseRun {
    let (start_date, end_date) = ("2026-09-21".into(), "2027-07-02".into());
    CourseRun { course: "c".into(), academic_year: "2026/27".into(), start_date, end_date, places: 0 }
}

fn a_learner(given_name: &str, family_name: &str) -> Learner {
    Learner { given_name: given_name.into(), family_name: family_name.into(), ..Learner::default() }
}

fn an_enrolment() -> Enrolment {
    let (course_run, learner) = ("r".into(), "l".into());
    Enrolment { course_run, learner, state: Word::Known("active"), ..Enrolment::default() }
}

/// Field and code of what is wrong.
fn no(body: Body) -> (&'static str, Code) {
    let wrong = checker(Mode::Snapshot).check(&record(body)).unwrap_err();
    assert!(!wrong.expected.is_empty(), "{wrong:?} does not say what would have been right");
    (wrong.field, wrong.code)
}

#[test]
fn a_good_record_of_each_kind_is_taken() {
    let bodies = [
        Body::Course(a_course()),
        Body::CourseRun(a_run()),
        Body::Learner(a_learner("Siân", "O’Brien-Łuczak")),
        Body::Enrolment(an_enrolment()),
    ];
    for body in bodies {
        assert_eq!(checker(Mode::Snapshot).check(&record(body)), Ok(()));
    }
}

#[test]
fn names_of_any_script_and_single_names_are_taken() {
    for (given, family) in [
        ("", "Suharto"),
        ("Gwenllïan", "ap Rhŷs"),
        ("Świętosława", "Żółć"),
        ("محمد", "العربي"),
        ("小明", "王"),
        ("e\u{301}", "\u{202e}abc"),
    ] {
        assert_eq!(checker(Mode::Delta).check(&record(Body::Learner(a_learner(given, family)))), Ok(()));
    }
}

#[test]
fn a_bad_course_names_its_field() {
    let with = |change: fn(&mut Course)| {
        let mut it = a_course();
        change(&mut it);
        no(Body::Course(it))
    };
    assert_eq!(with(|it| it.title = "  ".into()), ("title", Code::MissingField));
    assert_eq!(with(|it| it.title = "x".repeat(1 << 20)), ("title", Code::TooLong));
    assert_eq!(with(|it| it.title = "a\0b".into()), ("title", Code::InvalidValue));
    assert_eq!(with(|it| it.code = "é".repeat(65)), ("code", Code::TooLong));
    assert_eq!(with(|it| it.kind = Word::Absent), ("kind", Code::MissingField));
    assert_eq!(with(|it| it.kind = Word::Unknown(99)), ("kind", Code::InvalidValue));
    assert_eq!(with(|it| it.credits = "30,5".into()), ("credits", Code::InvalidValue));
    assert_eq!(with(|it| it.fheq_level = 9), ("fheq_level", Code::InvalidValue));
}

#[test]
fn a_bad_run_names_its_field() {
    let with = |change: fn(&mut CourseRun)| {
        let mut it = a_run();
        change(&mut it);
        no(Body::CourseRun(it))
    };
    assert_eq!(with(|it| it.course = String::new()), ("course_source_id", Code::MissingField));
    assert_eq!(with(|it| it.academic_year = "2026".into()), ("academic_year", Code::InvalidValue));
    assert_eq!(with(|it| it.academic_year = "2025/26".into()), ("academic_year", Code::ForbiddenInSnapshot));
    for bad in ["0000-01-01", "9999-12-31", "2026-02-30", "21/09/2026"] {
        let wrong = CourseRun { start_date: bad.into(), ..a_run() };
        assert_eq!(no(Body::CourseRun(wrong)), ("start_date", Code::InvalidDate), "{bad}");
    }
    assert_eq!(with(|it| it.end_date = "2026-09-20".into()), ("end_date", Code::DateOrder));
    assert_eq!(with(|it| it.end_date = String::new()), ("end_date", Code::MissingField));
    assert_eq!(with(|it| it.places = -1), ("places", Code::InvalidValue));
}

#[test]
fn a_bad_learner_names_the_field_and_shows_nothing_of_it() {
    let with = |change: fn(&mut Learner)| {
        let mut it = a_learner("Ann", "Lee");
        change(&mut it);
        let wrong = checker(Mode::Delta).check(&record(Body::Learner(it))).unwrap_err();
        assert_eq!(wrong.found, "", "{} is personal", wrong.field);
        (wrong.field, wrong.code)
    };
    assert_eq!(with(|it| it.family_name = String::new()), ("family_name", Code::MissingField));
    assert_eq!(with(|it| it.given_name = "a\0".into()), ("given_name", Code::InvalidValue));
    assert_eq!(with(|it| it.family_name = "x".repeat(198)), ("family_name", Code::TooLong));
    assert_eq!(with(|it| it.email = "nobody".into()), ("email", Code::InvalidValue));
    assert_eq!(with(|it| it.email = "a@b@c".into()), ("email", Code::InvalidValue));
    let number = |it: &mut Learner| it.social_work_england_number = "SW01".into();
    assert_eq!(with(number), ("social_work_england_number", Code::InvalidValue));
}

#[test]
fn a_bad_enrolment_names_its_field() {
    let with = |change: fn(&mut Enrolment)| {
        let mut it = an_enrolment();
        change(&mut it);
        no(Body::Enrolment(it))
    };
    assert_eq!(with(|it| it.learner = String::new()), ("learner_source_id", Code::MissingField));
    assert_eq!(with(|it| it.course_run = "r\0".into()), ("course_run_source_id", Code::InvalidValue));
    assert_eq!(with(|it| it.state = Word::Absent), ("state", Code::MissingField));
    assert_eq!(with(|it| it.study_mode = Word::Unknown(-1)), ("study_mode", Code::InvalidValue));
    assert_eq!(with(|it| it.sponsor = "nowhere".into()), ("sponsor", Code::UnknownSponsor));
    assert_eq!(with(|it| it.end_date = "9999-12-31".into()), ("end_date", Code::InvalidDate));
    assert_eq!(
        with(|it| (it.start_date, it.end_date) = ("2026-10-02".into(), "2026-10-01".into())),
        ("end_date", Code::DateOrder)
    );
}

#[test]
fn only_a_delta_says_what_was_dropped_and_a_record_says_something() {
    let dropped = Record { source_id: "s".into(), dropped: true, ..Record::default() };
    assert_eq!(checker(Mode::Delta).check(&dropped), Ok(()));
    let no = checker(Mode::Snapshot).check(&dropped).unwrap_err();
    assert_eq!((no.field, no.code), ("dropped", Code::ForbiddenInSnapshot));
    let empty = Record { source_id: "s".into(), ..Record::default() };
    assert_eq!(checker(Mode::Delta).check(&empty).unwrap_err().code, Code::MissingField);
    let nameless = Record { source_id: String::new(), ..record(Body::Course(a_course())) };
    assert_eq!(checker(Mode::Delta).check(&nameless).unwrap_err().field, "source_id");
    let long = Record { source_id: "x".repeat(201), ..record(Body::Course(a_course())) };
    assert_eq!(checker(Mode::Delta).check(&long).unwrap_err().code, Code::TooLong);
}
