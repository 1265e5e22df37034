//! What few changes cost.

use super::house::*;
use crate::house::rows_read;

const LEARNERS: usize = 3_000;
const CHANGED: usize = 20;
const RUNS: usize = 5;

/// Whatever a planner believes: one that has never heard of a university takes all its rows for one, and would pass
/// over them for every statement.
#[tokio::test(flavor = "multi_thread")]
async fn few_changes_read_few_rows_at_a_university_that_statistics_know_nothing_of() {
    let house = House::on_postgres().await;
    let mut owner = house.owner().await;
    house.send("northumbria", "r1", unlimited("sits"), &world(LEARNERS)).await;
    sqlx::query("ANALYZE").execute(&mut owner).await.unwrap();
    let mut records = world(LEARNERS);
    house.send("teesside", "r1", unlimited("sits"), &records).await;
    let [before] = rows_read(&house.app.ledger.database, &mut owner, ["enrolments.enrolments"]).await;
    for run in 1..=RUNS {
        for at in 0..CHANGED {
            let last = records.len() - LEARNERS + at;
            records[last] = enrolled(&format!("e{at}"), ["r1", "r2"][at % 2], &format!("l{at}"), |it| {
                it.end_date = format!("2027-06-0{run}");
            });
        }
        let run = house.send("teesside", &format!("few{run}"), unlimited("sits"), &records).await;
        assert_eq!(usize::try_from(run.counts[3].updated), Ok(CHANGED));
    }
    // Each is read once a run, for what records are compared with: until so much is reported, something is missing.
    let (mut cost, once) = (0, i64::try_from(LEARNERS * RUNS).unwrap());
    for _ in 0..20 {
        let [after] = rows_read(&house.app.ledger.database, &mut owner, ["enrolments.enrolments"]).await;
        cost = after - before;
        if cost >= once {
            break;
        }
    }
    // What was not reported before the first run is counted here too, hence the double.
    assert!(
        (once..once * 2).contains(&cost),
        "{RUNS} runs of {CHANGED} changes read {cost}, where {once} will do"
    );
}
