//! From the first day on: the ledger, what it takes, and where it leads.

use super::house::*;
use contracts::placements::v1::{
    ListDaysRequest, PlacementDay, RecordDaysRequest, ResumePlacementRequest, Stage, StartPlacementRequest,
    SuspendPlacementRequest,
};
use placements::domain;

fn starting(name: &str, date: &str) -> StartPlacementRequest {
    StartPlacementRequest { name: name.into(), start_date: date.into(), ..Default::default() }
}

/// A placement in progress since a Monday of an academic year, on its first day.
async fn begun(
    house: &House,
    student: &str,
    stage: Stage,
    year: &'static str,
    start: &'static str,
) -> Placement {
    let id = format!("place-{student}");
    let both = |terms: &mut domain::OfferTerms| {
        terms.academic_year = year.parse().unwrap();
        terms.stages = vec![domain::Stage::First, domain::Stage::Final];
    };
    let place = house.place(&id, both).await;
    house
        .need_with("teesside", student, |need| {
            (need.academic_year, need.start_date) = (year.into(), start.into());
            need.stage = stage.into();
            if stage == Stage::First {
                need.earlier_placements = vec![];
            }
        })
        .await;
    house.at(start);
    let made = house.of("teesside").propose_placement(proposing(student, &place)).await.unwrap().into_inner();
    for step in ["accept", "confirm"] {
        house.take(step, &made.name, party(step)).await.unwrap();
    }
    house.of("durham").start_placement(starting(&made.name, "")).await.unwrap().into_inner()
}

async fn record(house: &House, name: &str, days: &[(&str, Kind)]) -> Placement {
    let days = days.iter().map(|(date, kind)| day(date, *kind)).collect();
    house.of("durham").record_days(recording(name, days)).await.unwrap().into_inner()
}

/// The days that a refusal names, and why.
fn refused(status: &tonic::Status) -> Vec<(String, String)> {
    let info = tonic_types::StatusExt::get_details_error_info(status).unwrap();
    assert_eq!(info.reason, "DAY_NOT_RECORDABLE");
    let gates = tonic_types::StatusExt::get_details_precondition_failure(status).unwrap().violations;
    let named: Vec<&str> = gates.iter().map(|gate| gate.subject.as_str()).collect();
    assert_eq!(info.metadata["days"], named.join(" "));
    gates.into_iter().map(|gate| (gate.subject, gate.description)).collect()
}

