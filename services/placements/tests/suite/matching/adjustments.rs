//! Special category data: who sees it, and where it never is.

use super::{
    house::{House, a_need, creating, getting},
    needs::updating,
};
use contracts::placements::v1::{CreatePlacementNeedRequest, ListPlacementNeedsRequest, PlacementNeed};
use sqlx::Executor;
use vocabulary::Role;

const SAID: &str = "needs a quiet room";

/// A need with adjustments whose placement at Durham stands in a state.
async fn placed(house: &House) -> PlacementNeed {
    house.offer("durham", "north", |_| {}).await;
    let made = house.need_with("teesside", "n1", |need| need.adjustments = SAID.into()).await;
    assert_eq!(made.adjustments, "", "an answer is kept for retries, and does not hold them");
    house.propose_all().await;
    made
}

async fn shown(house: &House, partner: &str, need: &PlacementNeed) -> Option<String> {
    let answer = house.as_role(partner, Role::LearnerSupport).get_placement_need(getting(need)).await;
    answer.ok().map(|need| need.into_inner().adjustments)
}

#[tokio::test(flavor = "multi_thread")]
async fn adjustments_are_for_the_university_and_for_the_host_once_the_placement_is_confirmed() {
    for house in House::both().await {
        let need = placed(&house).await;
        let cases = [
            ("proposed", None),
            ("accepted", Some("")),
            ("confirmed", Some(SAID)),
            ("in_progress", Some(SAID)),
            ("suspended", Some(SAID)),
            ("withdrawn", None),
            ("declined", None),
        ];
        for (state, host) in cases {
            house.run(&format!("UPDATE placements SET state = '{state}'")).await;
            assert_eq!(shown(&house, "durham", &need).await.as_deref(), host, "{state}");
            assert_eq!(shown(&house, "teesside", &need).await.as_deref(), Some(SAID), "{state}");
            for stranger in ["gateshead", "northumbria"] {
                assert_eq!(shown(&house, stranger, &need).await, None, "{state}");
            }
        }
        let readings = "SELECT count(*) AS n FROM audit WHERE purpose = 'adjustments' AND partner = ";
        assert_eq!(house.count(&format!("{readings}'teesside'")).await, 7);
        assert_eq!(house.count(&format!("{readings}'durham'")).await, 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn adjustments_are_in_no_list_no_answer_that_is_kept_no_match_and_no_feed() {
    for house in House::both().await {
        let need = placed(&house).await;
        let mut other = a_need("teesside", "n2");
        other.adjustments = SAID.into();
        let request_id = "0198a7a0-0000-7000-8000-000000000004".into();
        let kept = CreatePlacementNeedRequest { request_id, ..creating("teesside", "n2", other) };
        house.coordinator("teesside").create_placement_need(kept).await.unwrap();
        assert_eq!(house.count("SELECT count(*) AS n FROM answers").await, 1);
        let ask = ListPlacementNeedsRequest { parent: "partners/teesside".into(), ..Default::default() };
        let listed = house.coordinator("teesside").list_placement_needs(ask).await.unwrap().into_inner();
        assert!(listed.placement_needs.iter().all(|need| need.adjustments.is_empty()));
        for (table, column) in
            [("answers", "answer"), ("matches", "rules"), ("audit", "purpose"), ("feed", "resource")]
        {
            let sql = format!("SELECT count(*) AS n FROM {table} WHERE {column} LIKE '%{SAID}%'");
            assert_eq!(house.count(&sql).await, 0, "{table}");
        }
        assert_eq!(shown(&house, "teesside", &need).await.as_deref(), Some(SAID));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_sets_and_clears_adjustments_and_leaves_them_where_it_does_not_name_them() {
    for house in House::both().await {
        let mut teesside = house.coordinator("teesside");
        let need = house.need_with("teesside", "n1", |need| need.adjustments = SAID.into()).await;
        let edit =
            |text: &str| PlacementNeed { adjustments: text.into(), etag: String::new(), ..need.clone() };
        for (text, path, left) in
            [("", "drives", SAID), ("a ramp", "adjustments", "a ramp"), ("", "adjustments", "")]
        {
            teesside.update_placement_need(updating(edit(text), &[path])).await.unwrap();
            assert_eq!(shown(&house, "teesside", &need).await.as_deref(), Some(left));
        }
        assert_eq!(house.count("SELECT count(*) AS n FROM need_adjustments").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tables_themselves_show_a_host_a_need_once_accepted_and_adjustments_once_confirmed() {
    let house = House::on_postgres().await;
    placed(&house).await;
    let mut role = house.role().await;
    for (state, needs, adjustments) in
        [("proposed", 0, 0), ("accepted", 1, 0), ("confirmed", 1, 1), ("withdrawn", 0, 0)]
    {
        house.run(&format!("UPDATE placements SET state = '{state}'")).await;
        for (partner, own) in [
            ("durham", (needs, adjustments)),
            ("teesside", (1, 1)),
            ("gateshead", (0, 0)),
            ("northumbria", (0, 0)),
        ] {
            let sql = "SELECT set_config('practicum.partner', $1, false)";
            sqlx::query(sql).bind(partner).execute(&mut role).await.unwrap();
            let seen = (
                role.fetch_all("SELECT id FROM placement_needs").await.unwrap().len(),
                role.fetch_all("SELECT id FROM need_adjustments").await.unwrap().len(),
            );
            assert_eq!(seen, own, "{partner} while {state}");
            if partner != "teesside" {
                for sql in ["UPDATE placement_needs SET drives = false", "DELETE FROM need_adjustments"] {
                    assert_eq!(role.execute(sql).await.unwrap().rows_affected(), 0, "{sql} as {partner}");
                }
            }
        }
    }
}
