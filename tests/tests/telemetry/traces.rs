//! A booking is one trace, and a batch is linked to all that it served.

use crate::{
    collector::{Collector, attribute},
    house::House,
};
use contracts::masterclasses::v1 as wire;
use opentelemetry_proto::tonic::trace::v1::Span;
use practicum_tests::{Person, Store, request_id, seat, session};
use std::collections::HashSet;
use tonic::Request;
use vocabulary::Role;

const BOOK: &str = "practicum.masterclasses.v1.BookingService/BookSeats";
const ASKS: u64 = 64;

/// Books within a trace of the caller's, whose number is `n` and whose span is `n + 1`.
async fn book(who: &Person, room: &str, n: u64) {
    let mut request = Request::new(wire::BookSeatsRequest {
        parent: room.into(),
        seats: vec![seat(&who.partner, &format!("p{n}"))],
        join_waitlist: false,
        request_id: request_id(),
    });
    let parent = format!("00-{n:032x}-{:016x}-01", n + 1);
    request.metadata_mut().insert("traceparent", parent.parse().unwrap());
    who.bookings.clone().book_seats(request).await.unwrap();
}

fn trace(n: u64) -> Vec<u8> {
    u128::from(n).to_be_bytes().to_vec()
}

fn within<'a>(spans: &'a [Span], parent: &'a Span) -> impl Iterator<Item = &'a Span> {
    spans.iter().filter(|s| s.trace_id == parent.trace_id && s.parent_span_id == parent.span_id)
}

/// The spans of a booking in the caller's trace `n`: the RPC's and the action's.
fn booking(spans: &[Span], n: u64) -> (&Span, &Span) {
    let rpc = spans.iter().find(|span| span.trace_id == trace(n) && span.name == BOOK);
    let rpc = rpc.unwrap_or_else(|| panic!("no RPC in trace {n}"));
    assert_eq!(rpc.parent_span_id, (n + 1).to_be_bytes(), "its parent is the caller's span");
    let actions: Vec<&Span> = within(spans, rpc).collect();
    assert!(actions.len() == 1 && actions[0].name == "book_seats", "{actions:?}");
    (rpc, actions[0])
}

fn system(store: Store) -> &'static str {
    match store {
        Store::Sqlite => "sqlite",
        Store::Postgres => "postgresql",
    }
}

/// One caller alone: everything that was done for it is in its trace.
fn alone(spans: &[Span], n: u64, store: Store) {
    let (rpc, action) = booking(spans, n);
    let batches: Vec<&Span> = within(spans, action).collect();
    assert!(batches.len() == 1 && batches[0].name == "desk.batch", "{batches:?}");
    assert_eq!(attribute(&batches[0].attributes, "practicum.desk.asks"), "1");
    let statements: Vec<&Span> = within(spans, batches[0]).collect();
    assert!(statements.len() >= 2, "it reads and writes: {statements:?}");
    for statement in &statements {
        assert!(statement.name.starts_with("sea_orm."), "{statement:?}");
        assert_eq!(attribute(&statement.attributes, "db.system"), system(store));
    }
    let texts: Vec<String> = statements.iter().map(|s| attribute(&s.attributes, "db.statement")).collect();
    assert!(texts.iter().any(|text| text.contains("sessions")), "{texts:?}");
    assert_eq!(attribute(&rpc.attributes, "practicum.partner"), "durham");
    let all = spans.iter().filter(|span| span.trace_id == trace(n)).count();
    assert_eq!(all, 3 + statements.len(), "and nothing else is in its trace");
}

/// Many at once: each is linked from the batch that served it, whichever trace that is in.
fn together(spans: &[Span], asks: std::ops::Range<u64>) {
    let mut waiting: HashSet<(Vec<u8>, Vec<u8>)> = asks
        .map(|n| booking(spans, n).1)
        .map(|action| (action.trace_id.clone(), action.span_id.clone()))
        .collect();
    let mut largest = 0;
    for batch in spans.iter().filter(|span| span.name == "desk.batch") {
        assert_eq!(attribute(&batch.attributes, "practicum.desk.asks"), batch.links.len().to_string());
        assert_eq!(batch.dropped_links_count, 0);
        largest = largest.max(batch.links.len());
        for link in &batch.links {
            waiting.remove(&(link.trace_id.clone(), link.span_id.clone()));
        }
        let first = batch.links.first().map(|link| link.span_id.clone()).unwrap_or_default();
        assert_eq!(batch.parent_span_id, first, "it is part of its first ask's trace");
    }
    assert!(waiting.is_empty(), "{} asks are linked from no batch", waiting.len());
    assert!(largest >= 2, "no batch served several asks: the test shows nothing");
}

async fn a_booking_is_one_trace(store: Store) {
    let collector = Collector::start().await;
    let house = House::up(store, Some(&collector)).await;
    let durham = house.caller("durham", &[Role::Scheduler], "scheduler").await;
    let room = durham.host("trauma", session(1_000)).await.unwrap().name;
    book(&durham, &room, 1_000).await;
    let asks = 2_000..2_000 + ASKS;
    futures_util::future::join_all(asks.clone().map(|n| book(&durham, &room, n))).await;
    durham.session(&room).await.unwrap();
    let denied = house.caller("durham", &[Role::Auditor], "auditor").await;
    denied.session(&room).await.unwrap_err();
    house.down().await;

    let kept = collector.kept();
    alone(&kept.spans, 1_000, store);
    together(&kept.spans, asks);
    for span in kept.spans.iter().filter(|span| span.name.starts_with("sea_orm.")) {
        assert!(!span.parent_span_id.is_empty(), "a statement that nobody asked for: {span:?}");
    }
    let code = |span: &&Span| attribute(&span.attributes, "rpc.grpc.status_code");
    let mut reads = kept.spans.iter().filter(|span| span.name.ends_with("/GetSession"));
    assert!(reads.any(|span| code(&span) == "7"), "a refused call is a span too");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_is_one_trace_on_sqlite() {
    Box::pin(a_booking_is_one_trace(Store::Sqlite)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_is_one_trace_on_postgres() {
    Box::pin(a_booking_is_one_trace(Store::Postgres)).await;
}
