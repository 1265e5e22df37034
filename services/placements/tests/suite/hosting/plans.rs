//! What a page costs: it reads what it shows and not what comes before, however deep it lies.

use crate::house::*;
use placements::actions::{
    EducatorFilter, InterestFilter, ListHostingInterests, ListPlacementOffers, ListPracticeEducators,
};
use sqlx::{AssertSqlSafe, Executor, PgConnection};
use vocabulary::PageSize;

/// Of each host: offers, half of them open and every other one of the year; and people who teach.
const EACH: i64 = 10_000;

async fn crowded() -> (House, PgConnection) {
    let house = House::on_postgres().await;
    house.offer("durham", "a", 2).await;
    house.educator("durham", "a", 2).await;
    let mut owner = house.owner().await;
    let hosts = "(VALUES ('durham'), ('gateshead'), ('sunderland')) AS h(host)";
    let offers = format!(
        "INSERT INTO placement_offers (id, partner, revision, academic_year, team, setting, statutory, stages, places, \
         places_held, places_taken, weekdays, location, driver_required, practice_educators, state, reaffirm_us, \
         withdraw_reason, create_us, update_us) \
         SELECT host || '/o' || lpad(n::text, 6, '0'), host, 1, CASE WHEN n % 4 < 2 THEN '2026/27' ELSE '2025/26' END, \
         team, setting, statutory, stages, places, 0, 0, weekdays, location, false, '[]', \
         CASE WHEN n % 2 = 0 THEN 'open' ELSE 'draft' END, n, '', 0, 0 \
         FROM placement_offers, {hosts}, generate_series(1, {EACH}) n"
    );
    let educators = format!(
        "INSERT INTO practice_educators (id, partner, person, revision, display_name, email, \
         social_work_england_number, qualification, current_until, max_learners, learners, team, create_us, update_us) \
         SELECT host || '/p' || lpad(n::text, 6, '0'), host, host || '/p' || n, 1, '', '', '', \
         CASE WHEN n % 2 = 0 THEN 'stage_1' ELSE 'stage_2' END, '2099-01-01', 1, n % 3 / 2, '', 0, 0 \
         FROM {hosts}, generate_series(1, {EACH}) n"
    );
    let interests = "INSERT INTO hosting_interests (id, partner, academic_year, revision, interest, reasons, \
         places_expected, update_us) SELECT 'h' || lpad(n::text, 6, '0') || '/' || y || '-' || y - 1999, \
         'h' || lpad(n::text, 6, '0'), y || '/' || y - 1999, 1, 'open', '[]', 0, 0 \
         FROM generate_series(1, 2000) n, generate_series(2020, 2029) y";
    for sql in [&offers, &educators, interests, "ANALYZE"] {
        owner.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
    }
    (house, owner)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deep_page_of_offers_reads_a_page_and_not_the_table() {
    let (house, mut owner) = crowded().await;
    let all = ListPlacementOffers {
        host: None,
        academic_year: None,
        stage: None,
        setting: None,
        available: false,
        stale: false,
        after: Some("durham/o009000".into()),
        size: PageSize::from_wire(50).unwrap(),
    };
    let year = Some("2026/27".parse().unwrap());
    let gateshead = ListPlacementOffers {
        host: Some("gateshead".parse().unwrap()),
        after: Some("gateshead/o005000".into()),
        ..all.clone()
    };
    let asks = [
        ("teesside", all.clone()),
        ("teesside", ListPlacementOffers { academic_year: year, ..all.clone() }),
        ("teesside", ListPlacementOffers { available: true, stale: true, ..all.clone() }),
        ("teesside", gateshead.clone()),
        ("teesside", ListPlacementOffers { academic_year: year, ..gateshead.clone() }),
        ("durham", all),
        ("gateshead", gateshead),
    ];
    for (caller, ask) in asks {
        let before = rows_read(&house.app.ledger.database, &mut owner, ["placement_offers"]).await[0];
        let page = house.app.list_placement_offers(&call(caller), ask.clone()).await.unwrap();
        assert_eq!(page.rows.len(), 50, "{caller} {ask:?}");
        let cost = rows_read(&house.app.ledger.database, &mut owner, ["placement_offers"]).await[0] - before;
        assert!((50..500).contains(&cost), "{caller} {ask:?}: a page of 50 read {cost} offers");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deep_page_of_educators_or_of_interests_reads_a_page_and_not_the_table() {
    let (house, mut owner) = crowded().await;
    let size = PageSize::from_wire(50).unwrap();
    for with_free_capacity in [false, true] {
        let filter = EducatorFilter {
            partner: "gateshead".parse().unwrap(),
            qualification: with_free_capacity.then_some(placements::domain::Qualification::Stage2),
            with_free_capacity,
            after: Some("gateshead/p005000".into()),
        };
        let before = rows_read(&house.app.ledger.database, &mut owner, ["practice_educators"]).await[0];
        let ask = ListPracticeEducators { filter, size };
        let page = house.app.list_practice_educators(&call("gateshead"), ask).await.unwrap();
        assert_eq!(page.rows.len(), 50);
        let cost =
            rows_read(&house.app.ledger.database, &mut owner, ["practice_educators"]).await[0] - before;
        assert!((50..500).contains(&cost), "a page of 50 read {cost} practice educators");
    }
    for academic_year in [None, Some("2026/27".parse().unwrap())] {
        let filter = InterestFilter { partner: None, academic_year, after: Some("h001500/2026-27".into()) };
        let before = rows_read(&house.app.ledger.database, &mut owner, ["hosting_interests"]).await[0];
        let ask = ListHostingInterests { filter, size };
        let page = house.app.list_hosting_interests(&call("teesside"), ask).await.unwrap();
        assert_eq!(page.rows.len(), 50);
        let cost = rows_read(&house.app.ledger.database, &mut owner, ["hosting_interests"]).await[0] - before;
        assert!((50..1_000).contains(&cost), "a page of 50 read {cost} interests");
    }
}
