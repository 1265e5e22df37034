//! Match runs: what is found, who is told what of it, and that it is found again.

use super::house::{Client, House, matching, no};
use contracts::placements::v1::{
    GetMatchRunRequest, ListMatchesRequest, Match, MatchRun, PartnerShare, Setting,
};
use placements::domain::Qualification;
use vocabulary::Role;

/// Three places for five students: teesside's n1 could go anywhere, n2 prefers fostering, n3 excludes Durham, and
/// northumbria's m1 lives too far away; m2 may go to Durham alone, at some distance.
async fn partnership(house: &House) {
    house.offer("durham", "adults", |_| {}).await;
    house.offer("durham", "fostering", |terms| terms.setting = placements::domain::Setting::Fostering).await;
    house.offer("gateshead", "adults", |terms| terms.location.point.latitude = 54.95).await;
    house.need("teesside", "n1").await;
    house.need_with("teesside", "n2", |need| need.preferred_settings = vec![Setting::Fostering.into()]).await;
    let excluded = ["durham", "gateshead"].map(|partner| format!("partners/{partner}"));
    house.need_with("teesside", "n3", |need| need.excluded_partners = excluded.to_vec()).await;
    house
        .need_with("northumbria", "m1", |need| {
            let home = need.home.as_mut().unwrap();
            (home.latitude, home.longitude) = (Some(51.5), Some(-0.1));
        })
        .await;
    house.need_with("northumbria", "m2", |need| need.drives = false).await;
}

fn listing(run: &MatchRun, unmatched: bool) -> ListMatchesRequest {
    ListMatchesRequest { parent: run.name.clone(), unmatched, page_size: 2, page_token: String::new() }
}

async fn all(client: &mut Client, mut ask: ListMatchesRequest) -> Vec<Match> {
    let mut found = Vec::new();
    loop {
        let page = client.list_matches(ask.clone()).await.unwrap().into_inner();
        found.extend(page.matches);
        if page.next_page_token.is_empty() {
            return found;
        }
        ask.page_token = page.next_page_token;
    }
}

/// "n1 durham/adults", or "m1 -".
fn said(found: &Match) -> String {
    let last = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    let host = found.placement_offer.split('/').nth(1).map(|host| format!("{host}/")).unwrap_or("-".into());
    format!("{} {host}{}", last(&found.placement_need), last(&found.placement_offer))
}

