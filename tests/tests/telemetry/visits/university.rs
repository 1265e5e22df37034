//! What happens at a university while it is listened to.

mod learning;
mod syncs;

use super::Heard;
use crate::{
    canaries::{self, COMMENT, EMAIL, NAME, NUMBER, OTHER, PERSON, REASON, SUBJECT},
    house::House,
};
use contracts::{common::v1 as common, enrolments::v1 as wire};
use practicum_tests::{
    Official, Store,
    officials::{mask, run},
    request_id,
};
use vocabulary::Role;

pub async fn all(house: &House) -> Heard {
    let mut heard = Heard::default();
    let roles = [Role::Registrar, Role::Auditor];
    let teesside = house.official("teesside", &roles, SUBJECT).await;
    let durham = house.official("durham", &[Role::ProgrammeManager], SUBJECT).await;
    let token = house.token("teesside", &roles, SUBJECT);
    heard.secrets.extend(token.rsplit('.').next().map(str::to_owned));
    let run = teach(&teesside, &mut heard).await;
    let names = enrol(&teesside, &durham, &run, &mut heard).await;
    lead(&teesside, &names, &mut heard).await;
    look(&teesside, &durham, &run).await;
    bad_input(&teesside, &run, &mut heard).await;
    syncs::all(house, &mut heard).await;
    learning::all(house, &mut heard).await;
    break_storage(house, &teesside, &run, &mut heard).await;
    heard
}

/// A course and a run with two places; the same again is refused.
async fn teach(teesside: &Official, heard: &mut Heard) -> String {
    let course = teesside.course("ba").await.unwrap();
    assert_eq!(heard.no(teesside.course("ba").await), "COURSE_EXISTS");
    let made = teesside.run(&course.name, "r1", run(2)).await.unwrap();
    assert_eq!(heard.no(teesside.run(&course.name, "r1", run(2)).await), "COURSE_RUN_EXISTS");
    let mut client = teesside.enrolments.clone();
    let title = wire::Course { title: "Social Work".into(), ..course };
    let update = wire::UpdateCourseRequest { course: Some(title.clone()), ..Default::default() };
    client.update_course(update.clone()).await.unwrap();
    assert_eq!(heard.no(client.update_course(update).await), "STALE_ETAG");
    let more = wire::CourseRun { places: 3, ..made.clone() };
    let update = wire::UpdateCourseRunRequest { course_run: Some(more), ..Default::default() };
    client.update_course_run(update).await.unwrap();
    let (course, run) = (title.name, made.name);
    client.get_course(wire::GetCourseRequest { name: course.clone() }).await.unwrap();
    client.get_course_run(wire::GetCourseRunRequest { name: run.clone() }).await.unwrap();
    let list = wire::ListCoursesRequest { parent: "partners/-".into(), ..Default::default() };
    client.list_courses(list).await.unwrap();
    let list = wire::ListCourseRunsRequest { parent: course, ..Default::default() };
    client.list_course_runs(list).await.unwrap();
    run
}

fn canary(person: &str) -> wire::Enrolment {
    let learner = Some(canaries::learner(person));
    wire::Enrolment { learner, sponsor: "partners/durham".into(), ..Default::default() }
}

