//! Courses and their runs: everybody reads them, their university writes them.

use contracts::enrolments::v1::{self as wire, course::Kind};
use practicum_tests::{
    Official, bad_fields,
    officials::{mask, run},
    on_both_stores, reason, request_id,
};
use tonic::Status;
use vocabulary::Role;

async fn read(who: &Official, name: &str) -> Result<wire::Course, Status> {
    let request = wire::GetCourseRequest { name: name.into() };
    Ok(who.enrolments.clone().get_course(request).await?.into_inner())
}

/// Sets the title; answers the course as it then is.
async fn retitle(who: &Official, was: &wire::Course, title: &str) -> Result<wire::Course, Status> {
    let request = wire::UpdateCourseRequest {
        course: Some(wire::Course { title: title.into(), ..was.clone() }),
        update_mask: mask(&["title"]),
        request_id: request_id(),
    };
    Ok(who.enrolments.clone().update_course(request).await?.into_inner())
}

async fn change(who: &Official, run: wire::CourseRun, paths: &[&str]) -> Result<wire::CourseRun, Status> {
    let request = wire::UpdateCourseRunRequest {
        course_run: Some(run),
        update_mask: mask(paths),
        request_id: request_id(),
    };
    Ok(who.enrolments.clone().update_course_run(request).await?.into_inner())
}

async fn courses(who: &Official, request: wire::ListCoursesRequest) -> Vec<String> {
    let page = who.enrolments.clone().list_courses(request).await.unwrap().into_inner();
    page.courses.into_iter().map(|course| course.name).collect()
}

async fn runs(who: &Official, parent: &str, academic_year: &str) -> Vec<String> {
    let request = wire::ListCourseRunsRequest {
        parent: parent.into(),
        academic_year: academic_year.into(),
        ..Default::default()
    };
    let page = who.enrolments.clone().list_course_runs(request).await.unwrap().into_inner();
    page.course_runs.into_iter().map(|run| run.name).collect()
}

