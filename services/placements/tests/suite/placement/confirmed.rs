//! ConfirmPlacement: the university's enrolments are asked, and whatever they answer, or do not, nothing is confirmed
//! that they did not verify.

use super::{
    house::*,
    university::{LIES, Says},
};
use contracts::placements::v1::{ConfirmPlacementRequest, placement::EnrolmentCheck};
use futures_util::future::join_all;
use std::time::Duration;
use vocabulary::Deadline;

fn confirming(name: &str) -> ConfirmPlacementRequest {
    ConfirmPlacementRequest { name: name.into(), ..Default::default() }
}

async fn accepted(house: &House, student: &str) -> String {
    house.standing(student, State::Accepted).await.name
}

/// Waits until whoever asks again in the background has got somewhere.
async fn becomes(house: &House, name: &str, wanted: impl Fn(&Placement) -> bool) -> Placement {
    for _ in 0..2_400 {
        let placement = house.get("durham", name).await.unwrap();
        if wanted(&placement) {
            return placement;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{:?}", house.get("durham", name).await)
}

fn person(student: &str) -> String {
    format!("partners/teesside/people/{student}")
}

on_both! {
    async fn what_the_university_verifies_is_confirmed_with_the_rules_as_they_stand(house: House) {
        let name = accepted(&house, "s1").await;
        let made = house.of("teesside").confirm_placement(confirming(&name)).await.unwrap().into_inner();
        assert_eq!((made.state(), made.enrolment_check()), (State::Confirmed, EnrolmentCheck::Verified));
        let kept: Vec<&str> = made.rules.iter().map(|rule| rule.rule.as_str()).collect();
        assert!(["P3", "P4", "P9"].iter().all(|rule| kept.contains(rule)), "{kept:?}");
        assert!(made.rules.iter().all(|rule| !rule.explanation.is_empty()));
        let asked = house.university.asked();
        assert_eq!(asked.len(), 1);
        // Long after the first day it is today's enrolment that counts.
        assert_eq!((asked[0].person.as_str(), asked[0].date.as_str()), (person("s1").as_str(), DAY));
    }

    async fn nobody_is_asked_about_a_placement_that_cannot_be_confirmed(house: House) {
        let proposed = house.proposed("s1").await.name;
        let name = accepted(&house, "s2").await;
        for (partner, placement, reason) in [
            ("teesside", proposed.as_str(), "TRANSITION_NOT_ALLOWED"),
            ("durham", &name, "NOT_THE_UNIVERSITY"),
            ("northumbria", &name, "NOT_FOUND"),
        ] {
            assert_eq!(no(house.of(partner).confirm_placement(confirming(placement)).await), reason);
        }
        assert_eq!(house.university.asked(), []);
    }

    async fn a_refused_enrolment_is_said_and_kept_until_it_is_mended(house: House) {
        let name = accepted(&house, "s1").await;
        house.university.says(Says::No);
        let request_id = "0198a7a0-0000-7000-8000-000000000001".to_owned();
        let ask = ConfirmPlacementRequest { request_id, ..confirming(&name) };
        let refused = house.of("teesside").confirm_placement(ask.clone()).await.unwrap_err();
        assert_eq!(refused.code(), tonic::Code::FailedPrecondition);
        assert_eq!(no(Err::<(), _>(refused)), "ENROLMENT_REFUSED");
        let seen = house.get("durham", &name).await.unwrap();
        assert_eq!((seen.state(), seen.enrolment_check()), (State::Accepted, EnrolmentCheck::Refused));
        assert_eq!(house.places(OFFER).await, (0, 1));
        house.university.says(Says::Yes);
        assert_eq!(no(house.of("teesside").confirm_placement(ask).await), "ENROLMENT_REFUSED", "a retry hears it again");
        let made = house.of("teesside").confirm_placement(confirming(&name)).await.unwrap().into_inner();
        assert_eq!((made.state(), made.enrolment_check()), (State::Confirmed, EnrolmentCheck::Verified));
    }

    async fn whoever_lies_or_says_nothing_verifies_nothing_and_it_heals_by_itself(house: House) {
        let silent = [LIES.as_slice(), &[Says::Down]].concat();
        let mut waiting = vec![];
        for (n, says) in silent.into_iter().enumerate() {
            let student = format!("s{n}");
            let name = accepted(&house, &student).await;
            house.university.says_of(&person(&student), says);
            let seen = house.of("teesside").confirm_placement(confirming(&name)).await.unwrap().into_inner();
            assert_eq!((seen.state(), seen.enrolment_check()), (State::Accepted, EnrolmentCheck::Pending), "{says:?}");
            assert!(seen.rules.is_empty() && !format!("{seen:?}").contains("secrets"), "{says:?}");
            waiting.push((student, name));
        }
        for (student, _) in &waiting {
            house.university.says_of(&person(student), Says::Yes);
        }
        for (_, name) in &waiting {
            let made = becomes(&house, name, |seen| seen.state() == State::Confirmed).await;
            assert_eq!(made.enrolment_check(), EnrolmentCheck::Verified);
            let last = house.events(name).await.pop().unwrap();
            assert_eq!(last.actor, "partners/teesside/people/coordinator", "whoever meant to confirm");
        }
    }

    async fn who_does_not_answer_in_time_keeps_nobody_waiting(house: House) {
        let name = accepted(&house, "s1").await;
        house.university.says(Says::Nothing);
        let mut call = crate::house::call("teesside");
        call.deadline = Deadline::after(Duration::from_secs(2));
        let asked = Client::new(house.door(call)).confirm_placement(confirming(&name)).await;
        let seen = asked.unwrap().into_inner();
        assert_eq!((seen.state(), seen.enrolment_check()), (State::Accepted, EnrolmentCheck::Pending));
        house.university.says(Says::Yes);
        becomes(&house, &name, |seen| seen.state() == State::Confirmed).await;
    }

    async fn one_student_of_whom_nonsense_is_said_keeps_no_other_waiting(house: House) {
        let (first, second) = (accepted(&house, "s1").await, accepted(&house, "s2").await);
        house.university.says(Says::Contradiction);
        for name in [&first, &second] {
            house.of("teesside").confirm_placement(confirming(name)).await.unwrap();
        }
        house.university.says_of(&person("s2"), Says::Yes);
        becomes(&house, &second, |seen| seen.state() == State::Confirmed).await;
        let seen = house.get("durham", &first).await.unwrap();
        assert_eq!((seen.state(), seen.enrolment_check()), (State::Accepted, EnrolmentCheck::Pending));
    }

    async fn an_answer_is_awaited_by_whoever_comes_after_the_process_that_asked(house: House) {
        let name = accepted(&house, "s1").await;
        house.university.says(Says::Down);
        house.of("teesside").confirm_placement(confirming(&name)).await.unwrap();
        let house = house.reopened().await;
        house.university.says(Says::Yes);
        becomes(&house, &name, |seen| seen.state() == State::Confirmed).await;
    }

    async fn a_rule_that_is_broken_meanwhile_is_decided_on_by_the_university(house: House) {
        for (student, says, check) in [
            ("s1", Says::Yes, EnrolmentCheck::Verified),
            ("s2", Says::No, EnrolmentCheck::Refused),
        ] {
            house.university.says(Says::Down);
            house.need_with("teesside", student, |need| need.drives = false).await;
            let name = house.propose(student).await.unwrap().name;
            house.take("accept", &name, "durham").await.unwrap();
            house.of("teesside").confirm_placement(confirming(&name)).await.unwrap();
            house.run("UPDATE placement_offers SET driver_required = true").await;
            house.university.says(says);
            let seen = becomes(&house, &name, |seen| seen.enrolment_check() != EnrolmentCheck::Pending).await;
            assert_eq!((seen.state(), seen.enrolment_check()), (State::Accepted, check));
            let refused = house.of("teesside").confirm_placement(confirming(&name)).await.unwrap_err();
            let gates = tonic_types::StatusExt::get_details_precondition_failure(&refused).unwrap();
            assert_eq!(gates.violations.len(), 1);
            assert_eq!(gates.violations[0].subject, "P12");
            house.run("UPDATE placement_offers SET driver_required = false").await;
        }
    }

    async fn what_is_withdrawn_while_it_waits_is_never_confirmed(house: House) {
        let name = accepted(&house, "s1").await;
        house.university.says(Says::Down);
        house.of("teesside").confirm_placement(confirming(&name)).await.unwrap();
        let gone = house.take("withdraw", &name, "teesside").await.unwrap();
        assert_eq!((gone.state(), gone.enrolment_check()), (State::Withdrawn, EnrolmentCheck::Unspecified));
        let placement: placements::domain::PlacementName = name.parse().unwrap();
        let late = placements::domain::placement::EnrolmentAnswer::Verified;
        house.app.enrolment_answered(&placement, late).await.unwrap();
        assert_eq!(house.get("durham", &name).await.unwrap(), gone);
        assert_eq!(house.places(OFFER).await, (0, 0));
    }

    async fn many_who_confirm_at_once_confirm_once(house: House) {
        let name = accepted(&house, "s1").await;
        let asked = join_all((0..12).map(|_| {
            let mut teesside = house.of("teesside");
            let ask = confirming(&name);
            async move { teesside.confirm_placement(ask).await }
        }));
        let (made, refused): (Vec<_>, Vec<_>) = asked.await.into_iter().partition(Result::is_ok);
        assert_eq!(made.len(), 1);
        assert!(refused.into_iter().all(|refused| no(refused) == "TRANSITION_NOT_ALLOWED"));
        assert_eq!(house.events(&name).await.len(), 3);
    }
}