#[tokio::test(flavor = "multi_thread")]
async fn as_many_as_can_be_are_placed_at_the_least_cost_and_the_others_are_told_why() {
    for house in House::both().await {
        partnership(&house).await;
        let run = house.match_all().await;
        assert_eq!((run.needs, run.places, run.matched, run.apply_time), (5, 3, 3, None));
        let found = all(&mut house.matcher(), listing(&run, false)).await;
        let words: Vec<_> = found.iter().map(said).collect();
        let best = ["m1 -", "m2 durham/adults", "n1 gateshead/adults", "n2 durham/fostering", "n3 -"];
        assert_eq!(words, best, "m2 reaches nothing else without a car in less time");
        let total: f64 = found.iter().map(|one| one.cost).sum();
        assert!((total - run.total_cost).abs() < f64::EPSILON, "{total} {}", run.total_cost);
        let left = all(&mut house.matcher(), listing(&run, true)).await;
        let why: Vec<_> = left.iter().map(|one| one.rules[0].explanation.as_str()).collect();
        assert_eq!(left.iter().map(|one| one.rules.len()).collect::<Vec<_>>(), [1, 1]);
        assert_eq!(
            why,
            [
                "P9 travel: 3 of 3 places are further than 90 minutes",
                "P13 excluded partner: 3 of 3 places are with a partner that the need excludes"
            ]
        );
        let share = |partner: &str, needs, matched, first_preference| PartnerShare {
            partner: format!("partners/{partner}"),
            needs,
            matched,
            first_preference,
        };
        assert_eq!(run.shares, [share("northumbria", 2, 1, 1), share("teesside", 3, 2, 2)]);
        assert_eq!(house.count("SELECT count(*) AS n FROM placements").await, 0, "a run proposes nothing");
        let open = house.count("SELECT count(*) AS n FROM placement_needs WHERE state = 'open'").await;
        assert_eq!(open, 5);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_left_out_though_all_suited_hears_that_the_places_went_to_others() {
    for house in House::both().await {
        house.offer("durham", "adults", |_| {}).await;
        house.need("teesside", "n1").await;
        house.need("teesside", "n2").await;
        let run = house.match_all().await;
        let left = all(&mut house.matcher(), listing(&run, true)).await;
        assert_eq!(left.iter().map(said).collect::<Vec<_>>(), ["n2 -"], "ties go by name");
        let why = &left[0].rules[0];
        assert_eq!(
            (why.rule.as_str(), why.explanation.as_str()),
            ("W6", "W6 places: 1 of 1 went to other students")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_input_gives_the_same_answer() {
    let mut answers = Vec::new();
    for house in House::both().await {
        partnership(&house).await;
        for _ in 0..2 {
            let run = house.match_all().await;
            let found = all(&mut house.matcher(), listing(&run, false)).await;
            answers.push((run.matched, run.eligible_pairs, run.total_cost, run.shares, found));
        }
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "on both databases, and again: {answers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_practice_educator_stands_for_an_offer_only_who_may_to_the_end_and_has_room() {
    let cases = [
        // Who is there, their qualification, until when, for how many; how many are placed of two.
        (vec![("two", Qualification::Stage2, Some("2028-07-31"), 2)], 2),
        (vec![("two", Qualification::Stage2, Some("2028-07-31"), 1)], 1),
        (vec![("two", Qualification::Stage2, Some("2027-02-09"), 2)], 0),
        (vec![("one", Qualification::Stage1, Some("2028-07-31"), 2)], 0),
        (
            vec![
                ("one", Qualification::Stage1, Some("2028-07-31"), 2),
                ("ratifier", Qualification::Stage2, Some("2028-07-31"), 1),
            ],
            2,
        ),
    ];
    for house in House::both().await {
        house.need("teesside", "n1").await;
        house.need("teesside", "n2").await;
        for (n, (educators, placed)) in cases.iter().enumerate() {
            house.run("DELETE FROM placement_offers").await;
            house.run("DELETE FROM practice_educators").await;
            for (id, qualification, until, learners) in educators {
                house.educator("durham", id, *qualification, *until, *learners).await;
            }
            let named = format!("partners/durham/practiceEducators/{}", educators[0].0);
            house
                .offer("durham", &format!("o{n}"), |terms| {
                    (terms.places, terms.practice_educators) = (2, vec![named.parse().unwrap()]);
                })
                .await;
            let run = house.match_all().await;
            assert_eq!(run.matched, *placed, "{educators:?}");
            let found = all(&mut house.matcher(), listing(&run, false)).await;
            for one in found.iter().filter(|one| !one.placement_offer.is_empty()) {
                assert_eq!(one.practice_educator, named);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_are_for_all_and_matches_for_coordinators_and_each_universitys_own() {
    for house in House::both().await {
        partnership(&house).await;
        let run = house.match_all().await;
        let get = || GetMatchRunRequest { name: run.name.clone() };
        let mut shares = Vec::new();
        for (partner, role) in [
            ("gateshead", Role::PartnershipCoordinator),
            ("teesside", Role::PlacementCoordinator),
            ("durham", Role::PlacementCoordinator),
        ] {
            let mut client = house.as_role(partner, role);
            let seen = client.get_match_run(get()).await.unwrap().into_inner();
            assert_eq!((seen.matched, seen.total_cost.to_bits()), (run.matched, run.total_cost.to_bits()));
            let matches = all(&mut client, listing(&run, false)).await;
            shares.push((
                seen.shares.len(),
                matches.len(),
                all(&mut client, listing(&run, true)).await.len(),
            ));
        }
        assert_eq!(shares, [(2, 5, 2), (1, 3, 1), (0, 0, 0)]);
        let absent = GetMatchRunRequest { name: "matchRuns/none".into() };
        assert_eq!(no(house.matcher().get_match_run(absent).await), "NOT_FOUND");
        let absent = ListMatchesRequest { parent: "matchRuns/none".into(), ..Default::default() };
        assert_eq!(no(house.matcher().list_matches(absent).await), "NOT_FOUND");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_is_answered_with_the_first_run() {
    let id = "0198a7a0-0000-7000-8000-000000000002";
    for house in House::both().await {
        partnership(&house).await;
        let first = house.matcher().match_placements(matching(Some(id))).await.unwrap().into_inner();
        house.need("teesside", "n9").await;
        let again = house.matcher().match_placements(matching(Some(id))).await.unwrap().into_inner();
        assert_eq!(first, again);
        assert_eq!(house.count("SELECT count(*) AS n FROM match_runs").await, 1);
        let mut other = matching(Some(id));
        other.academic_year = "2027/28".into();
        assert_eq!(no(house.matcher().match_placements(other).await), "REQUEST_ID_REUSED");
    }
}
