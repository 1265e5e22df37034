//! An enrolment's way from its first day to its last.

use contracts::enrolments::v1::{self as wire, enrolment::State};
use practicum_tests::{Official, on_both_stores, reason, request_id};
use tonic::Status;
use tonic_types::StatusExt;

/// What leads an enrolment on, each call by its name.
async fn lead(who: &Official, call: &str, name: &str) -> Result<wire::Enrolment, Status> {
    match call {
        "interrupt" => who.interrupt(name, "a reason").await,
        "resume" => who.resume(name).await,
        "withdraw" => who.withdraw(name, "a reason").await,
        _ => who.complete(name, "Pass with merit").await,
    }
}

on_both_stores! {
    async fn an_enrolment_is_interrupted_resumed_and_completed_with_its_words(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let run = teesside.teach("ba", 0).await.unwrap();
        let made = teesside.enrol(&run, "ann").await.unwrap();
        assert_eq!((made.state(), made.study_mode()), (State::Active, wire::enrolment::StudyMode::FullTime));
        let paused = teesside.interrupt(&made.name, "parental leave").await.unwrap();
        assert_eq!((paused.state(), paused.reason.as_str()), (State::Interrupted, "parental leave"));
        let back = teesside.resume(&made.name).await.unwrap();
        assert_eq!((back.state(), back.reason.as_str()), (State::Active, ""));
        let done = teesside.complete(&made.name, "Pass with merit").await.unwrap();
        assert_eq!((done.state(), done.outcome.as_str()), (State::Completed, "Pass with merit"));
        assert!(done.held_fields.is_empty(), "no data set feeds it");
        assert_eq!(teesside.enrolment(&made.name).await.unwrap(), done);
    }

    async fn a_call_that_does_not_lead_on_is_refused_and_says_where_the_enrolment_stands(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let run = teesside.teach("ba", 0).await.unwrap();
        let ways: [(&[&str], &[&str], &str); 4] = [
            (&[], &["resume"], "active"),
            (&["interrupt"], &["interrupt"], "interrupted"),
            (&["withdraw"], &["interrupt", "resume", "withdraw", "complete"], "withdrawn"),
            (&["complete"], &["interrupt", "resume", "withdraw", "complete"], "completed"),
        ];
        for (n, (way, closed, state)) in ways.into_iter().enumerate() {
            let name = teesside.enrol(&run, &format!("p{n}")).await.unwrap().name;
            for call in way {
                lead(&teesside, call, &name).await.unwrap();
            }
            for call in closed {
                let refused = lead(&teesside, call, &name).await.unwrap_err();
                assert_eq!(reason(&refused), "TRANSITION_NOT_ALLOWED", "{call} when {state}");
                assert_eq!(refused.get_details_error_info().unwrap().metadata["state"], state, "{call}");
            }
        }
        let other = stand.registrar("northumbria").await;
        let name = teesside.enrol(&run, "ann").await.unwrap().name;
        for call in ["interrupt", "resume", "withdraw", "complete"] {
            assert_eq!(reason(&lead(&other, call, &name).await.unwrap_err()), "NOT_FOUND", "{call}");
        }
    }

    async fn what_has_changed_since_it_was_read_is_not_led_on(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let run = teesside.teach("ba", 0).await.unwrap();
        let made = teesside.enrol(&run, "ann").await.unwrap();
        let paused = teesside.interrupt(&made.name, "").await.unwrap();
        let withdraw = |etag: &str| {
            let (name, etag) = (made.name.clone(), etag.to_owned());
            wire::WithdrawEnrolmentRequest { name, etag, request_id: request_id(), ..Default::default() }
        };
        let mut client = teesside.enrolments.clone();
        let stale = client.withdraw_enrolment(withdraw(&made.etag)).await.unwrap_err();
        assert_eq!(reason(&stale), "STALE_ETAG");
        client.withdraw_enrolment(withdraw(&paused.etag)).await.unwrap();
    }

    async fn what_starts_later_is_pending_and_begins_on_its_day(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let run = teesside.teach("ba", 1).await.unwrap();
        let in_a_week = (stand.clock.now() + chrono::Duration::days(7)).format("%Y-%m-%d").to_string();
        let later = wire::Enrolment { start_date: in_a_week, ..Default::default() };
        let made = teesside.enrol_as(&run, "ann", later).await.unwrap();
        assert_eq!(made.state(), State::Pending);
        assert_eq!(reason(&teesside.enrol(&run, "ben").await.unwrap_err()), "RUN_FULL", "it has a place");
        for call in ["interrupt", "resume", "withdraw", "complete"] {
            assert_eq!(reason(&lead(&teesside, call, &made.name).await.unwrap_err()), "TRANSITION_NOT_ALLOWED");
        }
        let sweep = || async { stand.enrolments().await.app.sweep().await.unwrap() };
        stand.clock.advance(chrono::Duration::days(5));
        assert_eq!(sweep().await, 0);
        stand.clock.advance(chrono::Duration::days(3));
        assert_eq!((sweep().await, sweep().await), (1, 0), "once");
        assert_eq!(teesside_again(stand).await.enrolment(&made.name).await.unwrap().state(), State::Active);
    }
}

/// A token outlives no week.
async fn teesside_again(stand: &practicum_tests::Stand) -> Official {
    stand.registrar("teesside").await
}
