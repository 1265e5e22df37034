//! How placements end early, and who hears of it.

use super::{
    ChangeKind, Coordinator, EnrolmentCheck, Pair, State, days, events, listed, on_both_stores, reason, told,
    watch, wire,
};
use practicum_tests::request_id;
use wire::placement_need::State as NeedState;

/// The names of what somebody sees in these states.
async fn in_states(who: &Coordinator, states: &[State]) -> Vec<String> {
    let states = states.iter().map(|state| i32::from(*state)).collect();
    let ask = wire::ListPlacementsRequest { states, ..Default::default() };
    listed(who, ask).await.into_iter().map(|placement| placement.name).collect()
}

on_both_stores! {
    async fn a_proposal_is_declined_or_taken_back_and_the_place_is_free(stand: &Stand) {
        let pair = Pair::of(stand).await;
        let declined = pair.proposed("ann").await;
        assert_eq!((declined.state(), pair.in_use(&declined).await), (State::Proposed, (1, 0)));
        assert!(declined.hold_expire_time.is_some());
        assert_eq!(reason(&pair.teesside.decline(&declined.name).await.unwrap_err()), "PARTNER_KIND_NOT_ALLOWED");
        let declined = pair.durham.decline(&declined.name).await.unwrap();
        assert_eq!((declined.state(), declined.reason.as_str()), (State::Declined, "The team is short of people"));
        assert_eq!((pair.in_use(&declined).await, pair.need(&declined).await), ((0, 0), NeedState::Open));
        let again = pair.teesside.propose(&declined.placement_need, &pair.offer).await.unwrap();
        let accepted = pair.durham.accept(&again.name, &pair.educator).await.unwrap();
        assert_eq!(pair.in_use(&accepted).await, (0, 1));
        let withdrawn = pair.durham.withdraw(&again.name).await.unwrap();
        assert_eq!(withdrawn.state(), State::Withdrawn);
        assert_eq!((pair.in_use(&withdrawn).await, pair.need(&withdrawn).await), ((0, 0), NeedState::Open));
        let seen = events(&pair.teesside, &withdrawn.name).await;
        let (proposed, accepted) = ((State::Unspecified, State::Proposed), (State::Proposed, State::Accepted));
        assert_eq!(seen, [proposed, accepted, (State::Accepted, State::Withdrawn)], "history stays");
        let late = pair.durham.accept(&withdrawn.name, &pair.educator).await.unwrap_err();
        assert_eq!(reason(&late), "TRANSITION_NOT_ALLOWED");
    }

    async fn two_offers_of_one_place_do_not_go_to_two_students(stand: &Stand) {
        let pair = Pair::of(stand).await;
        for student in ["ann", "ben"] {
            pair.proposed(student).await;
        }
        let cat = pair.teesside.need("cat", pair.teesside.looking("cat")).await.unwrap();
        let full = pair.teesside.propose(&cat.name, &pair.offer).await.unwrap_err();
        assert_eq!(reason(&full), "NO_FREE_PLACE");
        let stale = wire::AcceptPlacementRequest {
            name: in_states(&pair.durham, &[State::Proposed]).await.remove(0),
            etag: "\"1\"".into(),
            practice_educator: pair.educator.clone(),
            request_id: request_id(),
            ..Default::default()
        };
        let stale = pair.durham.placements.clone().accept_placement(stale).await.unwrap_err();
        assert_eq!(reason(&stale), "STALE_ETAG");
    }

    async fn both_parties_list_what_they_share_and_nobody_else_does(stand: &Stand) {
        let pair = Pair::of(stand).await;
        let (ann, ben) = (pair.proposed("ann").await.name, pair.accepted("ben").await.name);
        for party in [&pair.durham, &pair.teesside] {
            assert_eq!(in_states(party, &[]).await, [ann.clone(), ben.clone()], "{}", party.partner);
            assert_eq!(in_states(party, &[State::Accepted]).await, vec![ben.clone()]);
            let both = in_states(party, &[State::Accepted, State::Proposed, State::Passed]).await;
            assert_eq!(both, [ann.clone(), ben.clone()]);
        }
        let narrow = [
            wire::ListPlacementsRequest { university: "partners/teesside".into(), ..Default::default() },
            wire::ListPlacementsRequest { practice_educator: pair.educator.clone(), ..Default::default() },
            wire::ListPlacementsRequest { student: pair.teesside.person("ann"), ..Default::default() },
            wire::ListPlacementsRequest { university: "partners/northumbria".into(), ..Default::default() },
        ];
        let mut counts = Vec::new();
        for ask in narrow {
            counts.push(listed(&pair.durham, ask).await.len());
        }
        assert_eq!(counts, [2, 1, 1, 0]);
        for stranger in ["gateshead", "northumbria"] {
            let stranger = stand.coordinator(stranger).await;
            assert!(in_states(&stranger, &[]).await.is_empty());
            assert_eq!(reason(&stranger.placement(&ann).await.unwrap_err()), "NOT_FOUND");
        }
    }

    async fn a_watcher_is_told_what_was_then_what_is_and_goes_on_where_it_left_off(stand: &Stand) {
        let pair = Pair::of(stand).await;
        let ann = pair.proposed("ann").await.name;
        let mut stream = watch(&pair.durham, "").await.unwrap();
        let (seen, left_off) = told(&mut stream, 1).await;
        assert_eq!(seen, [(ChangeKind::Created, ann.clone(), State::Proposed)]);
        pair.durham.accept(&ann, &pair.educator).await.unwrap();
        let (seen, _) = told(&mut stream, 1).await;
        assert_eq!(seen, [(ChangeKind::Updated, ann.clone(), State::Accepted)], "live");
        drop(stream);
        pair.teesside.withdraw(&ann).await.unwrap();
        let (seen, _) = told(&mut watch(&pair.durham, &left_off).await.unwrap(), 2).await;
        let now = (ChangeKind::Updated, ann.clone(), State::Withdrawn);
        assert_eq!(seen.last(), Some(&now), "as it stands when it is told: {seen:?}");
        let stranger = stand.coordinator("gateshead").await;
        let (seen, _) = told(&mut watch(&stranger, "").await.unwrap(), 0).await;
        assert!(seen.is_empty(), "{seen:?}");
        let foreign = watch(&stranger, &left_off).await;
        let refused = match foreign {
            Ok(mut stream) => stream.message().await.unwrap_err(),
            Err(refused) => refused,
        };
        assert_eq!(reason(&refused), "RESUME_TOKEN_INVALID");
    }

    async fn a_confirmation_waits_for_a_university_that_does_not_answer(stand: &Stand) {
        let pair = Pair::of(stand).await;
        let name = pair.accepted("ann").await.name;
        let waits = pair.teesside.confirm(&name).await.unwrap();
        assert_eq!((waits.state(), waits.enrolment_check()), (State::Accepted, EnrolmentCheck::Pending));
        let withdrawn = pair.teesside.withdraw(&name).await.unwrap();
        assert_eq!((withdrawn.state(), pair.in_use(&withdrawn).await), (State::Withdrawn, (0, 0)));
    }
}

on_both_stores! { following:
    async fn a_placement_is_ended_early_with_the_days_that_count(stand: &Stand) {
        let pair = Pair::of(stand).await;
        let name = pair.started(stand, "ann").await.name;
        assert_eq!(reason(&pair.teesside.withdraw(&name).await.unwrap_err()), "TRANSITION_NOT_ALLOWED");
        pair.ada.record(&name, days(0, 3)).await.unwrap();
        let more = pair.teesside.terminate(&name, 4).await.unwrap_err();
        assert_eq!(reason(&more), "CREDIT_EXCEEDS_ATTENDED");
        let ended = pair.teesside.terminate(&name, 2).await.unwrap();
        assert_eq!((ended.state(), ended.days_credited), (State::Terminated, Some(2)));
        assert_eq!(reason(&pair.durham.record(&name, days(3, 1)).await.unwrap_err()), "TRANSITION_NOT_ALLOWED");
        let ask = wire::GetPracticeEducatorRequest { name: pair.educator.clone() };
        let ada = pair.durham.hosting.clone().get_practice_educator(ask).await.unwrap().into_inner();
        assert_eq!(ada.learners, 0, "the educator is free");
    }
}
