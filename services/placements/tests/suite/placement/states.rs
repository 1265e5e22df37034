//! Every step from every state, as the table of the partnership's rules has it.

use super::house::*;
use State::*;

/// All that a placement can be in.
const STATES: [State; 12] = [
    Expired,
    Proposed,
    Accepted,
    Confirmed,
    InProgress,
    Suspended,
    Recommended,
    Passed,
    Failed,
    Declined,
    Withdrawn,
    Terminated,
];

/// Of the offer's places, how many one placement holds and takes, and how many of Pat's learners it is.
fn uses(state: State) -> (i64, i64, i64) {
    match state {
        Proposed => (1, 0, 0),
        Accepted | Confirmed | InProgress | Suspended | Recommended => (0, 1, 1),
        // They were served: the place stays taken.
        Passed | Failed | Terminated => (0, 1, 0),
        Declined | Expired | Withdrawn => (0, 0, 0),
        Unspecified => panic!("no state"),
    }
}

async fn used(house: &House) -> (i64, i64, i64) {
    let (held, taken) = house.places(OFFER).await;
    (held, taken, house.learners().await)
}

async fn need_is_open(house: &House, student: &str) -> bool {
    let sql = format!(
        "SELECT count(*) AS n FROM placement_needs WHERE id = 'teesside/{student}' AND state = 'open'"
    );
    house.count(&sql).await == 1
}

on_both! {
    async fn from_a_state_lead_the_steps_that_the_table_has_and_no_other_changes_anything(house: House) {
        for (n, state) in STATES.into_iter().enumerate() {
            let placement = house.standing(&format!("s{n}"), state).await;
            let events = house.events(&placement.name).await;
            let before = house.all().await;
            for (step, who, _, from) in STEPS {
                for partner in ["durham", "teesside"] {
                    if from.contains(&state) && who.contains(&partner) {
                        continue;
                    }
                    let refused = no(house.take(step, &placement.name, partner).await);
                    let late = state == Expired && ["accept", "decline"].contains(step);
                    let expected = match (who.contains(&partner), partner) {
                        (false, "durham") => "NOT_THE_UNIVERSITY",
                        (false, _) => "NOT_THE_HOST",
                        (true, _) if late => "HOLD_EXPIRED",
                        (true, _) => "TRANSITION_NOT_ALLOWED",
                    };
                    assert_eq!(refused, expected, "{step} by {partner} from {state:?}");
                }
            }
            assert_eq!(house.all().await, before, "{state:?}");
            assert_eq!(house.get("teesside", &placement.name).await.unwrap(), placement);
            assert_eq!(house.events(&placement.name).await, events);
        }
    }

    async fn each_step_leads_where_the_table_says_and_places_learners_and_needs_follow(house: House) {
        let mut n = 0;
        for (step, who, to, from) in STEPS {
            for (state, partner) in from.iter().flat_map(|state| who.iter().map(move |who| (state, who))) {
                n += 1;
                let student = format!("s{n}");
                let told = format!("{step} by {partner} from {state:?}");
                let idle = used(&house).await;
                let since = |(held, taken, learners)| (held - idle.0, taken - idle.1, learners - idle.2);
                let before = house.standing(&student, *state).await;
                assert_eq!(since(used(&house).await), uses(*state), "before {told}");
                let events = house.events(&before.name).await;
                let after = house.take(step, &before.name, partner).await.unwrap();
                assert_eq!(after.state(), *to, "{told}");
                assert_ne!(after.etag, before.etag, "{told}");
                assert_eq!(house.get("teesside", &before.name).await.unwrap(), after, "{told}");
                assert_eq!(since(used(&house).await), uses(*to), "after {told}");
                let open = [Declined, Withdrawn].contains(to);
                assert_eq!(need_is_open(&house, &student).await, open, "{told}");
                let grown = house.events(&before.name).await;
                assert_eq!(grown[..events.len()], events, "what happened stays: {told}");
                let [last] = &grown[events.len()..] else { panic!("one event: {told}") };
                assert_eq!((last.from_state(), last.to_state()), (*state, *to), "{told}");
                assert_eq!(last.actor, format!("partners/{partner}/people/pat"), "{told}");
                if after.hold_expire_time.is_some() {
                    assert_eq!(after.state(), Proposed, "{told}");
                }
                // Whoever could be placed again would be in the next one's way.
                if open {
                    house.run(&format!("UPDATE placement_needs SET state = 'withdrawn' WHERE id = 'teesside/{student}'")).await;
                }
            }
        }
    }

    async fn a_stale_etag_is_refused_by_every_step_with_the_current_one(house: House) {
        for (n, (step, who, _, from)) in STEPS.iter().enumerate() {
            let placement = house.standing(&format!("s{n}"), from[0]).await;
            let stale = placement.etag.clone();
            let concern = contracts::placements::v1::RaiseConcernRequest {
                name: placement.name.clone(),
                description: "A desk is missing.".into(),
                request_id: String::new(),
            };
            let now = house.of("teesside").raise_concern(concern).await.unwrap().into_inner();
            let before = house.all().await;
            let refused = house.take_of(step, (&placement.name, &stale), who[0]).await.unwrap_err();
            assert_eq!(refused.code(), tonic::Code::Aborted, "{step}");
            let info = tonic_types::StatusExt::get_details_error_info(&refused).unwrap();
            assert_eq!((info.reason.as_str(), &info.metadata["current_etag"]), ("STALE_ETAG", &now.etag), "{step}");
            assert_eq!(house.all().await, before, "{step}");
            house.take_of(step, (&placement.name, &now.etag), who[0]).await.unwrap();
        }
    }

    async fn a_retry_of_any_step_is_answered_with_its_first_answer(house: House) {
        let placement = house.proposed("s1").await;
        let ask = |request_id: &str| contracts::placements::v1::AcceptPlacementRequest {
            request_id: request_id.into(),
            ..accepting(&placement.name, "pat")
        };
        let id = "0198a7a0-0000-7000-8000-000000000001";
        let first = house.of("durham").accept_placement(ask(id)).await.unwrap().into_inner();
        let later = house.take("confirm", &placement.name, "teesside").await.unwrap();
        let before = house.all().await;
        assert_eq!(house.of("durham").accept_placement(ask(id)).await.unwrap().into_inner(), first);
        let other = contracts::placements::v1::AcceptPlacementRequest { etag: later.etag, ..ask(id) };
        assert_eq!(no(house.of("durham").accept_placement(other).await), "REQUEST_ID_REUSED");
        assert_eq!(house.all().await, before);
        // A refusal is an answer too.
        let late = "0198a7a0-0000-7000-8000-000000000002";
        assert_eq!(no(house.of("durham").accept_placement(ask(late)).await), "TRANSITION_NOT_ALLOWED");
        assert_eq!(no(house.of("durham").accept_placement(ask(late)).await), "TRANSITION_NOT_ALLOWED");
    }
}
