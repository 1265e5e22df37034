//! Reviews, concerns, the recommendation, the decision, and an early end.

use super::house::*;
use contracts::placements::v1::{
    AcceptPlacementRequest, DecideOutcomeRequest, RaiseConcernRequest, RecommendOutcomeRequest,
    ResolveConcernRequest, TerminatePlacementRequest, decide_outcome_request::Decision,
};
use placements::domain::Qualification;
use vocabulary::Role;

fn recommending(name: &str) -> RecommendOutcomeRequest {
    RecommendOutcomeRequest { name: name.into(), pass: true, report: "Ready.".into(), ..Default::default() }
}

fn deciding(name: &str, decision: Decision) -> DecideOutcomeRequest {
    DecideOutcomeRequest { name: name.into(), decision: decision.into(), ..Default::default() }
}

fn concern(name: &str) -> RaiseConcernRequest {
    RaiseConcernRequest {
        name: name.into(),
        description: "A desk is missing.".into(),
        request_id: String::new(),
    }
}

fn solving(name: &str, id: &str) -> ResolveConcernRequest {
    let (concern_id, resolution) = (id.into(), "There is one now.".into());
    ResolveConcernRequest { name: name.into(), concern_id, resolution, request_id: String::new() }
}

async fn recommend(house: &House, who: &str, name: &str) -> Result<Placement, tonic::Status> {
    let mut client = house.someone("durham", Role::PracticeEducator, who);
    client.recommend_outcome(recommending(name)).await.map(tonic::Response::into_inner)
}

/// Started, with nothing in its ledger.
async fn begun(house: &House, student: &str) -> String {
    let name = house.standing(student, State::Confirmed).await.name;
    house.take("start", &name, "durham").await.unwrap().name
}

fn metadata(status: &tonic::Status, reason: &str) -> std::collections::HashMap<String, String> {
    let info = tonic_types::StatusExt::get_details_error_info(status).unwrap();
    assert_eq!(info.reason, reason);
    info.metadata
}

