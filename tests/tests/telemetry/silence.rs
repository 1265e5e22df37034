//! Nothing personal leaves the house: not in what is exported, not in what is written, not in what a caller is told.

use crate::{
    canaries::{found, told},
    collector::{Collector, attribute},
    house::House,
    visits::{self, Heard},
};
use opentelemetry_proto::tonic::trace::v1::Span;
use practicum_tests::Store;

#[track_caller]
fn none(what: &str, text: &[u8], heard: &Heard) {
    let hits = found(text, &heard.secrets);
    assert!(hits.is_empty(), "{what}: {hits:#?}");
}

fn statuses(heard: &Heard) {
    assert!(heard.statuses.len() >= 30, "who is refused nothing hears nothing");
    heard.statuses.iter().for_each(|status| none("a status", &told(status), heard));
}

/// `GetSession` as `get_session`.
fn verb(method: &str) -> String {
    let mut verb = String::new();
    for letter in method.chars() {
        if letter.is_ascii_uppercase() && !verb.is_empty() {
            verb.push('_');
        }
        verb.push(letter.to_ascii_lowercase());
    }
    verb
}

/// Every RPC has a span of its action in it, of its own name, unless it was turned away at the door.
fn actions(spans: &[Span]) {
    let mut seen = std::collections::BTreeSet::new();
    for rpc in spans.iter().filter(|span| span.kind == 2) {
        let method = attribute(&rpc.attributes, "rpc.method");
        let code = attribute(&rpc.attributes, "rpc.grpc.status_code");
        let mut inside = spans.iter().filter(|span| span.parent_span_id == rpc.span_id);
        if inside.any(|span| span.name == verb(&method)) {
            seen.insert(method);
        } else {
            assert!(!code.is_empty(), "{method} went well without an action");
        }
    }
    let table = masterclasses::rpc::access::table().expect("the table is sound");
    let methods = table.rows().filter_map(|row| row.name().split_once('/')).map(|(_, method)| method);
    let missing: Vec<&str> = methods.filter(|method| !seen.contains(*method)).collect();
    assert!(missing.is_empty(), "no action of {missing:?} was seen");
}

async fn exported(store: Store) {
    let collector = Collector::start().await;
    let house = House::up(store, Some(&collector)).await;
    let heard = Box::pin(visits::all(&house)).await;
    let said = house.down().await;
    statuses(&heard);
    none("standard error", said.as_bytes(), &heard);
    let kept = collector.kept();
    none("what was exported", &kept.raw, &heard);
    actions(&kept.spans);
    let failed = kept
        .spans
        .iter()
        .filter(|s| s.name.starts_with("sea_orm.") && s.status.as_ref().is_some_and(|s| s.code == 2));
    assert!(failed.count() >= 3, "statements failed, and their spans say so");
    let mut faults = kept.lines.iter().filter(|line| !attribute(&line.attributes, "reference").is_empty());
    assert!(faults.any(|line| line.trace_id.len() == 16), "a fault's line is found by its trace");
    assert!(kept.raw.len() > 100_000, "{} bytes are too few to have been everything", kept.raw.len());
}

async fn written(store: Store) {
    let house = House::up(store, None).await;
    let heard = Box::pin(visits::all(&house)).await;
    let said = house.down().await;
    statuses(&heard);
    none("standard error", said.as_bytes(), &heard);
    assert!(said.contains("TRACE") && said.contains("fault"), "everything was to be written");
    assert!(said.len() > 100_000, "{} bytes are too few to have been everything", said.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_is_exported_from_sqlite() {
    Box::pin(exported(Store::Sqlite)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_is_exported_from_postgres() {
    Box::pin(exported(Store::Postgres)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_is_written_on_sqlite() {
    Box::pin(written(Store::Sqlite)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_is_written_on_postgres() {
    Box::pin(written(Store::Postgres)).await;
}
