//! Strangers who race for the places of an offer, while its host changes its mind.

use super::offers::*;
use crate::house::*;
use contracts::placements::v1::{PlacementOffer, placement_offer::State};
use futures_util::future::join_all;
use placements::domain::Refusal;
use std::sync::Arc;

on_both! {
    async fn as_many_places_are_held_as_there_are(house: House) {
        let open = house.offer("durham", "north", 7).await;
        let held = join_all((0..40).map(|_| house.hold(&open.name))).await;
        let (won, lost): (Vec<_>, Vec<_>) = held.into_iter().partition(Result::is_ok);
        assert_eq!(won.len(), 7);
        assert!(lost.iter().all(|it| *it == Err(Refusal::NoFreePlace { in_use: 7, places: 7 })));
        assert_eq!(get(&house, "durham", &open.name).await.unwrap().places_held, 7);
    }

    async fn places_never_fall_below_what_is_held_and_taken(house: House) {
        let open = house.offer("durham", "north", 10).await;
        let house = Arc::new(house);
        let (racing, name) = (house.clone(), open.name.clone());
        let strangers = tokio::spawn(async move {
            for round in 0..12 {
                let asked = join_all((0..3).map(|_| racing.hold(&name))).await;
                let now = racing.clock.now();
                if round % 3 == 2 {
                    racing.change_offer(&name, |offer| { offer.free_held(now); Ok(()) }).await.unwrap();
                } else if asked.iter().any(Result::is_ok) {
                    racing.change_offer(&name, |offer| { offer.take_held(now); Ok(()) }).await.unwrap();
                }
            }
        });
        let mut durham = house.hosting("durham");
        for round in 0..24 {
            let places = 1 + (round * 7) % 12;
            let given = PlacementOffer { name: open.name.clone(), places, ..Default::default() };
            match durham.update_placement_offer(updating(given, &["places"])).await {
                Ok(done) => {
                    let done = done.into_inner();
                    assert!(done.places_held + done.places_taken <= done.places, "{done:?}");
                }
                Err(no) => assert_eq!(refusals::reason(&no).as_deref(), Some("PLACES_BELOW_USE")),
            }
        }
        let gone = durham.withdraw_placement_offer(withdrawing(&open.name)).await.unwrap().into_inner();
        assert_eq!(gone.places, gone.places_held + gone.places_taken);
        strangers.await.unwrap();
        let last = get(&house, "durham", &open.name).await.unwrap();
        assert_eq!((last.state(), last.places), (State::Withdrawn, last.places_held + last.places_taken));
        assert!(last.places <= gone.places, "nothing is held of an offer that is withdrawn");
    }

    async fn a_name_is_given_once_however_many_ask(house: House) {
        let asked = join_all((0..12).map(|n| {
            let mut durham = house.hosting("durham");
            let given = PlacementOffer { team: format!("Team {n}"), ..offer() };
            async move { durham.create_placement_offer(drafting("durham", "north", given)).await }
        }))
        .await;
        let (made, refused): (Vec<_>, Vec<_>) = asked.into_iter().partition(Result::is_ok);
        assert_eq!(made.len(), 1);
        assert!(refused.into_iter().all(|it| reason(it) == "OFFER_EXISTS"));
        let kept = get(&house, "durham", "partners/durham/placementOffers/north").await.unwrap();
        assert_eq!(made.into_iter().next().unwrap().unwrap().into_inner(), kept);
        let asked = join_all((0..12).map(|n| {
            let mut durham = house.hosting("durham");
            let request = contracts::placements::v1::CreatePracticeEducatorRequest {
                parent: "partners/durham".into(),
                practice_educator: Some(educator("durham", "pat")),
                practice_educator_id: format!("pat-{n}"),
                request_id: String::new(),
            };
            async move { durham.create_practice_educator(request).await }
        }))
        .await;
        let (made, refused): (Vec<_>, Vec<_>) = asked.into_iter().partition(Result::is_ok);
        assert_eq!(made.len(), 1, "one person is one practice educator");
        assert!(refused.into_iter().all(|it| reason(it) == "PRACTICE_EDUCATOR_EXISTS"));
    }
}
