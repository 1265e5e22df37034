//! What a page of placements costs: it reads what it shows, whoever asks for whatever, however deep it lies.

use super::house::House;
use crate::house::rows_read;
use placements::{
    actions::{ListDays, ListPlacementEvents, ListPlacements, PlacementFilter},
    domain::PlacementState,
    store,
};
use sqlx::{AssertSqlSafe, Executor, PgConnection};
use vocabulary::{Call, PageSize, Scope};

/// Twenty thousand placements of two universities at two hosts, written past the service: mostly passed, four of each
/// student, of each educator a hundred.
async fn crowded() -> (House, PgConnection) {
    let house = House::on_postgres().await;
    let mut owner = house.owner().await;
    let people = "INSERT INTO students (id, partner, display_name, email, social_work_england_number) \
                  SELECT u || '/p' || n, u, '', '', '' FROM unnest(ARRAY['teesside', 'northumbria']) u, \
                  generate_series(1, 2500) n";
    let placements = "INSERT INTO placements (id, revision, need, offer, host, university, student, stage, setting, \
                      statutory, practice_educator, state, start_date, weekdays, days_required, days_attended, skills_days, \
                      projected_end, hold_us, enrolment_check, suspensions, reviews, concerns, waivers, rules, \
                      recommendation, reason, create_us, update_us) \
                      SELECT 'p' || lpad(n::text, 8, '0'), 1, u || '/n' || n, h || '/o' || n % 500, h, u, \
                      u || '/p' || 1 + n / 2 % 2500, CASE WHEN n / 5000 % 2 = 0 THEN 'first' ELSE 'final' END, 'adults', true, \
                      h || '/e' || n % 200, CASE state WHEN 7 THEN 'proposed' WHEN 8 THEN 'accepted' \
                      ELSE 'passed' END, '2026-09-21', 31, 100, 0, 0, '2027-03-01', NULL, \
                      NULL, '[]', '[]', '[]', '[]', '[]', '', '', 0, 0 \
                      FROM (SELECT n, CASE WHEN n > 10000 THEN n % 50 END state, CASE WHEN n % 2 = 0 THEN 'teesside' ELSE 'northumbria' END u, \
                      CASE WHEN n % 3 = 0 THEN 'gateshead' ELSE 'durham' END h FROM generate_series(1, 20000) n) AS made";
    let days = "INSERT INTO placement_days (placement, day, kind, note) SELECT id, d::date::text, 'attended', '' \
                FROM placements, generate_series(date '2026-09-21', date '2026-09-25', '1 day') d WHERE id <> 'p00000010'";
    let long = "INSERT INTO placement_days (placement, day, kind, note) SELECT 'p00000010', d::date::text, 'attended', '' \
                FROM generate_series(date '2026-09-21', date '2027-03-01', '1 day') d";
    let events = "INSERT INTO placement_events (placement, ordinal, to_state, actor, reason, at_us) \
                  SELECT id, n, 'proposed', '', '', 0 FROM placements, generate_series(1, 5) n";
    for sql in [people, placements, days, long, events, "ANALYZE"] {
        owner.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
    }
    (house, owner)
}

