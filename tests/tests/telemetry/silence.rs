//! Nothing personal leaves the house: not in what is exported, not in what is written, not in what a caller is told.

use crate::{
    canaries::{found, told},
    collector::{Collector, attribute},
    house::House,
    visits::{self, Heard},
};
use admission::AccessTable;
use opentelemetry_proto::tonic::trace::v1::Span;
use practicum_tests::Store;

#[track_caller]
fn none(what: &str, text: &[u8], heard: &Heard) {
    let hits = found(text, &heard.secrets);
    assert!(hits.is_empty(), "{what}: {hits:#?}");
}

fn statuses(heard: &Heard) {
    assert!(heard.statuses.len() >= 25, "who is refused nothing hears nothing");
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
fn actions(spans: &[Span], table: &AccessTable) {
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
    let methods = table.rows().filter_map(|row| row.name().split_once('/')).map(|(_, method)| method);
    let missing: Vec<&str> = methods.filter(|method| !seen.contains(*method)).collect();
    assert!(missing.is_empty(), "no action of {missing:?} was seen");
}

/// Masterclasses or enrolments.
type Service = &'static str;
const SERVICES: [Service; 2] = ["masterclasses", "enrolments"];

async fn visit(house: &House, service: Service) -> Heard {
    match service {
        "masterclasses" => Box::pin(visits::all(house)).await,
        _ => Box::pin(visits::university::all(house)).await,
    }
}

fn table(service: Service) -> AccessTable {
    let table = match service {
        "masterclasses" => masterclasses::rpc::access::table(),
        _ => enrolments::rpc::access::table(),
    };
    table.expect("the table is sound")
}

async fn exported(service: Service, store: Store) {
    let collector = Collector::start().await;
    let house = House::of(service, store, Some(&collector)).await;
    let heard = visit(&house, service).await;
    let said = house.down().await;
    statuses(&heard);
    none("standard error", said.as_bytes(), &heard);
    let kept = collector.kept();
    none("what was exported", &kept.raw, &heard);
    actions(&kept.spans, &table(service));
    let failed = kept
        .spans
        .iter()
        .filter(|s| s.name.starts_with("sea_orm.") && s.status.as_ref().is_some_and(|s| s.code == 2));
    assert!(failed.count() >= 3, "statements failed, and their spans say so");
    let mut faults = kept.lines.iter().filter(|line| !attribute(&line.attributes, "reference").is_empty());
    assert!(faults.any(|line| line.trace_id.len() == 16), "a fault's line is found by its trace");
    assert!(kept.raw.len() > 50_000, "{} bytes are too few to have been everything", kept.raw.len());
}

async fn written(service: Service, store: Store) {
    let house = House::of(service, store, None).await;
    let heard = visit(&house, service).await;
    let said = house.down().await;
    statuses(&heard);
    none("standard error", said.as_bytes(), &heard);
    assert!(said.contains("TRACE") && said.contains("fault"), "everything was to be written");
    assert!(said.len() > 50_000, "{} bytes are too few to have been everything", said.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_is_exported_from_sqlite() {
    for service in SERVICES {
        Box::pin(exported(service, Store::Sqlite)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_is_exported_from_postgres() {
    for service in SERVICES {
        Box::pin(exported(service, Store::Postgres)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_is_written_on_sqlite() {
    for service in SERVICES {
        Box::pin(written(service, Store::Sqlite)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_is_written_on_postgres() {
    for service in SERVICES {
        Box::pin(written(service, Store::Postgres)).await;
    }
}
