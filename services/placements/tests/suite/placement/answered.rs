//! What answers a proposal: the host, or time.

use super::house::*;
use contracts::placements::v1::{AcceptPlacementRequest, WithdrawPlacementOfferRequest};
use futures_util::future::join_all;
use placements::domain::Qualification;
use std::time::Duration;

fn with(name: &str, educator: &str, ratifier: &str) -> AcceptPlacementRequest {
    let ratifier = format!("partners/durham/practiceEducators/{ratifier}");
    AcceptPlacementRequest { ratifier, ..accepting(name, educator) }
}

on_both! {
    async fn a_host_names_its_own_and_somebody_with_room(house: House) {
        house.teacher("full", Qualification::Stage2, 1).await;
        house.educator("gateshead", "far", Qualification::Stage2, Some("2199-07-31"), 1).await;
        let (first, second) = (house.proposed("s1").await.name, house.proposed("s2").await.name);
        let mut durham = house.of("durham");
        let before = house.all().await;
        assert_eq!(no(durham.accept_placement(accepting(&first, "nobody")).await), "NOT_FOUND");
        let foreign = AcceptPlacementRequest {
            practice_educator: "partners/gateshead/practiceEducators/far".into(),
            ..accepting(&first, "pat")
        };
        assert_eq!(no(durham.accept_placement(foreign).await), "NOT_FOUND");
        let foreign = AcceptPlacementRequest {
            onsite_supervisor: "partners/gateshead/people/far".into(),
            ..accepting(&first, "pat")
        };
        assert_eq!(no(durham.accept_placement(foreign).await), "PERSON_OF_ANOTHER_PARTNER");
        assert_eq!(house.all().await, before);
        let supervisor = "partners/durham/people/sam";
        let ask = AcceptPlacementRequest { onsite_supervisor: supervisor.into(), ..accepting(&first, "full") };
        let made = durham.accept_placement(ask).await.unwrap().into_inner();
        assert_eq!(made.practice_educator, "partners/durham/practiceEducators/full");
        assert_eq!((made.onsite_supervisor.as_str(), made.ratifier.as_str()), (supervisor, ""));
        assert_eq!((made.state(), made.hold_expire_time), (State::Accepted, None));
        let before = house.all().await;
        let refused = durham.accept_placement(accepting(&second, "full")).await.unwrap_err();
        let info = tonic_types::StatusExt::get_details_error_info(&refused).unwrap();
        assert_eq!(info.reason, "EDUCATOR_AT_LIMIT");
        assert_eq!((info.metadata["learners"].as_str(), info.metadata["max_learners"].as_str()), ("1", "1"));
        assert_eq!(house.all().await, before);
    }

    async fn a_final_placement_is_behind_somebody_of_stage_2_to_its_end(house: House) {
        let until = |id: &'static str, qualification, day: Option<&'static str>| {
            house.educator("durham", id, qualification, day, 5)
        };
        until("one", Qualification::Stage1, Some("2199-07-31")).await;
        until("trainee", Qualification::InTraining, None).await;
        until("two", Qualification::Stage2, Some(END)).await;
        until("short", Qualification::Stage2, Some("2027-02-09")).await;
        let name = house.proposed("s1").await.name;
        let mut durham = house.of("durham");
        let before = house.all().await;
        for (ask, reason) in [
            (accepting(&name, "short"), "EDUCATOR_NOT_CURRENT"),
            (accepting(&name, "one"), "RATIFIER_NEEDED"),
            (accepting(&name, "trainee"), "RATIFIER_NEEDED"),
            (with(&name, "one", "trainee"), "RATIFIER_NEEDED"),
            (with(&name, "trainee", "one"), "RATIFIER_NEEDED"),
            (with(&name, "two", "two"), "RATIFIER_NEEDED"),
            (with(&name, "one", "short"), "EDUCATOR_NOT_CURRENT"),
            (with(&name, "one", "nobody"), "NOT_FOUND"),
        ] {
            let told = format!("{ask:?}");
            assert_eq!(no(durham.accept_placement(ask).await), reason, "{told}");
        }
        assert_eq!(house.all().await, before);
        let made = durham.accept_placement(with(&name, "one", "two")).await.unwrap().into_inner();
        assert_eq!(made.ratifier, "partners/durham/practiceEducators/two");
    }

    async fn the_last_learner_is_taken_on_once_however_many_are_accepted_at_once(house: House) {
        house.teacher("full", Qualification::Stage2, 3).await;
        let mut names = vec![];
        for n in 0..10 {
            names.push(house.proposed(&format!("s{n}")).await.name);
        }
        let asked = join_all(names.iter().map(|name| {
            let mut durham = house.of("durham");
            async move { durham.accept_placement(accepting(name, "full")).await }
        }));
        let (made, refused): (Vec<_>, Vec<_>) = asked.await.into_iter().partition(Result::is_ok);
        assert_eq!(made.len(), 3);
        assert!(refused.into_iter().all(|refused| no(refused) == "EDUCATOR_AT_LIMIT"));
        assert_eq!(house.places(OFFER).await, (7, 3));
    }

    async fn one_proposal_is_answered_once_whoever_is_first(house: House) {
        for n in 0..8 {
            let name = house.proposed(&format!("s{n}")).await.name;
            let steps = [("accept", "durham"), ("decline", "durham"), ("withdraw", "teesside")];
            let (house, name) = (&house, &name);
            let asked = join_all(steps.map(|(step, who)| async move {
                (step, house.take(step, name, who).await)
            })).await;
            let won: Vec<_> = asked.iter().filter(|(_, it)| it.is_ok()).map(|(step, _)| *step).collect();
            // An accepted one may be taken back; nothing follows anything else.
            assert!(won.len() == 1 || won == ["accept", "withdraw"], "{won:?}");
            for (step, refused) in asked.into_iter().filter(|(_, it)| it.is_err()) {
                assert_eq!(no(refused), "TRANSITION_NOT_ALLOWED", "{step}");
            }
            let left = i64::from(won == ["accept"]);
            assert_eq!(house.places(OFFER).await, (0, left), "{won:?}");
            assert_eq!(house.learners().await, left, "{won:?}");
            if left == 1 {
                house.take("withdraw", name, "durham").await.unwrap();
            }
        }
    }

    async fn a_hold_that_ran_out_is_over_before_anybody_writes_it_down(house: House) {
        let name = house.proposed("s1").await.name;
        house.clock.advance(chrono::Duration::days(10) - chrono::Duration::minutes(1));
        assert_eq!(house.app.expire_holds().await.unwrap(), 0);
        house.clock.advance(chrono::Duration::minutes(1));
        let before = house.all().await;
        for step in ["accept", "decline"] {
            assert_eq!(no(house.take(step, &name, "durham").await), "HOLD_EXPIRED", "{step}");
        }
        assert_eq!(no(house.take("withdraw", &name, "teesside").await), "TRANSITION_NOT_ALLOWED");
        assert_eq!(house.all().await, before);
        assert_eq!(house.app.expire_holds().await.unwrap(), 1);
        let ended = house.get("teesside", &name).await.unwrap();
        assert_eq!((ended.state(), ended.hold_expire_time), (State::Expired, None));
        assert_eq!(house.places(OFFER).await, (0, 0));
        let last = house.events(&name).await.pop().unwrap();
        assert_eq!((last.actor.as_str(), last.reason.is_empty()), ("partners/durham/clock", false));
        assert_eq!(house.app.expire_holds().await.unwrap(), 0);
        assert_eq!(house.propose("s1").await.unwrap().state(), State::Proposed, "the need is open again");
    }

    async fn one_expiry_is_written_however_many_replicas_look(house: House) {
        let name = house.proposed("s1").await.name;
        house.clock.advance(chrono::Duration::days(10));
        for done in join_all((0..8).map(|_| house.app.expire_holds())).await {
            done.unwrap();
        }
        assert_eq!(house.events(&name).await.len(), 2);
        assert_eq!(house.places(OFFER).await, (0, 0));
    }

    async fn a_hold_outlives_its_process_and_another_one_ends_it(house: House) {
        let (kept, name) = (house.proposed("s1").await.name, house.proposed("s2").await.name);
        house.take("accept", &kept, "durham").await.unwrap();
        let house = house.reopened().await;
        assert_eq!(house.get("durham", &name).await.unwrap().state(), State::Proposed);
        assert_eq!(house.places(OFFER).await, (1, 1));
        house.clock.advance(chrono::Duration::days(11));
        // Nobody calls anything: who stands up looks by itself.
        let house = house.reopened().await;
        while house.get("durham", &name).await.unwrap().state() == State::Proposed {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(house.get("durham", &name).await.unwrap().state(), State::Expired);
        assert_eq!(house.get("durham", &kept).await.unwrap().state(), State::Accepted);
        assert_eq!(house.places(OFFER).await, (0, 1));
    }

    async fn what_is_held_of_an_offer_that_its_host_withdrew_may_still_be_accepted(house: House) {
        let (kept, gone) = (house.proposed("s1").await.name, house.proposed("s2").await.name);
        let ask = WithdrawPlacementOfferRequest { name: OFFER.into(), reason: "moves".into(), ..Default::default() };
        house.hosting("durham").withdraw_placement_offer(ask).await.unwrap();
        house.take("accept", &kept, "durham").await.unwrap();
        house.take("decline", &gone, "durham").await.unwrap();
        assert_eq!(house.places(OFFER).await, (0, 1));
        assert_eq!(house.count("SELECT places AS n FROM placement_offers").await, 1, "nobody else gets the other");
        assert_eq!(house.take("confirm", &kept, "teesside").await.unwrap().state(), State::Confirmed);
    }
}