on_both! {
    async fn the_partnerships_two_placements_end_when_it_says_and_each_day_missed_adds_one(house: House) {
        let first = begun(&house, "s1", Stage::First, "2024/25", "2025-01-06").await;
        assert_eq!((first.days_required, first.projected_end_date.as_str()), (70, "2025-04-11"));
        let last = begun(&house, "s2", Stage::Final, "2025/26", "2025-09-22").await;
        assert_eq!((last.days_required, last.projected_end_date.as_str()), (100, "2026-02-11"));
        house.at("2026-02-11");
        let missed = ["2025-09-23", "2025-12-24", "2026-01-02", "2026-02-11"];
        let ends = ["2026-02-12", "2026-02-13", "2026-02-16", "2026-02-17"];
        for (missed, end) in missed.into_iter().zip(ends) {
            assert_eq!(record(&house, &last.name, &[(missed, Kind::Absent)]).await.projected_end_date, end);
        }
        let mended = ["2025-09-23", "2025-12-24", "2026-01-02"].map(|missed| (missed, Kind::Attended));
        let mended = record(&house, &last.name, &mended).await;
        assert_eq!((mended.days_attended, mended.projected_end_date.as_str()), (3, "2026-02-12"));
    }

    async fn it_starts_on_its_day_or_later_and_once_it_is_confirmed(house: House) {
        house.at("2026-09-20");
        let name = house.proposed("s1").await.name;
        for step in ["accept", "confirm"] {
            house.take(step, &name, party(step)).await.unwrap();
        }
        let before = house.all().await;
        let mut durham = house.of("durham");
        for date in ["", "2026-09-20", START, "2026-09-22"] {
            let refused = durham.start_placement(starting(&name, date)).await.unwrap_err();
            let info = tonic_types::StatusExt::get_details_error_info(&refused).unwrap();
            let told = if date == "2026-09-22" { date } else { START };
            assert_eq!((info.reason.as_str(), info.metadata["start_date"].as_str()), ("START_DATE_NOT_REACHED", told));
        }
        assert_eq!(fields(durham.start_placement(starting(&name, "2026-02-30")).await), ["start_date"]);
        assert_eq!(house.all().await, before);
        house.at("2026-09-23");
        let early = durham.start_placement(starting(&name, "2026-09-20")).await;
        assert_eq!(fields(early), ["start_date"], "the university verified the planned day");
        let begun = durham.start_placement(starting(&name, "2026-09-22")).await.unwrap().into_inner();
        assert_eq!((begun.state(), begun.start_date.as_str()), (State::InProgress, "2026-09-22"));
        assert_eq!(begun.projected_end_date, "2027-02-11", "a day later than planned");
    }

    async fn recall_and_skills_days_are_counted_apart_and_moved_too(house: House) {
        let begun = begun(&house, "s1", Stage::Final, "2025/26", "2025-09-22").await;
        house.at("2025-10-31");
        let days = [
            ("2025-09-22", Kind::Attended),
            ("2025-09-23", Kind::Recall),
            ("2025-09-24", Kind::Skills),
            // A Saturday, in exchange for nothing yet.
            ("2025-09-27", Kind::Attended),
        ];
        let seen = record(&house, &begun.name, &days).await;
        assert_eq!((seen.days_attended, seen.skills_days), (2, 1));
        assert_eq!(seen.projected_end_date, "2026-02-12", "two days of the pattern lost, one gained");
        assert_eq!(house.events(&begun.name).await.len(), 4, "days are no events");
    }

    async fn what_the_ledger_does_not_take_is_named_and_nothing_is_written(house: House) {
        let begun = begun(&house, "s1", Stage::Final, "2025/26", "2025-09-22").await;
        house.at("2025-10-06");
        let suspend = SuspendPlacementRequest { name: begun.name.clone(), reason: "ill".into(), ..Default::default() };
        house.of("durham").suspend_placement(suspend).await.unwrap();
        house.at("2025-10-13");
        house.take("resume", &begun.name, "teesside").await.unwrap();
        house.at("2026-01-05");
        let before = house.all().await;
        let days = ["2025-09-19", "2025-09-22", "2025-10-06", "2025-10-12", "2025-10-13", "2025-12-25", "2026-01-06"];
        let ask = recording(&begun.name, days.map(|date| day(date, Kind::Attended)).to_vec());
        let status = house.of("durham").record_days(ask).await.unwrap_err();
        let paused = "while the placement was suspended";
        let told = [
            ("2025-09-19", "before the placement's start on 2025-09-22"),
            ("2025-10-06", paused),
            ("2025-10-12", paused),
            ("2025-12-25", "a bank holiday (Christmas Day)"),
            ("2026-01-06", "in the future"),
        ];
        assert_eq!(refused(&status), told.map(|(date, why)| (date.to_owned(), why.to_owned())));
        let twice = recording(&begun.name, vec![day("2025-09-22", Kind::Absent), day("2025-09-22", Kind::Attended)]);
        assert_eq!(fields(house.of("durham").record_days(twice).await), ["days[1].date"]);
        let blank = recording(&begun.name, vec![PlacementDay::default()]);
        assert_eq!(fields(house.of("durham").record_days(blank).await), ["days[0].date", "days[0].kind"]);
        assert_eq!(fields(house.of("durham").record_days(recording(&begun.name, vec![])).await), ["days"]);
        let other = recording(&begun.name, vec![day("2025-09-22", Kind::Absent)]);
        assert_eq!(no(house.of("teesside").record_days(other).await), "NOT_THE_HOST");
        assert_eq!(house.all().await, before);
    }

    async fn thirty_skills_days_are_for_both_placements_together(house: House) {
        let first = begun(&house, "s1", Stage::First, "2024/25", "2025-01-06").await;
        house.at("2025-03-01");
        let twenty: Vec<_> = working_days("2025-01-06", 20).map(|date| day(&date, Kind::Skills)).collect();
        let seen = house.of("durham").record_days(recording(&first.name, twenty.clone())).await.unwrap().into_inner();
        assert_eq!(seen.skills_days, 20);
        // The same days again are no more of them.
        house.of("durham").record_days(recording(&first.name, twenty)).await.unwrap();
        house.take("terminate", &first.name, "durham").await.unwrap();
        house.place("last", |terms| terms.academic_year = "2025/26".parse().unwrap()).await;
        house.need_with("teesside", "s1-last", |need| {
            need.student.as_mut().unwrap().person = "partners/teesside/people/s1".into();
            (need.academic_year, need.start_date) = ("2025/26".into(), "2025-09-22".into());
        }).await;
        house.at("2025-09-22");
        let place = "partners/durham/placementOffers/last";
        let last = house.of("teesside").propose_placement(proposing("s1-last", place)).await.unwrap().into_inner();
        for step in ["accept", "confirm"] {
            house.take(step, &last.name, party(step)).await.unwrap();
        }
        house.of("durham").start_placement(starting(&last.name, "")).await.unwrap();
        house.at("2025-12-01");
        let skills = |count| working_days("2025-09-22", count).map(|date| day(&date, Kind::Skills)).collect::<Vec<_>>();
        let status = house.of("durham").record_days(recording(&last.name, skills(11))).await.unwrap_err();
        let why = "a skills day beyond the 30 over all placements".to_owned();
        assert_eq!(refused(&status), [("2025-10-06".to_owned(), why)]);
        let seen = house.of("durham").record_days(recording(&last.name, skills(10))).await.unwrap().into_inner();
        assert_eq!(seen.skills_days, 10);
    }

    async fn the_ledger_is_read_by_date_a_page_at_a_time(house: House) {
        let begun = begun(&house, "s1", Stage::Final, "2025/26", "2025-09-22").await;
        house.at("2025-10-31");
        let mut days: Vec<_> = working_days("2025-09-22", 7).map(|date| day(&date, Kind::Attended)).collect();
        days[3].note = "Court in the morning.".into();
        days.reverse();
        let ask = RecordDaysRequest {
            request_id: "0198a7a0-0000-7000-8000-000000000001".into(),
            ..recording(&begun.name, days.clone())
        };
        let first = house.of("durham").record_days(ask.clone()).await.unwrap().into_inner();
        let before = house.all().await;
        assert_eq!(house.of("durham").record_days(ask).await.unwrap().into_inner(), first);
        assert_eq!(house.all().await, before);
        days.reverse();
        for partner in ["durham", "teesside"] {
            let (mut read, mut page_token) = (vec![], String::new());
            loop {
                let ask = ListDaysRequest { parent: begun.name.clone(), page_size: 3, page_token };
                let page = house.of(partner).list_days(ask).await.unwrap().into_inner();
                assert!(page.days.len() <= 3);
                read.extend(page.days);
                page_token = page.next_page_token;
                if page_token.is_empty() {
                    break;
                }
            }
            assert_eq!(read, days, "{partner}");
        }
    }

    async fn no_days_are_served_while_it_is_suspended_and_the_end_follows(house: House) {
        let begun = begun(&house, "s1", Stage::First, "2024/25", "2025-01-06").await;
        house.at("2025-02-03");
        let paused = house.take("suspend", &begun.name, "teesside").await.unwrap();
        assert_eq!((paused.state(), paused.reason.as_str()), (State::Suspended, "because"));
        house.at("2025-02-12");
        let before = house.all().await;
        let resuming = |date: &str| {
            ResumePlacementRequest { name: begun.name.clone(), date: date.into(), ..Default::default() }
        };
        for date in ["2025-02-02", "2025-02-13"] {
            assert_eq!(fields(house.of("durham").resume_placement(resuming(date)).await), ["date"], "{date}");
        }
        assert_eq!(house.all().await, before);
        // A week without days: five later, past Good Friday and Easter Monday.
        let back = house.of("durham").resume_placement(resuming("2025-02-10")).await.unwrap().into_inner();
        assert_eq!((back.state(), back.projected_end_date.as_str()), (State::InProgress, "2025-04-22"));
        let week = working_days("2025-02-03", 6).map(|date| day(&date, Kind::Attended)).collect();
        let status = house.of("durham").record_days(recording(&begun.name, week)).await.unwrap_err();
        assert_eq!(refused(&status).len(), 5, "the sixth is the first one back");
    }
}