on_both_stores! {
    async fn everybody_reads_a_course_and_only_its_university_changes_it(stand: &Stand) {
        let (teesside, other) = (stand.registrar("teesside").await, stand.registrar("northumbria").await);
        let durham = stand.official("durham", &[Role::PracticeLead], "lead").await;
        let first = teesside.course("ba").await.unwrap();
        assert_eq!((first.name.as_str(), first.credits.as_str()), ("partners/teesside/courses/ba", "360"));
        assert_eq!(read(&durham, &first.name).await.unwrap(), first);
        assert_eq!(reason(&teesside.course("ba").await.unwrap_err()), "COURSE_EXISTS");
        assert!(other.course("ba").await.is_ok(), "an id is a university's own");
        assert_eq!(reason(&retitle(&other, &first, "Ours").await.unwrap_err()), "NOT_FOUND");
        let council = stand.official("durham", &[Role::ProgrammeManager], "manager").await;
        assert_eq!(reason(&council.course("x").await.unwrap_err()), "PARTNER_KIND_NOT_ALLOWED");
        let second = retitle(&teesside, &first, "Social Work (BA)").await.unwrap();
        assert_eq!(second.code, "BA", "what the mask does not name stays");
        assert_eq!(read(&teesside, &first.name).await.unwrap(), second);
        assert_eq!(reason(&retitle(&teesside, &first, "Late").await.unwrap_err()), "STALE_ETAG");
        assert_eq!(reason(&read(&durham, "partners/teesside/courses/none").await.unwrap_err()), "NOT_FOUND");
    }

    async fn courses_are_listed_by_university_and_kind(stand: &Stand) {
        let (teesside, other) = (stand.registrar("teesside").await, stand.registrar("northumbria").await);
        for id in ["ba", "ma"] {
            teesside.course(id).await.unwrap();
        }
        let ma = read(&teesside, "partners/teesside/courses/ma").await.unwrap();
        let course = wire::Course { kind: Kind::Postgraduate.into(), ..ma };
        let request = wire::UpdateCourseRequest { course: Some(course), update_mask: mask(&["kind"]), ..Default::default() };
        teesside.enrolments.clone().update_course(request).await.unwrap();
        other.course("ba").await.unwrap();
        let list = |parent: &str, kind: Kind| {
            wire::ListCoursesRequest { parent: parent.into(), kind: kind.into(), ..Default::default() }
        };
        let all = ["partners/northumbria/courses/ba", "partners/teesside/courses/ba", "partners/teesside/courses/ma"];
        assert_eq!(courses(&other, list("partners/-", Kind::Unspecified)).await, all);
        assert_eq!(courses(&other, list("partners/teesside", Kind::Unspecified)).await, all[1..]);
        assert_eq!(courses(&other, list("partners/-", Kind::Postgraduate)).await, all[2..]);
        assert!(courses(&other, list("partners/durham", Kind::Unspecified)).await.is_empty());
    }

    async fn a_run_has_dates_that_follow_each_other_and_never_fewer_places_than_are_taken(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let course = teesside.course("ba").await.unwrap().name;
        let early = wire::CourseRun { end_date: "2020-09-20".into(), ..run(5) };
        let refused = teesside.run(&course, "r1", early).await.unwrap_err();
        assert_eq!((reason(&refused).as_str(), bad_fields(&refused)), ("INVALID_FIELDS", vec!["course_run.end_date".to_owned()]));
        let first = teesside.run(&course, "r1", run(5)).await.unwrap();
        assert_eq!(reason(&teesside.run(&course, "r1", run(5)).await.unwrap_err()), "COURSE_RUN_EXISTS");
        assert_eq!(reason(&teesside.run("partners/teesside/courses/none", "r1", run(5)).await.unwrap_err()), "NOT_FOUND");
        for person in ["a", "b", "c"] {
            teesside.enrol(&first.name, person).await.unwrap();
        }
        let places = |places| wire::CourseRun { name: first.name.clone(), places, ..Default::default() };
        let below = change(&teesside, places(2), &["places"]).await.unwrap_err();
        assert_eq!(reason(&below), "PLACES_BELOW_TAKEN");
        let now = change(&teesside, places(3), &["places"]).await.unwrap();
        assert_eq!((now.places, now.places_taken, now.academic_year.as_str()), (3, 3, "2026/27"));
        let stale = wire::CourseRun { etag: first.etag.clone(), ..places(9) };
        assert_eq!(reason(&change(&teesside, stale, &["places"]).await.unwrap_err()), "STALE_ETAG");
        let backwards = wire::CourseRun { start_date: "2199-12-31".into(), ..places(0) };
        assert_eq!(reason(&change(&teesside, backwards, &["start_date"]).await.unwrap_err()), "INVALID_FIELDS");
        assert_eq!(change(&teesside, places(0), &["places"]).await.unwrap().places, 0, "without limit");
        let unlimited = teesside.enrol(&first.name, "d").await.unwrap();
        assert_eq!(teesside.run_since(&first.name, &unlimited.etag).await.unwrap().places_taken, 4);
        let other = stand.registrar("northumbria").await;
        assert_eq!(reason(&change(&other, places(9), &["places"]).await.unwrap_err()), "NOT_FOUND");
    }

    async fn runs_are_listed_by_course_and_year_and_a_course_is_not_one_that_begins_like_it(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let year = |academic_year: &str| wire::CourseRun { academic_year: academic_year.into(), ..run(1) };
        for (course, ids) in [("ba", ["r1", "r2"]), ("ba-2", ["r1", "r3"])] {
            let course = teesside.course(course).await.unwrap().name;
            teesside.run(&course, ids[0], year("2025/26")).await.unwrap();
            teesside.run(&course, ids[1], year("2026/27")).await.unwrap();
        }
        let name = |rest: &str| format!("partners/teesside/courses/{rest}");
        let ba = [name("ba/runs/r1"), name("ba/runs/r2")];
        assert_eq!(runs(&teesside, &name("ba"), "").await, ba);
        assert_eq!(runs(&teesside, &name("ba"), "2026/27").await, ba[1..]);
        assert_eq!(runs(&teesside, &name("-"), "").await.len(), 4);
        assert_eq!(runs(&teesside, &name("-"), "2026/27").await.len(), 2);
        assert!(runs(&teesside, "partners/northumbria/courses/-", "").await.is_empty());
    }

    async fn a_run_that_moves_to_another_year_takes_its_enrolments_along(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let name = teesside.teach("ba", 0).await.unwrap();
        let ann = teesside.person("ann");
        teesside.enrol(&name, "ann").await.unwrap();
        let moved = wire::CourseRun { name, academic_year: "2027/28".into(), ..Default::default() };
        change(&teesside, moved, &["academic_year"]).await.unwrap();
        assert_eq!(teesside.verify(&ann, "").await.unwrap().academic_year, "2027/28");
    }
}
