//! A learning need: raised by a council, agreed by both kinds of partner, answered by a masterclass.

use contracts::masterclasses::v1::{self as wire, learning_need::State};
use practicum_tests::{Person, on_both_stores, reason, request_id};
use tonic::Status;
use vocabulary::Role;

async fn planner(stand: &practicum_tests::Stand, partner: &str) -> Person {
    stand.caller(partner, &[Role::ProgrammeManager], "planner").await
}

async fn raise(who: &Person, title: &str) -> wire::LearningNeed {
    let need = wire::LearningNeed {
        title: title.into(),
        evidence: "An audit of 40 case files".into(),
        people_affected: 25,
        ..Default::default()
    };
    let parent = format!("partners/{}", who.partner);
    let request =
        wire::CreateLearningNeedRequest { parent, learning_need: Some(need), request_id: request_id() };
    who.masterclasses.clone().create_learning_need(request).await.unwrap().into_inner()
}

async fn agree(who: &Person, need: &str) -> Result<wire::LearningNeed, Status> {
    let request = wire::AgreeLearningNeedRequest { name: need.into(), request_id: request_id() };
    Ok(who.masterclasses.clone().agree_learning_need(request).await?.into_inner())
}

async fn answer(who: &Person, needs: Vec<String>) -> Result<wire::Masterclass, Status> {
    let masterclass = wire::Masterclass {
        title: "Neglect in practice".into(),
        format: wire::masterclass::Format::LunchAndLearn.into(),
        learning_needs: needs,
        ..Default::default()
    };
    let request = wire::CreateMasterclassRequest {
        masterclass: Some(masterclass),
        request_id: request_id(),
        ..Default::default()
    };
    Ok(who.masterclasses.clone().create_masterclass(request).await?.into_inner())
}

async fn in_state(who: &Person, state: State) -> Vec<String> {
    let request = wire::ListLearningNeedsRequest {
        parent: "partners/-".into(),
        state: state.into(),
        ..Default::default()
    };
    let found = who.masterclasses.clone().list_learning_needs(request).await.unwrap().into_inner();
    found.learning_needs.into_iter().map(|need| need.name).collect()
}

on_both_stores! {
    async fn a_need_is_taught_once_a_council_and_a_university_have_agreed(stand: &Stand) {
        let (durham, gateshead) = (planner(stand, "durham").await, planner(stand, "gateshead").await);
        let teesside = planner(stand, "teesside").await;
        let need = raise(&durham, "Neglect").await;
        assert_eq!((need.state(), need.agreed_by.clone()), (State::Raised, vec!["partners/durham".to_owned()]));
        let still = agree(&gateshead, &need.name).await.unwrap();
        assert_eq!(still.state(), State::Raised, "two councils are one kind of partner");
        let early = answer(&durham, vec![need.name.clone()]).await.unwrap_err();
        assert_eq!(reason(&early), "NEED_NOT_AGREED");
        let agreed = agree(&teesside, &need.name).await.unwrap();
        assert_eq!(agreed.state(), State::Agreed);
        assert_eq!(agreed.agreed_by, ["partners/durham", "partners/gateshead", "partners/teesside"]);
        let made = answer(&durham, vec![need.name.clone()]).await.unwrap();
        assert_eq!(made.learning_needs, [need.name.as_str()]);
        assert_eq!(in_state(&teesside, State::Answered).await, [need.name.as_str()]);
        assert!(in_state(&teesside, State::Agreed).await.is_empty());
        assert_eq!(agree(&gateshead, &need.name).await.unwrap().state(), State::Answered, "agreeing again says so");
    }

    async fn a_need_that_nobody_raised_cannot_be_agreed_or_answered(stand: &Stand) {
        let durham = planner(stand, "durham").await;
        let nothing = "partners/durham/learningNeeds/nothing";
        assert_eq!(reason(&agree(&durham, nothing).await.unwrap_err()), "NOT_FOUND");
        assert_eq!(reason(&answer(&durham, vec![nothing.into()]).await.unwrap_err()), "NOT_FOUND");
    }

    async fn a_masterclass_that_cannot_be_made_answers_no_need(stand: &Stand) {
        let (durham, teesside) = (planner(stand, "durham").await, planner(stand, "teesside").await);
        let (first, second) = (raise(&durham, "Trauma").await, raise(&durham, "Loss").await);
        agree(&teesside, &first.name).await.unwrap();
        let refused = answer(&durham, vec![first.name.clone(), second.name.clone()]).await.unwrap_err();
        assert_eq!(reason(&refused), "NEED_NOT_AGREED");
        assert_eq!(in_state(&durham, State::Agreed).await, [first.name.as_str()]);
    }
}
