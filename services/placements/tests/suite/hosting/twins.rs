//! One story, told on both databases: the same answers, and the same state at the end.

use super::offers::*;
use crate::house::*;
use contracts::placements::v1::{ListPlacementOffersRequest, PlacementOffer, Stage};
use tonic::{Response, Status};

/// Pseudo-random numbers that are the same for both: splitmix64.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap()
    }
}

const HOSTS: [&str; 2] = ["durham", "gateshead"];

/// An offer without what differs between the two: its times.
fn seen(offer: PlacementOffer) -> String {
    let still = offer.reaffirm_time.is_some();
    let offer = PlacementOffer { reaffirm_time: None, create_time: None, update_time: None, ..offer };
    format!("{offer:?} {still}")
}

fn said(outcome: Result<Response<PlacementOffer>, Status>) -> String {
    match outcome {
        Ok(answer) => seen(answer.into_inner()),
        Err(status) => format!("{:?} {}", status.code(), status.message()),
    }
}

async fn step(house: &House, dice: &mut Dice) -> String {
    let (by, host, id) = (HOSTS[dice.roll(2)], HOSTS[dice.roll(2)], dice.roll(6));
    let name = format!("partners/{host}/placementOffers/o{id}");
    let mut hosting = house.hosting(by);
    let (what, pick) = (dice.roll(12), dice.roll(5));
    let detail = i32::try_from(pick).unwrap();
    let given = PlacementOffer {
        name: name.clone(),
        places: detail,
        setting: 1 + detail,
        stages: vec![if detail > 2 { Stage::First } else { Stage::Final }.into()],
        latest_end_date: ["", "2027-01-01", "2026-09-21", "2199-01-01", "2030-06-01"][pick].into(),
        ..offer()
    };
    let now = house.clock.now();
    match what {
        0 | 1 => said(hosting.create_placement_offer(drafting(by, &format!("o{id}"), given)).await),
        2 => said(hosting.publish_placement_offer(publishing(&name)).await),
        3 => said(hosting.reaffirm_placement_offer(reaffirming(&name)).await),
        4 if detail == 0 => said(hosting.withdraw_placement_offer(withdrawing(&name)).await),
        5 | 6 => said(
            hosting
                .update_placement_offer(updating(
                    given,
                    &[["places", "setting", "stages", "latest_end_date", "team"][pick]],
                ))
                .await,
        ),
        7..=9 if get(house, host, &name).await.is_ok() => match what {
            7 | 8 => format!("{:?}", house.hold(&name).await),
            _ => format!(
                "{:?}",
                house
                    .change_offer(&name, |offer| {
                        if detail > 2 {
                            offer.take_held(now)
                        } else {
                            offer.free_held(now)
                        }
                        Ok(offer.in_use())
                    })
                    .await
            ),
        },
        10 => {
            house.clock.advance(chrono::Duration::hours(30 * i64::from(detail) + 1));
            house.app.sweep().await.unwrap();
            "later".into()
        }
        _ => listed(house, ["durham", "gateshead", "teesside"][dice.roll(3)], detail).await,
    }
}

async fn listed(house: &House, partner: &str, detail: i32) -> String {
    let ask = ListPlacementOffersRequest {
        parent: "partners/-".into(),
        available: detail % 2 == 1,
        stage: detail % 3,
        stale: detail == 4,
        ..Default::default()
    };
    let page = house.hosting(partner).list_placement_offers(ask).await.unwrap().into_inner();
    page.placement_offers.into_iter().map(seen).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_answer_the_same_story_alike() {
    for seed in 1..=3 {
        let (lite, postgres) = (House::on_sqlite().await, House::on_postgres().await);
        let (mut one, mut other) = (Dice(seed), Dice(seed));
        for n in 0..120 {
            let (a, b) = (step(&lite, &mut one).await, step(&postgres, &mut other).await);
            assert_eq!(a, b, "story {seed}, step {n}");
        }
        let kinds = |rows: Vec<ledger::FeedRow>| {
            rows.into_iter().map(|row| (row.seq, row.resource, row.viewers)).collect::<Vec<_>>()
        };
        assert_eq!(kinds(lite.feed().await), kinds(postgres.feed().await));
    }
}
