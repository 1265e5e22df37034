//! What an operator is shown of a service: its calls, its connections, its cache, its feed, its desk.

use crate::{
    collector::{Collector, Kept, attribute},
    house::House,
};
use opentelemetry_proto::tonic::{
    common::v1::KeyValue,
    metrics::v1::{metric::Data, number_data_point::Value},
};
use practicum_tests::{Store, session};
use vocabulary::Role;

/// What one metric last said: the attributes of each point, and its number (of a histogram, how many there were).
fn points(kept: &Kept, name: &str) -> Vec<(Vec<KeyValue>, f64)> {
    let found = kept.metrics.iter().rev().find(|metric| metric.name == name);
    let found = found.unwrap_or_else(|| panic!("no metric {name}"));
    let of = |value: &Option<Value>| match value {
        Some(Value::AsDouble(number)) => *number,
        #[allow(clippy::cast_precision_loss, reason = "the counts of a test are small")]
        Some(Value::AsInt(number)) => *number as f64,
        None => f64::NAN,
    };
    match found.data.as_ref().expect("a metric says something") {
        Data::Gauge(gauge) => {
            gauge.data_points.iter().map(|p| (p.attributes.clone(), of(&p.value))).collect()
        }
        Data::Sum(sum) => sum.data_points.iter().map(|p| (p.attributes.clone(), of(&p.value))).collect(),
        #[allow(clippy::cast_precision_loss, reason = "the counts of a test are small")]
        Data::Histogram(all) => {
            all.data_points.iter().map(|p| (p.attributes.clone(), p.count as f64)).collect()
        }
        other => panic!("{name} is {other:?}"),
    }
}

/// The number of the one point that has these attributes.
#[track_caller]
fn number(kept: &Kept, name: &str, wanted: &[(&str, &str)]) -> f64 {
    let points = points(kept, name);
    let fits = |(attributes, _): &&(Vec<KeyValue>, f64)| {
        wanted.iter().all(|(key, value)| attribute(attributes, key) == *value)
    };
    let found: Vec<_> = points.iter().filter(fits).collect();
    assert_eq!(found.len(), 1, "{name} {wanted:?}: {points:?}");
    found[0].1
}

async fn what_an_operator_needs_is_measured(store: Store) {
    let collector = Collector::start().await;
    let house = House::up(store, Some(&collector)).await;
    let durham = house.caller("durham", &[Role::Scheduler], "scheduler").await;
    let room = durham.host("trauma", session(2)).await.unwrap().name;
    durham.book(&room, "p1", false).await.unwrap();
    durham.book(&room, "p1", false).await.unwrap_err();
    for _ in 0..5 {
        durham.session(&room).await.unwrap();
    }
    durham
        .masterclasses
        .clone()
        .get_session(contracts::masterclasses::v1::GetSessionRequest {
            name: "masterclasses/trauma/sessions/none".into(),
        })
        .await
        .unwrap_err();
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    house.down().await;

    let kept = collector.kept();
    let calls = |method, code| {
        number(&kept, "rpc.server.duration", &[("rpc.method", method), ("rpc.grpc.status_code", code)])
    };
    assert_eq!((calls("BookSeats", "0"), calls("BookSeats", "6")), (1.0, 1.0));
    assert_eq!(number(&kept, "practicum.desk.batch_size", &[]), 2.0);
    let read = |by| number(&kept, "practicum.cache.reads", &[("answered_by", by)]);
    assert!(read("process") >= 4.0, "five reads of one session");
    assert!(read("database") >= 1.0, "what nobody has ever read");
    assert!(number(&kept, "practicum.feed.lag", &[]) >= 2.0, "each change is timed");
    let unread = number(&kept, "practicum.feed.unread", &[]);
    assert!((0.0..30.0).contains(&unread), "{unread} s");
    for pool in ["requests", "service"] {
        let count = |state| {
            let of = [("db.client.connection.pool.name", pool), ("db.client.connection.state", state)];
            number(&kept, "db.client.connection.count", &of)
        };
        assert!(count("used") + count("idle") >= 1.0, "{pool} has a connection");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_operator_needs_is_measured_on_sqlite() {
    Box::pin(what_an_operator_needs_is_measured(Store::Sqlite)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_operator_needs_is_measured_on_postgres() {
    Box::pin(what_an_operator_needs_is_measured(Store::Postgres)).await;
}
