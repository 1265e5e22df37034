//! Strangers who race for the last place while its host takes the offer back. An oracle over the tables looks afterwards.

use super::house::*;
use contracts::placements::v1::{ProposePlacementRequest, WithdrawPlacementOfferRequest};
use futures_util::future::join_all;
use std::sync::Arc;

/// Callers who race for one place; each is a university's own request.
const RACERS: usize = 64;
const ROUNDS: usize = 12;

/// Whether every offer counts just the placements that hold and take its places, and every educator their learners.
async fn oracle(house: &House) {
    let using = |states: &str| {
        format!("(SELECT count(*) FROM placements p WHERE p.offer = o.id AND p.state IN ({states}))")
    };
    let held = using("'proposed'");
    let taken = using(
        "'accepted', 'confirmed', 'in_progress', 'suspended', 'recommended', 'passed', 'failed', 'terminated'",
    );
    let wrong = format!(
        "SELECT count(*) AS n FROM placement_offers o WHERE places_held <> {held} OR places_taken <> {taken} \
         OR places_held + places_taken > places"
    );
    assert_eq!(house.count(&wrong).await, 0, "an offer's places are those of its placements");
    let learners = "SELECT count(*) AS n FROM practice_educators e WHERE learners <> (SELECT count(*) FROM placements p \
                    WHERE p.practice_educator = e.id AND p.state IN \
                    ('accepted', 'confirmed', 'in_progress', 'suspended', 'recommended'))";
    assert_eq!(house.count(learners).await, 0, "an educator's learners are those of their placements");
    let needs = "SELECT count(*) AS n FROM placement_needs n WHERE (state = 'matched') <> EXISTS (SELECT 1 FROM \
                 placements p WHERE p.id = n.placement AND p.state NOT IN ('declined', 'expired', 'withdrawn'))";
    assert_eq!(house.count(needs).await, 0, "a need is matched by a placement that answers it");
    let broken = "SELECT count(*) AS n FROM placements p WHERE state <> (SELECT to_state FROM placement_events e WHERE \
                  e.placement = p.id ORDER BY ordinal DESC LIMIT 1)";
    assert_eq!(house.count(broken).await, 0, "a placement is where its last event led");
}

fn racing(n: usize, offer: &str) -> (&'static str, ProposePlacementRequest) {
    let university = if n.is_multiple_of(2) { "teesside" } else { "northumbria" };
    let placement_need = format!("partners/{university}/placementNeeds/r{n}");
    (university, ProposePlacementRequest { placement_need, ..proposing("", offer) })
}

async fn students(house: &House) {
    for n in 0..RACERS {
        let (university, _) = racing(n, OFFER);
        house.need(university, &format!("r{n}")).await;
    }
}

on_both! {
    async fn the_last_place_has_one_holder_whatever_its_host_does_meanwhile(house: House) {
        students(&house).await;
        let house = Arc::new(house);
        let mut outcomes = [0; 2];
        for round in 0..ROUNDS {
            let offer = house.place(&format!("round-{round}"), |_| {}).await;
            let racers = (0..RACERS).map(|n| {
                let (house, (university, ask)) = (house.clone(), racing(n, &offer));
                tokio::spawn(async move { house.of(university).propose_placement(ask).await })
            });
            let host = {
                let (house, name) = (house.clone(), offer.clone());
                tokio::spawn(async move {
                    // Sooner in one round, later in the next.
                    for _ in 0..round * 20 {
                        tokio::task::yield_now().await;
                    }
                    let ask = WithdrawPlacementOfferRequest { name, reason: "moves".into(), ..Default::default() };
                    house.hosting("durham").withdraw_placement_offer(ask).await
                })
            };
            let asked: Vec<_> = join_all(racers.collect::<Vec<_>>()).await;
            let gone = host.await.unwrap().unwrap().into_inner();
            let (won, lost): (Vec<_>, Vec<_>) = asked.into_iter().map(Result::unwrap).partition(Result::is_ok);
            assert!(won.len() < 2, "two hold one place");
            for lost in lost {
                let reason = no(lost);
                assert!(["NO_FREE_PLACE", "OFFER_NOT_OPEN"].contains(&reason.as_str()), "{reason}");
            }
            outcomes[won.len()] += 1;
            let held = i64::try_from(won.len()).unwrap();
            assert_eq!(house.places(&offer).await, (held, 0), "round {round}");
            assert!(i64::from(gone.places_held) <= held, "a held place is never lost");
            oracle(&house).await;
            // Whoever holds it keeps it, though the offer ended; then it is given back for the next round.
            if let Some(won) = won.into_iter().next() {
                let name = won.unwrap().into_inner().name;
                house.take("accept", &name, "durham").await.unwrap();
                assert_eq!(house.places(&offer).await, (0, 1));
                house.take("withdraw", &name, "durham").await.unwrap();
                assert_eq!(house.places(&offer).await, (0, 0));
            }
            oracle(&house).await;
        }
        assert_eq!(outcomes.iter().sum::<usize>(), ROUNDS);
    }

    async fn whatever_many_do_at_once_places_learners_needs_and_history_agree(house: House) {
        students(&house).await;
        house.place("few", |terms| terms.places = 9).await;
        let few = "partners/durham/placementOffers/few";
        let house = Arc::new(house);
        let lives = (0..RACERS).map(|n| {
            let (house, (university, ask)) = (house.clone(), racing(n, few));
            tokio::spawn(async move {
                let mut dice = 0x9e37_79b9_u64.wrapping_mul(n as u64 + 1);
                for _ in 0..6 {
                    let made = match house.of(university).propose_placement(ask.clone()).await {
                        Ok(made) => made.into_inner().name,
                        Err(status) => {
                            // A need whose placement was ended early stays matched.
                            let reason = no(Err::<(), _>(status));
                            assert!(["NO_FREE_PLACE", "NEED_NOT_OPEN"].contains(&reason.as_str()), "{reason}");
                            continue;
                        }
                    };
                    loop {
                        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                        let at = house.get("durham", &made).await.unwrap().state();
                        let on: Vec<_> = STEPS.iter().filter(|(.., from)| from.contains(&at)).collect();
                        let Some(pick) = on.get(usize::try_from(dice >> 33).unwrap() % on.len().max(1)) else { break };
                        let who = if pick.1 == ["teesside"] { university } else { "durham" };
                        // Days are missing for a recommendation, and so a running one is ended.
                        let step = if pick.0 == "recommend" { "terminate" } else { pick.0 };
                        // Both at once: one of them is too late.
                        let (a, b) = tokio::join!(house.take(step, &made, who), house.take(step, &made, who));
                        assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1, "{step}: {a:?} {b:?}");
                    }
                }
            })
        });
        for life in join_all(lives.collect::<Vec<_>>()).await {
            life.unwrap();
        }
        oracle(&house).await;
        let lived = house.count("SELECT count(*) AS n FROM placements").await;
        assert!(lived > 9, "places were given more than once: {lived}");
    }
}
