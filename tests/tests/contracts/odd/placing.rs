//! What hosts and universities say of a place, a student and how things go.

use super::ODD;
use contracts::placements::v1 as wire;
use practicum_tests::{Coordinator, Options, Stand, Store, coordinators::offer, request_id};
use vocabulary::Role;

async fn odd_words_come_back(stand: &Stand) {
    let durham = stand.placing("durham", &[Role::PlacementCoordinator], "coordinator").await;
    let teesside = stand.coordinator("teesside").await;
    for (i, odd) in ODD.iter().enumerate() {
        taught(&durham, i, odd).await;
        let offer = offered(&durham, i, odd).await;
        let need = needed(&teesside, i, odd).await;
        placed((&durham, &teesside), (&need, &offer), (i, odd)).await;
    }
}

async fn taught(durham: &Coordinator, i: usize, odd: &str) {
    let mut ada = durham.educator(&format!("e{i}")).await.unwrap();
    ada.person.as_mut().unwrap().display_name = odd.into();
    ada.team = odd.into();
    let ask = wire::UpdatePracticeEducatorRequest {
        practice_educator: Some(ada.clone()),
        update_mask: practicum_tests::officials::mask(&["person.display_name", "team"]),
        request_id: request_id(),
    };
    durham.hosting.clone().update_practice_educator(ask).await.unwrap();
    let ask = wire::GetPracticeEducatorRequest { name: ada.name };
    let read = durham.hosting.clone().get_practice_educator(ask).await.unwrap().into_inner();
    assert_eq!((read.person.unwrap().display_name.as_str(), read.team.as_str()), (odd, odd));
}

async fn offered(durham: &Coordinator, i: usize, odd: &str) -> String {
    let said = wire::PlacementOffer { team: odd.into(), ..offer(1) };
    let made = durham.offer(&format!("o{i}"), said).await.unwrap();
    assert_eq!(made.team, odd);
    made.name
}

async fn needed(teesside: &Coordinator, i: usize, odd: &str) -> String {
    let id = format!("s{i}");
    let mut need = wire::PlacementNeed { adjustments: odd.into(), ..teesside.looking(&id) };
    need.student.as_mut().unwrap().display_name = odd.into();
    need.earlier_placements[0].host = odd.into();
    let made = teesside.need(&id, need).await.unwrap().name;
    let read = teesside.get_need(&made).await.unwrap();
    assert_eq!((read.adjustments.as_str(), read.earlier_placements[0].host.as_str()), (odd, odd));
    made
}

/// A concern, what was done about it, why it ended, and the student's name on both sides.
async fn placed(
    (durham, teesside): (&Coordinator, &Coordinator),
    (need, offer): (&str, &str),
    (i, odd): (usize, &str),
) {
    let name = teesside.propose(need, offer).await.unwrap().name;
    let educator = format!("{}/practiceEducators/e{i}", durham.parent());
    durham.accept(&name, &educator).await.unwrap();
    teesside.raise(&name, odd).await.unwrap();
    let ask = wire::ResolveConcernRequest {
        name: name.clone(),
        concern_id: "1".into(),
        resolution: odd.into(),
        request_id: request_id(),
    };
    durham.placements.clone().resolve_concern(ask).await.unwrap();
    let ask = wire::WithdrawPlacementRequest {
        name: name.clone(),
        reason: odd.into(),
        request_id: request_id(),
        ..Default::default()
    };
    let answer = teesside.placements.clone().withdraw_placement(ask.clone()).await.unwrap().into_inner();
    let replay = teesside.placements.clone().withdraw_placement(ask).await.unwrap().into_inner();
    assert_eq!(answer, replay, "{odd}");
    let read = durham.placement(&name).await.unwrap();
    let concern = &read.concerns[0];
    let said = [
        &concern.description,
        &concern.resolution,
        &read.reason,
        &read.student.as_ref().unwrap().display_name,
    ];
    assert_eq!(said.map(String::as_str), [odd; 4]);
    let ask = wire::ListPlacementEventsRequest { parent: name, ..Default::default() };
    let events = durham.placements.clone().list_placement_events(ask).await.unwrap().into_inner().events;
    assert_eq!(events.last().unwrap().reason, odd);
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_words_about_placements_come_back_byte_for_byte_on_sqlite() {
    let stand = Stand::up(Options::default()).await;
    Box::pin(odd_words_come_back(&stand)).await;
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_words_about_placements_come_back_byte_for_byte_on_postgres() {
    let stand = Stand::up(Options { store: Store::Postgres, ..Default::default() }).await;
    Box::pin(odd_words_come_back(&stand)).await;
    stand.down().await;
}