/// Three are enrolled, in every way that names somebody somebody is refused. Answers the enrolments' names.
async fn enrol(teesside: &Official, durham: &Official, run: &str, heard: &mut Heard) -> Vec<String> {
    let mut names = Vec::new();
    for person in [PERSON, OTHER, SUBJECT] {
        names.push(teesside.enrol_as(run, person, canary(person)).await.unwrap().name);
    }
    assert_eq!(heard.no(teesside.enrol_as(run, PERSON, canary(PERSON)).await), "ALREADY_ENROLLED");
    assert_eq!(heard.no(teesside.enrol_as(run, COMMENT, canary(COMMENT)).await), "RUN_FULL");
    assert_eq!(heard.no(teesside.enrol_for(run, PERSON, "atlantis").await), "SPONSOR_UNKNOWN");
    let stranger = Official { partner: "durham".into(), ..teesside.clone() };
    let request = |learner: common::Person, request_id: String| wire::CreateEnrolmentRequest {
        parent: "partners/teesside".into(),
        enrolment: Some(wire::Enrolment {
            learner: Some(learner),
            course_run: run.into(),
            ..Default::default()
        }),
        enrolment_id: String::new(),
        request_id,
    };
    let theirs = common::Person { person: stranger.person(PERSON), ..Default::default() };
    let mut client = teesside.enrolments.clone();
    let refused = client.create_enrolment(request(theirs, request_id())).await;
    assert_eq!(heard.no(refused), "PERSON_OF_ANOTHER_PARTNER");
    let id = request_id();
    let first = client.create_enrolment(request(canaries::learner(PERSON), id.clone())).await;
    assert_eq!(heard.no(first), "ALREADY_ENROLLED");
    let second = client.create_enrolment(request(canaries::learner(OTHER), id)).await;
    assert_eq!(heard.no(second), "REQUEST_ID_REUSED");
    assert_eq!(heard.no(durham.withdraw(&names[0], REASON).await), "PARTNER_KIND_NOT_ALLOWED");
    assert_eq!(heard.no(durham.enrolment("partners/teesside/enrolments/none").await), "NOT_FOUND");
    names
}

/// Edits, pauses, ends.
async fn lead(teesside: &Official, names: &[String], heard: &mut Heard) {
    let edit = wire::Enrolment { name: names[0].clone(), ..canary(OTHER) };
    let edited = teesside.update(edit, &["learner.email", "learner.display_name"], &[]).await.unwrap();
    assert!(edited.learner.unwrap().email.contains(EMAIL), "the canaries are where they should be");
    let named = wire::Enrolment { name: names[0].clone(), ..Default::default() };
    assert_eq!(heard.no(teesside.update(named.clone(), &[], &["learner.email"]).await), "FIELD_NOT_HELD");
    assert_eq!(heard.no(teesside.update(named, &["state"], &[]).await), "IMMUTABLE_FIELD");
    teesside.interrupt(&names[0], REASON).await.unwrap();
    assert_eq!(heard.no(teesside.interrupt(&names[0], REASON).await), "TRANSITION_NOT_ALLOWED");
    teesside.resume(&names[0]).await.unwrap();
    teesside.complete(&names[1], COMMENT).await.unwrap();
    assert_eq!(heard.no(teesside.resume(&names[1]).await), "TRANSITION_NOT_ALLOWED");
    teesside.withdraw(&names[2], REASON).await.unwrap();
    assert_eq!(heard.no(teesside.complete(&names[2], COMMENT).await), "TRANSITION_NOT_ALLOWED");
}

/// Everything that only looks.
async fn look(teesside: &Official, durham: &Official, run: &str) {
    let list = wire::ListEnrolmentsRequest {
        parent: "partners/-".into(),
        course_run: run.into(),
        person: teesside.person(PERSON),
        ..Default::default()
    };
    let found = durham.list(list).await.unwrap().enrolments;
    let seen = durham.enrolment(&found[0].name).await.unwrap().learner.unwrap();
    assert!(seen.display_name.contains(NAME), "the canaries are where they should be");
    assert!(durham.verify(&teesside.person(PERSON), "").await.unwrap().enrolled);
    let watch = wire::WatchEnrolmentsRequest { parent: "partners/-".into(), resume_token: String::new() };
    let mut stream = durham.enrolments.clone().watch_enrolments(watch).await.unwrap().into_inner();
    assert!(stream.message().await.unwrap().unwrap().enrolment.is_some());
    drop(stream);
    let mut audit = teesside.audit.clone();
    let actor = format!("partners/teesside/people/{SUBJECT}");
    let list =
        common::ListAuditEntriesRequest { parent: "partners/teesside".into(), actor, ..Default::default() };
    assert!(!audit.list_audit_entries(list).await.unwrap().into_inner().entries.is_empty());
    let verify = common::VerifyAuditLogRequest { parent: "partners/teesside".into(), ..Default::default() };
    assert!(audit.verify_audit_log(verify).await.unwrap().into_inner().intact);
}

