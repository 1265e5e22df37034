//! What a page costs: it reads what it shows and not what comes before, however deep it lies.

use super::house::House;
use crate::house::rows_read;
use placements::{
    actions::{ListMatches, ListPlacementNeeds, MatchFilter, NeedFilter},
    domain::{NeedState, Stage},
};
use sqlx::{AssertSqlSafe, Executor, PgConnection};
use vocabulary::{Call, PageSize, PartnerKind, Role};

/// Many needs of two universities, most of them matched, and a run with a match for each, written past the service.
async fn crowded() -> (House, PgConnection) {
    let house = House::on_postgres().await;
    let mut owner = house.owner().await;
    let people = "INSERT INTO students (id, partner, display_name, email, social_work_england_number) \
                  SELECT u || '/p' || n, u, '', '', '' FROM unnest(ARRAY['teesside', 'northumbria']) u, \
                  generate_series(1, 10000) n";
    let needs = "INSERT INTO placement_needs (id, partner, student, revision, stage, academic_year, start_date, weekdays, \
                 home, drives, preferred_settings, earlier_placements, excluded_partners, state, create_us, update_us) \
                 SELECT partner || '/n' || lpad(substr(split_part(id, '/', 2), 2), 8, '0'), partner, id, 1, \
                 CASE WHEN right(id, 1) IN ('1', '3', '5', '7', '9') THEN 'first' ELSE 'final' END, \
                 CASE WHEN right(id, 1) IN ('0', '1', '2', '3') THEN '2026/27' ELSE '2025/26' END, \
                 '2026-09-21', 31, '{\"postcode\":\"DH1\",\"point\":{\"latitude\":54.77,\"longitude\":-1.57}}', true, \
                 '[]', '[]', '[]', CASE WHEN right(id, 1) IN ('0', '1') THEN 'open' ELSE 'matched' END, 0, 0 FROM students";
    let run = "INSERT INTO match_runs (id, partner, revision, academic_year, stage, needs, places, eligible_pairs, matched, \
               total_cost, shares, create_us) VALUES ('r', 'durham', 1, '2026/27', 'final', 0, 0, 0, 0, 0, '[]', 0)";
    let matches = "INSERT INTO matches (run, ordinal, need, university, offer, host, cost, rules, need_revision, \
                   offer_revision) SELECT 'r', row_number() OVER (ORDER BY id), id, partner, \
                   CASE WHEN right(id, 1) <> '0' THEN 'durham/o' END, 'durham', 0, '[]', 1, 1 FROM placement_needs";
    for sql in [people, needs, run, matches, "ANALYZE"] {
        owner.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
    }
    (house, owner)
}

fn call(partner: &str, kind: PartnerKind, role: Role) -> Call {
    testkit::call(testkit::caller(partner, kind, &[role], "somebody"), "suite")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deep_page_reads_a_page_and_not_the_table() {
    let (house, mut owner) = crowded().await;
    let size = PageSize::from_wire(50).unwrap();
    let teesside = call("teesside", PartnerKind::University, Role::PlacementCoordinator);
    let all = NeedFilter {
        university: "teesside".parse().unwrap(),
        academic_year: None,
        stage: None,
        state: None,
        after: Some("teesside/n00005000".into()),
    };
    let year = Some("2026/27".parse().unwrap());
    let filters = [
        all.clone(),
        NeedFilter { academic_year: year, ..all.clone() },
        NeedFilter { state: Some(NeedState::Open), ..all.clone() },
        NeedFilter { academic_year: year, stage: Some(Stage::Final), state: Some(NeedState::Open), ..all },
    ];
    let mut before = rows_read(&house.app.ledger.database, &mut owner, ["placement_needs"]).await[0];
    for filter in filters {
        let ask = ListPlacementNeeds { filter: filter.clone(), size };
        assert_eq!(
            house.app.list_placement_needs(&teesside, ask).await.unwrap().rows.len(),
            50,
            "{filter:?}"
        );
        let now = rows_read(&house.app.ledger.database, &mut owner, ["placement_needs"]).await[0];
        assert!(
            (50..1_000).contains(&(now - before)),
            "{filter:?}: a page of 50 read {} needs",
            now - before
        );
        before = now;
    }
    let coordinator = call("durham", PartnerKind::Council, Role::PartnershipCoordinator);
    let mut before = rows_read(&house.app.ledger.database, &mut owner, ["matches"]).await[0];
    for (call, unmatched) in
        [(&coordinator, false), (&coordinator, true), (&teesside, false), (&teesside, true)]
    {
        let filter = MatchFilter { run: "matchRuns/r".parse().unwrap(), unmatched, after: Some(12_000) };
        assert_eq!(house.app.list_matches(call, ListMatches { filter, size }).await.unwrap().rows.len(), 50);
        let now = rows_read(&house.app.ledger.database, &mut owner, ["matches"]).await[0];
        assert!(
            (50..500).contains(&(now - before)),
            "{unmatched}: a page of 50 read {} matches",
            now - before
        );
        before = now;
    }
}
