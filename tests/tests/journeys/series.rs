//! A series keeps its local time when the clocks change. The years lie far ahead, so that the dates stay to come.

use contracts::masterclasses::v1 as wire;
use practicum_tests::{Person, on_both_stores, reason, request_id, session};
use prost_types::Timestamp;
use tonic::Status;
use tonic_types::StatusExt;
use vocabulary::Instant;

fn time(text: &str) -> Option<Timestamp> {
    let instant: Instant = text.parse().unwrap();
    Some(Timestamp { seconds: instant.timestamp(), nanos: 0 })
}

async fn weekly(
    who: &Person,
    id: &str,
    start: &str,
    end: &str,
    count: i32,
) -> Result<Vec<wire::Session>, Status> {
    let first = wire::Session { start_time: time(start), end_time: time(end), ..session(10) };
    let request = wire::CreateSessionsRequest {
        parent: "masterclasses/weekly".into(),
        session: Some(first),
        session_id: id.into(),
        recurrence: Some(wire::Recurrence { interval_weeks: 1, count }),
        request_id: request_id(),
    };
    Ok(who.masterclasses.clone().create_sessions(request).await?.into_inner().sessions)
}

fn starts(sessions: &[wire::Session]) -> Vec<Option<Timestamp>> {
    sessions.iter().map(|session| session.start_time).collect()
}

on_both_stores! {
    async fn a_weekly_series_keeps_its_local_time_across_both_clock_changes(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        durham.host("weekly", session(1)).await.unwrap();
        let spring = weekly(&durham, "spring", "2045-03-21T12:30:00Z", "2045-03-21T13:30:00Z", 3).await.unwrap();
        let local = ["2045-03-21T12:30:00Z", "2045-03-28T11:30:00Z", "2045-04-04T11:30:00Z"].map(time);
        assert_eq!(starts(&spring), local);
        let autumn = weekly(&durham, "autumn", "2045-10-24T08:00:00Z", "2045-10-24T15:00:00Z", 2).await.unwrap();
        assert_eq!(starts(&autumn), ["2045-10-24T08:00:00Z", "2045-10-31T09:00:00Z"].map(time));
        let names: Vec<&str> = spring.iter().map(|session| session.name.rsplit('/').next().unwrap()).collect();
        assert_eq!(names, ["spring", "spring-2", "spring-3"]);
        let read = durham.session(&spring[2].name).await.unwrap();
        assert_eq!((read.start_time, read.end_time), (time("2045-04-04T11:30:00Z"), time("2045-04-04T12:30:00Z")));
    }

    async fn a_series_that_meets_an_hour_that_the_clocks_skip_is_refused_naming_the_day(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        durham.host("weekly", session(1)).await.unwrap();
        let skipped = weekly(&durham, "night", "2045-03-19T01:30:00Z", "2045-03-19T03:00:00Z", 2).await.unwrap_err();
        assert_eq!(reason(&skipped), "TIME_DOES_NOT_EXIST");
        let told = skipped.get_details_error_info().unwrap().metadata;
        assert_eq!((told["day"].as_str(), told["time"].as_str()), ("2045-03-26", "01:30"));
        let first = wire::GetSessionRequest { name: "masterclasses/weekly/sessions/night".into() };
        let absent = durham.masterclasses.clone().get_session(first).await.unwrap_err();
        assert_eq!(reason(&absent), "NOT_FOUND", "none of the series was made");
        let twice = weekly(&durham, "late", "2045-10-22T00:30:00Z", "2045-10-22T03:00:00Z", 2).await.unwrap();
        assert_eq!(twice[1].start_time, time("2045-10-29T00:30:00Z"), "the earlier of the two");
    }

    async fn a_series_is_made_whole_or_not_at_all(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        durham.host("weekly", session(1)).await.unwrap();
        durham.schedule("weekly", "may-3", session(5)).await.unwrap();
        let taken = weekly(&durham, "may", "2045-05-02T12:00:00Z", "2045-05-02T13:00:00Z", 4).await.unwrap_err();
        assert_eq!(reason(&taken), "SESSION_EXISTS");
        assert!(taken.message().contains("masterclasses/weekly/sessions/may-3"), "{}", taken.message());
        let request = wire::ListSessionsRequest { parent: "masterclasses/weekly".into(), ..Default::default() };
        let there = durham.masterclasses.clone().list_sessions(request).await.unwrap().into_inner().sessions;
        assert_eq!(there.len(), 2, "s1 and may-3");
    }
}