/// Canaries where they are not well-formed, or where nothing personal belongs.
async fn bad_input(teesside: &Official, run: &str, heard: &mut Heard) {
    let spoil: [fn(&mut common::Person); 4] = [
        |person| person.person = format!("partners/teesside/people/{PERSON} {NAME}"),
        |person| person.display_name = NAME.repeat(30),
        |person| person.email = format!("{EMAIL} is not an address"),
        |person| person.social_work_england_number = format!("{NUMBER}00"),
    ];
    for (n, spoil) in spoil.into_iter().enumerate() {
        let mut learner = canaries::learner(PERSON);
        spoil(&mut learner);
        let enrolment =
            wire::Enrolment { learner: Some(learner), course_run: run.into(), ..Default::default() };
        let request = wire::CreateEnrolmentRequest {
            parent: "partners/teesside".into(),
            enrolment: Some(enrolment),
            ..Default::default()
        };
        let refused = teesside.enrolments.clone().create_enrolment(request).await;
        assert_eq!(heard.no(refused), "INVALID_FIELDS", "{n}");
    }
    assert_eq!(heard.no(teesside.verify(&format!("{PERSON} {NAME}"), "").await), "INVALID_FIELDS");
    assert_eq!(heard.no(teesside.verify(&teesside.person(PERSON), NAME).await), "INVALID_FIELDS");
    assert_eq!(heard.no(teesside.enrolment(&teesside.person(PERSON)).await), "INVALID_FIELDS");
    let list = wire::ListEnrolmentsRequest {
        parent: "partners/teesside".into(),
        page_token: NAME.into(),
        ..Default::default()
    };
    assert_eq!(heard.no(teesside.list(list).await), "PAGE_TOKEN_INVALID");
    let update = wire::UpdateEnrolmentRequest {
        enrolment: Some(wire::Enrolment { name: "partners/teesside/enrolments/e".into(), ..canary(PERSON) }),
        update_mask: mask(&[NAME]),
        ..Default::default()
    };
    assert_eq!(heard.no(teesside.enrolments.clone().update_enrolment(update).await), "INVALID_FIELDS");
}

/// Errors of the database that quote the row: it is told what to say, or the row is spoilt.
async fn break_storage(house: &House, teesside: &Official, run: &str, heard: &mut Heard) {
    let quoting: &[&str] = match house.store() {
        Store::Sqlite => &["CREATE TRIGGER quotes BEFORE INSERT ON people BEGIN \
              SELECT RAISE(ABORT, NEW.id || NEW.family_name || NEW.email || NEW.social_work_england_number); END"],
        Store::Postgres => &[
            "ALTER TABLE people ADD CONSTRAINT never CHECK (id = '') NOT VALID",
            "ALTER TABLE people DROP CONSTRAINT never; \
             CREATE FUNCTION quotes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
               RAISE WARNING 'a row %', NEW; RAISE EXCEPTION 'a row %', NEW USING DETAIL = NEW::text; END $$; \
             CREATE TRIGGER quotes BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION quotes()",
        ],
    };
    for sql in quoting {
        house.run(sql).await;
        assert_eq!(heard.no(teesside.enrol_as(run, COMMENT, canary(COMMENT)).await), "INTERNAL", "{sql}");
    }
    syncs::break_storage(house, heard).await;
    learning::break_storage(house, heard).await;
    let list = || wire::ListEnrolmentsRequest { parent: "partners/teesside".into(), ..Default::default() };
    for spoilt in ["state = reason || outcome", "start_date = reason"] {
        house.run(&format!("UPDATE enrolments SET {spoilt}")).await;
        assert_eq!(heard.no(teesside.list(list()).await), "INTERNAL", "{spoilt}");
    }
    house.run("ALTER TABLE enrolments RENAME TO elsewhere").await;
    assert_eq!(heard.no(teesside.list(list()).await), "INTERNAL");
    assert_eq!(heard.no(teesside.verify(&teesside.person(PERSON), "").await), "INTERNAL");
}
