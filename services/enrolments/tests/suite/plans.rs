//! What a page costs: it reads what it shows and not what comes before, however deep it lies.

use crate::house::{House, call, rows_read};
use enrolments::actions::{CourseRunFilter, EnrolmentFilter, ListCourseRuns, ListEnrolments, Within};
use sqlx::{AssertSqlSafe, Executor, PgConnection};
use vocabulary::PageSize;

const ENROLMENTS: i64 = 20_000;

/// Many runs and many enrolments on them at two universities, half of them sponsored, written past the service.
async fn crowded() -> (House, PgConnection) {
    let house = House::up().await;
    for university in ["teesside", "northumbria"] {
        house.teach(university).await;
    }
    let mut owner = house.owner().await;
    let runs = "INSERT INTO course_runs (id, partner, course, revision, academic_year, start_date, end_date, places, \
                places_taken, create_us, update_us) SELECT course || '/r' || lpad(n::text, 6, '0'), partner, course, \
                revision, CASE WHEN n % 2 = 0 THEN '2026/27' ELSE '2025/26' END, start_date, end_date, 0, 0, 0, 0 \
                FROM course_runs, generate_series(1, 5000) n";
    let people = format!(
        "INSERT INTO people (id, partner, revision, given_name, family_name, email, social_work_england_number) \
         SELECT partner || '/p' || n, partner, 0, '', '', '', '' FROM courses, generate_series(1, {ENROLMENTS}) n"
    );
    let enrolments = "INSERT INTO enrolments (id, partner, person, run, revision, academic_year, state, study_mode, \
                      sponsor, funding, reason, outcome, dropped, create_us, update_us) \
                      SELECT partner || '/e' || lpad(substr(split_part(id, '/', 2), 2), 8, '0'), partner, id, \
                      partner || '/c/r', 1, '2026/27', 'active', 'full_time', \
                      CASE WHEN right(id, 1) IN ('0', '5') THEN 'durham' END, '', '', '', false, 0, 0 FROM people";
    for sql in [runs, &people, enrolments, "ANALYZE"] {
        owner.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
    }
    (house, owner)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deep_page_reads_a_page_and_not_the_table() {
    let (house, mut owner) = crowded().await;
    let size = PageSize::from_wire(50).unwrap();
    let university = Some("teesside".parse().unwrap());
    let of_run = Some("partners/teesside/courses/c/runs/r".parse().unwrap());
    let after = Some("teesside/e00015000".to_owned());
    let lists = [
        ("teesside", EnrolmentFilter { university: university.clone(), ..Default::default() }),
        ("teesside", EnrolmentFilter { university: university.clone(), run: of_run, ..Default::default() }),
        ("durham", EnrolmentFilter::default()),
        ("durham", EnrolmentFilter { university, ..Default::default() }),
    ];
    let mut before = rows_read(&house.app.ledger.database, &mut owner, ["enrolments", "people"]).await;
    for (caller, filter) in lists {
        let filter = EnrolmentFilter { after: after.clone(), ..filter };
        let ask = ListEnrolments { filter: filter.clone(), size };
        let page = house.app.list_enrolments(&call(caller), ask).await.unwrap();
        assert_eq!(page.rows.len(), 50, "{caller} {filter:?}");
        let now = rows_read(&house.app.ledger.database, &mut owner, ["enrolments", "people"]).await;
        for (cost, table) in [(now[0] - before[0], "enrolments"), (now[1] - before[1], "people")] {
            assert!((50..1_000).contains(&cost), "{caller} {filter:?}: a page of 50 read {cost} {table}");
        }
        before = now;
    }
    let person = Some("partners/teesside/people/p15000".parse().unwrap());
    let ask = ListEnrolments {
        filter: EnrolmentFilter {
            person,
            university: Some("teesside".parse().unwrap()),
            ..Default::default()
        },
        size,
    };
    let page = house.app.list_enrolments(&call("teesside"), ask).await.unwrap();
    assert_eq!(page.rows.len(), 1);
    let now = rows_read(&house.app.ledger.database, &mut owner, ["enrolments", "people"]).await;
    assert!(now[0] - before[0] < 10, "a person's one was found among {}", now[0] - before[0]);
    let within = Within::University("teesside".parse().unwrap());
    let filter = CourseRunFilter {
        within,
        academic_year: Some("2026/27".parse().unwrap()),
        after: Some("teesside/c/r004000".into()),
    };
    let [before] = rows_read(&house.app.ledger.database, &mut owner, ["course_runs"]).await;
    let page = house.app.list_course_runs(&call("durham"), ListCourseRuns { filter, size }).await.unwrap();
    assert_eq!(page.rows.len(), 50);
    let [now] = rows_read(&house.app.ledger.database, &mut owner, ["course_runs"]).await;
    assert!((50..500).contains(&(now - before)), "a page of 50 read {} runs", now - before);
}