/// Each kind of question, and how many rows its page has.
fn questions() -> Vec<(Call, PlacementFilter, usize)> {
    let call = crate::house::call;
    let deep = PlacementFilter { after: Some("p00010000".into()), ..Default::default() };
    let state = |states: &[PlacementState]| PlacementFilter { states: states.to_vec(), ..deep.clone() };
    let student = Some("partners/teesside/people/p2".parse().unwrap());
    let student = PlacementFilter { student, after: None, ..Default::default() };
    let educator = Some("partners/durham/practiceEducators/e2".parse().unwrap());
    let educator = PlacementFilter { educator, after: None, ..Default::default() };
    let between = PlacementFilter { host: Some("durham".parse().unwrap()), ..deep.clone() };
    let from = PlacementFilter { university: Some("teesside".parse().unwrap()), ..deep.clone() };
    let rare = [PlacementState::Proposed, PlacementState::Accepted];
    vec![
        (call("durham"), deep.clone(), 50),
        (call("teesside"), deep.clone(), 50),
        (call("durham"), state(&rare), 50),
        (call("teesside"), state(&rare[..1]), 0),
        (call("teesside"), state(&rare[1..]), 50),
        (call("durham"), state(&[PlacementState::Failed]), 0),
        (call("durham"), student.clone(), 3),
        (call("teesside"), student, 4),
        (call("durham"), educator.clone(), 50),
        (call("teesside"), educator, 50),
        (call("teesside"), between, 50),
        (call("durham"), from, 50),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_placements_reads_a_page_and_not_the_table() {
    let (house, mut owner) = crowded().await;
    let size = PageSize::from_wire(50).unwrap();
    let mut before = rows_read(&house.app.ledger.database, &mut owner, ["placements"]).await[0];
    for (call, filter, rows) in questions() {
        let ask = ListPlacements { filter: filter.clone(), size };
        let page = house.app.list_placements(&call, ask).await.unwrap();
        let told = format!("{} {filter:?}", call.caller.partner);
        assert_eq!(page.rows.len(), rows, "{told}");
        let now = rows_read(&house.app.ledger.database, &mut owner, ["placements"]).await[0];
        assert!(now - before < 500, "{told}: a page of {rows} read {} placements", now - before);
        before = now;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_on_one_placement_is_read_without_the_others() {
    let (house, mut owner) = crowded().await;
    let size = PageSize::from_wire(50).unwrap();
    let placement: placements::domain::PlacementName = "placements/p00000010".parse().unwrap();
    let call = crate::house::call("teesside");
    let days = rows_read(&house.app.ledger.database, &mut owner, ["placement_days"]).await[0];
    let after = Some("2026-12-01".parse().unwrap());
    let ask = ListDays { placement: placement.clone(), after, size };
    assert_eq!(house.app.list_days(&call, ask).await.unwrap().rows.len(), 50);
    let days = rows_read(&house.app.ledger.database, &mut owner, ["placement_days"]).await[0] - days;
    assert!((50..120).contains(&days), "a page of 50 read {days} days");
    let events = rows_read(&house.app.ledger.database, &mut owner, ["placement_events"]).await[0];
    let ask = ListPlacementEvents { placement, after: 3, size };
    assert_eq!(house.app.list_placement_events(&call, ask).await.unwrap().rows.len(), 2);
    let events = rows_read(&house.app.ledger.database, &mut owner, ["placement_events"]).await[0] - events;
    assert!((2..20).contains(&events), "a page of 2 read {events} events");
}

/// What looks by itself, time and again.
#[tokio::test(flavor = "multi_thread")]
async fn what_time_does_and_what_universities_owe_is_found_without_the_rest() {
    let (house, mut owner) = crowded().await;
    for sql in [
        "UPDATE placements SET hold_us = CAST(substr(id, 2) AS bigint) WHERE state = 'proposed'",
        "UPDATE placements SET enrolment_check = 'pending' WHERE state = 'accepted'",
        "ANALYZE placements",
    ] {
        owner.execute(sql).await.unwrap();
    }
    for (sql, index) in [
        (
            "SELECT id FROM placements WHERE state = 'proposed' AND hold_us <= 15000 ORDER BY hold_us LIMIT 500",
            "placements_held",
        ),
        (
            "SELECT DISTINCT university FROM placements WHERE enrolment_check = 'pending' ORDER BY university",
            "placements_to_check",
        ),
        (
            "SELECT id FROM placements WHERE university = 'teesside' AND enrolment_check = 'pending' AND id > '' ORDER BY id LIMIT 1",
            "placements_to_check",
        ),
    ] {
        let plan: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(format!("EXPLAIN {sql}"))).fetch_all(&mut owner).await.unwrap();
        assert!(plan.join("\n").contains(index), "{plan:#?}");
    }
    let tx = house.app.ledger.database.read(&Scope::Service, None).await.unwrap();
    let now = house.clock.now();
    assert_eq!(store::placements::overdue(&tx, now, 500).await.unwrap().len(), 200);
    assert_eq!(store::placements::unanswered(&tx).await.unwrap(), ["teesside".parse().unwrap()]);
}