on_both! {
    async fn a_review_is_kept_by_date_and_corrected_by_the_same_kind_and_day(house: House) {
        let name = begun(&house, "s1").await;
        let mut durham = house.of("durham");
        durham.record_review(reviewing(&name, Reviewed::Final, END)).await.unwrap();
        durham.record_review(reviewing(&name, Reviewed::LearningAgreement, "2026-09-01")).await.unwrap();
        let mut again = reviewing(&name, Reviewed::Final, END);
        again.review.as_mut().unwrap().on_track = false;
        house.of("teesside").record_review(again).await.unwrap();
        let seen = durham.record_review(reviewing(&name, Reviewed::Midpoint, "2026-12-01")).await.unwrap().into_inner();
        let kept: Vec<_> = seen.reviews.iter().map(|it| (it.date.as_str(), it.kind(), it.on_track)).collect();
        let expected = [
            ("2026-09-01", Reviewed::LearningAgreement, true),
            ("2026-12-01", Reviewed::Midpoint, true),
            (END, Reviewed::Final, false),
        ];
        assert_eq!(kept, expected);
        let before = house.all().await;
        for (kind, date) in [(Reviewed::Quality, "2027-03-02"), (Reviewed::Midpoint, "2026-09-20")] {
            assert_eq!(fields(durham.record_review(reviewing(&name, kind, date)).await), ["review.date"], "{date}");
        }
        let empty = contracts::placements::v1::RecordReviewRequest { name: name.clone(), ..Default::default() };
        assert_eq!(fields(durham.record_review(empty).await), ["review"]);
        assert_eq!(house.all().await, before);
    }

    async fn days_reviews_and_concerns_are_taken_in_their_states_and_in_no_other(house: House) {
        use State::*;
        let open = [InProgress, Suspended];
        let live = [Proposed, Accepted, Confirmed, InProgress, Suspended, Recommended];
        let reviewed = [InProgress, Suspended, Recommended];
        let ended = [Passed, Failed, Terminated];
        let states = [
            Expired, Proposed, Accepted, Confirmed, InProgress, Suspended, Recommended, Passed, Failed, Declined,
            Withdrawn, Terminated,
        ];
        for (n, state) in states.into_iter().enumerate() {
            let name = house.standing(&format!("s{n}"), state).await.name;
            let mut durham = house.of("durham");
            let taken = |wanted: bool, answer: Result<_, tonic::Status>, what: &str| match answer {
                Ok(_) => assert!(wanted, "{what} in {state:?}"),
                Err(status) => {
                    assert!(!wanted, "{what} in {state:?}: {status:?}");
                    assert_eq!(no(Err::<(), _>(status)), "TRANSITION_NOT_ALLOWED", "{what} in {state:?}");
                }
            };
            let days = durham.record_days(recording(&name, vec![day(START, Kind::Attended)])).await;
            taken(open.contains(&state), days, "days");
            for (kind, wanted) in [
                (Reviewed::LearningAgreement, state == Confirmed || reviewed.contains(&state)),
                (Reviewed::Midpoint, reviewed.contains(&state)),
                (Reviewed::Quality, reviewed.contains(&state) || ended.contains(&state)),
            ] {
                let review = durham.record_review(reviewing(&name, kind, "2026-10-01")).await;
                taken(wanted, review, kind.as_str_name());
            }
            taken(live.contains(&state), durham.raise_concern(concern(&name)).await, "a concern");
        }
    }

    async fn a_concern_is_the_host_and_the_universitys_and_is_closed_once(house: House) {
        let name = begun(&house, "s1").await;
        house.of("durham").raise_concern(concern(&name)).await.unwrap();
        let seen = house.of("teesside").raise_concern(concern(&name)).await.unwrap().into_inner();
        let raised: Vec<_> = seen.concerns.iter().map(|it| (it.concern_id.as_str(), it.raised_by.as_str())).collect();
        let people = ["partners/durham/people/coordinator", "partners/teesside/people/coordinator"];
        assert_eq!(raised, [("1", people[0]), ("2", people[1])]);
        assert!(seen.concerns.iter().all(|it| it.resolve_time.is_none() && it.resolution.is_empty()));
        let solved = house.of("durham").resolve_concern(solving(&name, "2")).await.unwrap().into_inner();
        assert_eq!(solved.concerns[1].resolution, "There is one now.");
        assert!(solved.concerns[1].resolve_time.is_some() && solved.concerns[0].resolve_time.is_none());
        let before = house.all().await;
        assert_eq!(no(house.of("teesside").resolve_concern(solving(&name, "2")).await), "CONCERN_ALREADY_RESOLVED");
        assert_eq!(no(house.of("teesside").resolve_concern(solving(&name, "3")).await), "NOT_FOUND");
        for partner in ["gateshead", "northumbria"] {
            assert_eq!(no(house.of(partner).raise_concern(concern(&name)).await), "NOT_FOUND");
            assert_eq!(no(house.of(partner).resolve_concern(solving(&name, "1")).await), "NOT_FOUND");
        }
        let blank = RaiseConcernRequest { description: " ".into(), ..concern(&name) };
        assert_eq!(fields(house.of("durham").raise_concern(blank).await), ["description"]);
        assert_eq!(house.all().await, before);
        // What is open at the end may still be closed.
        house.take("terminate", &name, "durham").await.unwrap();
        house.of("teesside").resolve_concern(solving(&name, "1")).await.unwrap();
    }

    async fn whoever_answers_for_the_assessment_recommends_once_all_is_there(house: House) {
        let name = begun(&house, "s1").await;
        let mut durham = house.of("durham");
        for who in ["coordinator", "somebody"] {
            assert_eq!(no(recommend(&house, who, &name).await), "NOT_THE_ASSESSOR");
        }
        let told = metadata(&recommend(&house, "pat", &name).await.unwrap_err(), "DAYS_NOT_SERVED");
        assert_eq!((told["served"].as_str(), told["required"].as_str()), ("0", "100"));
        let days: Vec<_> = working_days(START, 100).map(|date| day(&date, Kind::Attended)).collect();
        durham.record_days(recording(&name, days[1..].to_vec())).await.unwrap();
        let told = metadata(&recommend(&house, "pat", &name).await.unwrap_err(), "DAYS_NOT_SERVED");
        assert_eq!(told["served"], "99");
        durham.record_days(recording(&name, days[..1].to_vec())).await.unwrap();
        for (kind, words) in [(Reviewed::Midpoint, "midpoint review"), (Reviewed::Final, "final review")] {
            let told = metadata(&recommend(&house, "pat", &name).await.unwrap_err(), "REVIEW_MISSING");
            assert_eq!(told["review"], words);
            durham.record_review(reviewing(&name, kind, END)).await.unwrap();
        }
        let made = recommend(&house, "pat", &name).await.unwrap();
        assert_eq!((made.state(), made.recommendation.as_str()), (State::Recommended, "Ready."));
        assert_eq!(made.pass_recommended, Some(true));
    }

    async fn behind_somebody_of_stage_1_the_ratifier_recommends(house: House) {
        house.teacher("one", Qualification::Stage1, 5).await;
        let name = house.proposed("s1").await.name;
        let ratifier = PAT.to_owned();
        let ask = AcceptPlacementRequest { ratifier, ..accepting(&name, "one") };
        house.of("durham").accept_placement(ask).await.unwrap();
        house.take("confirm", &name, "teesside").await.unwrap();
        house.take("start", &name, "durham").await.unwrap();
        house.serve(&name).await;
        assert_eq!(no(recommend(&house, "one", &name).await), "NOT_THE_ASSESSOR");
        assert_eq!(recommend(&house, "pat", &name).await.unwrap().state(), State::Recommended);
    }

    async fn the_university_passes_fails_or_asks_for_further_days(house: House) {
        let name = house.standing("s1", State::Recommended).await.name;
        let mut teesside = house.of("teesside");
        let before = house.all().await;
        for (decision, reason, further_days, field) in [
            (Decision::Fail, "", 0, "reason"),
            (Decision::Refer, "", 5, "reason"),
            (Decision::Refer, "more practice", 0, "further_days"),
            (Decision::Pass, "", 5, "further_days"),
            (Decision::Refer, "more practice", 101, "further_days"),
            (Decision::Unspecified, "", 0, "decision"),
        ] {
            let ask = DecideOutcomeRequest { reason: reason.into(), further_days, ..deciding(&name, decision) };
            assert_eq!(fields(teesside.decide_outcome(ask).await), [field], "{decision:?}");
        }
        assert_eq!(house.all().await, before);
        let ask = DecideOutcomeRequest {
            reason: "more practice".into(),
            further_days: 2,
            ..deciding(&name, Decision::Refer)
        };
        let referred = teesside.decide_outcome(ask).await.unwrap().into_inner();
        assert_eq!((referred.state(), referred.days_required), (State::InProgress, 102));
        assert_eq!(referred.projected_end_date, "2027-02-12", "two days after the hundredth");
        assert_eq!(house.learners().await, 1, "still taught");
        let told = metadata(&recommend(&house, "pat", &name).await.unwrap_err(), "DAYS_NOT_SERVED");
        assert_eq!((told["served"].as_str(), told["required"].as_str()), ("100", "102"));
        let more = ["2027-02-11", "2027-02-12"].map(|date| day(date, Kind::Attended)).to_vec();
        house.of("durham").record_days(recording(&name, more)).await.unwrap();
        recommend(&house, "pat", &name).await.unwrap();
        let passed = teesside.decide_outcome(deciding(&name, Decision::Pass)).await.unwrap().into_inner();
        assert_eq!((passed.state(), passed.days_attended), (State::Passed, 102));
        assert_eq!((house.learners().await, house.places(OFFER).await), (0, (0, 1)));
        let way: Vec<_> = house.events(&name).await.iter().map(|event| event.to_state()).collect();
        use State::*;
        let expected = [Proposed, Accepted, Confirmed, InProgress, Recommended, InProgress, Recommended, Passed];
        assert_eq!(way, expected);
    }

    async fn an_early_end_credits_at_most_what_was_attended(house: House) {
        let name = house.standing("s1", State::Suspended).await.name;
        let ask = |days_credited| {
            let reason = "left the course".into();
            TerminatePlacementRequest { name: name.clone(), reason, days_credited, ..Default::default() }
        };
        let before = house.all().await;
        let refused = house.of("teesside").terminate_placement(ask(101)).await.unwrap_err();
        let told = metadata(&refused, "CREDIT_EXCEEDS_ATTENDED");
        assert_eq!((told["credited"].as_str(), told["attended"].as_str()), ("101", "100"));
        for days in [-1, 201] {
            assert_eq!(fields(house.of("teesside").terminate_placement(ask(days)).await), ["days_credited"]);
        }
        assert_eq!(house.all().await, before);
        let ended = house.of("teesside").terminate_placement(ask(60)).await.unwrap().into_inner();
        assert_eq!((ended.state(), ended.days_credited), (State::Terminated, Some(60)));
        assert_eq!((ended.reason.as_str(), ended.projected_end_date.as_str()), ("left the course", DAY));
        assert_eq!((house.learners().await, house.places(OFFER).await), (0, (0, 1)));
    }
}
