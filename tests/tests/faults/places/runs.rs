//! Processes that are killed while they propose what a match run found. Called again, whoever is left goes on: every match is
//! proposed and marked, or neither, and none is proposed twice.

use super::killed::Market;
use crate::dice::Dice;
use contracts::placements::v1 as wire;
use futures_util::future::join_all;
use practicum_tests::{Coordinator, coordinators::offer, reason, request_id};
use std::time::{Duration, Instant};
use tonic::{Request, Status};
use vocabulary::Role;

/// Students of each of two universities, for each of whom there is a place.
const STUDENTS: usize = 60;
const HOSTS: [&str; 3] = ["durham", "gateshead", "sunderland"];
const OFFERS: usize = 4;
const PLACES: i32 = 10;
/// How often the process dies before it is let go on to the end.
const KILLS: usize = 10;

async fn apply(
    who: &Coordinator,
    ask: &wire::ApplyMatchRunRequest,
) -> Result<wire::ApplyMatchRunResponse, Status> {
    let mut request = Request::new(ask.clone());
    request.set_timeout(Duration::from_secs(60));
    Ok(who.matching.clone().apply_match_run(request).await?.into_inner())
}

/// The run that found a place for everybody.
async fn run(market: &Market) -> String {
    for host in HOSTS {
        let host = market.who(market.victim(), host, Role::PlacementCoordinator);
        for n in 0..OFFERS {
            host.offer(&format!("team-{n}"), offer(PLACES)).await.expect("an offer");
        }
    }
    for university in ["teesside", "northumbria"] {
        let university = market.who(market.victim(), university, Role::PlacementCoordinator);
        let needs = (0..STUDENTS).map(|n| {
            let (university, id) = (&university, format!("student-{n}"));
            async move { university.need(&id, university.looking(&id)).await.expect("a need") }
        });
        join_all(needs).await;
    }
    let made =
        market.who(market.victim(), "durham", Role::PartnershipCoordinator).run().await.expect("a run");
    assert_eq!(made.matched, i64::try_from(2 * STUDENTS).unwrap());
    made.name
}

/// What is proposed is marked, and what is marked is proposed; says how much.
async fn neither_or_both(market: &Market, when: &str) -> i64 {
    let odd = "SELECT 'odd: ' || m.need || ' ' || COALESCE(m.applied, '-') FROM matches m WHERE m.offer IS NOT NULL AND \
               (SELECT COUNT(*) FROM placements p WHERE p.need = m.need AND p.offer = m.offer) <> \
               (CASE WHEN m.applied = 'PROPOSED' THEN 1 ELSE 0 END)";
    assert_eq!(market.books.texts(odd).await, Vec::<String>::new(), "{when}");
    market.nothing_is_wrong(when).await;
    let twice = "SELECT COUNT(*) - COUNT(DISTINCT need) FROM placements";
    assert_eq!(market.books.number(twice).await, 0, "{when}: a need was proposed twice");
    market.books.number("SELECT COUNT(*) FROM placements").await
}

async fn killed(market: Market) {
    let name = run(&market).await;
    let ask = wire::ApplyMatchRunRequest { name, request_id: request_id() };
    let (mut dice, mut before, mut cut) = (Dice::new(), 0, 0);
    for round in 0..KILLS {
        let who = market.who(market.victim(), "durham", Role::PartnershipCoordinator);
        let other = market.who(market.survivor(), "gateshead", Role::PartnershipCoordinator);
        let beside = wire::ApplyMatchRunRequest { request_id: request_id(), ..ask.clone() };
        let pause = dice.millis(5, market.usual);
        let when = format!("round {round}, killed after {pause:?}");
        let killing = async {
            tokio::time::sleep(pause).await;
            market.kill().await;
        };
        // The last time somebody else applies the same run, and hangs up when the process is killed.
        let beside = async {
            if round + 1 == KILLS {
                let _ = tokio::time::timeout(pause, apply(&other, &beside)).await;
            }
        };
        let (answer, (), ()) = tokio::join!(apply(&who, &ask), killing, beside);
        cut += usize::from(answer.is_err());
        let there = neither_or_both(&market, &when).await;
        assert!(there >= before, "{when}: {before} were proposed, and {there} are there");
        before = there;
        market.restart().await;
    }
    let began = Instant::now();
    let who = market.who(market.survivor(), "durham", Role::PartnershipCoordinator);
    let ended = apply(&who, &ask).await;
    let all = i64::try_from(2 * STUDENTS).unwrap();
    // Somebody else may have ended it.
    match &ended {
        Ok(applied) => assert_eq!((applied.proposed, applied.skipped.len()), (all, 0)),
        Err(status) => assert_eq!(reason(status), "MATCH_RUN_ALREADY_APPLIED"),
    }
    assert_eq!(neither_or_both(&market, "at the end").await, all);
    let again = apply(&who, &ask).await;
    assert_eq!(again.as_ref().ok(), ended.as_ref().ok(), "the same request hears the same");
    let anew = wire::ApplyMatchRunRequest { request_id: request_id(), ..ask };
    assert_eq!(reason(&apply(&who, &anew).await.unwrap_err()), "MATCH_RUN_ALREADY_APPLIED");
    assert_eq!(neither_or_both(&market, "asked again").await, all);
    eprintln!("{KILLS} kills, {cut} before the answer; the rest took {:?}", began.elapsed());
    assert!(cut > 0, "no kill came before the answer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_match_run_whose_process_is_killed_is_gone_on_with_and_proposes_nobody_twice_on_postgres() {
    let _alone = crate::alone().await;
    killed(Market::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_match_run_whose_process_is_killed_is_gone_on_with_and_proposes_nobody_twice_on_sqlite() {
    let _alone = crate::alone().await;
    killed(Market::sqlite().await).await;
}
