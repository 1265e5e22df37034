//! Reads by name are never older than what their caller has seen, on any replica.

use contracts::enrolments::v1 as wire;
use practicum_tests::{Official, Options, Stand, Store, officials::mask, officials::not_before};

/// Writes at one replica and reads at the other: a course's title, and a run's places that are taken.
async fn many_times(here: &Official, there: &Official) {
    let run = here.teach("ba", 0).await.unwrap();
    let course = wire::Course { name: "partners/teesside/courses/ba".into(), ..Default::default() };
    for n in 0..200 {
        let course = wire::Course { title: format!("Title {n}"), ..course.clone() };
        let name = course.name.clone();
        let update = wire::UpdateCourseRequest {
            course: Some(course),
            update_mask: mask(&["title"]),
            ..Default::default()
        };
        let answer = here.enrolments.clone().update_course(update).await.unwrap().into_inner();
        let get = not_before(wire::GetCourseRequest { name }, &answer.etag);
        let read = there.enrolments.clone().get_course(get).await.unwrap().into_inner();
        assert_eq!(read, answer, "after {n} writes");
        if n % 10 == 0 {
            let made = here.enrol(&run, &format!("p{n}")).await.unwrap();
            assert_eq!(there.run_since(&run, &made.etag).await.unwrap().places_taken, n / 10 + 1);
        }
    }
}

async fn two_replicas(redis: Option<String>) {
    let options = Options { store: Store::Postgres, redis, ..Options::default() };
    let first = Stand::up(options.clone()).await;
    let second = Stand::up(Options { beside: Some(first.replica()), ..options }).await;
    let (here, there) = (first.registrar("teesside").await, second.registrar("teesside").await);
    Box::pin(many_times(&here, &there)).await;
    second.down().await;
    first.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_is_read_on_the_other_replica_without_redis() {
    two_replicas(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_is_read_on_the_other_replica_with_redis() {
    two_replicas(Some(testkit::redis().fresh_url().await)).await;
}
