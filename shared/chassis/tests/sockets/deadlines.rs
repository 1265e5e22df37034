//! How long a caller waits.

use crate::support::{message, open, raw, stream, why};
use std::time::{Duration, Instant};
use tonic::Code;

fn exceeded() -> (Code, String) {
    (Code::DeadlineExceeded, "DEADLINE_EXCEEDED".into())
}

#[tokio::test]
async fn a_call_that_takes_too_long_is_told_so_with_a_reason_and_by_the_server() {
    let house = open().await;
    let began = Instant::now();
    // Raw, because the client library has a timer of its own that would answer first.
    let answer = raw(&house, message("wait"), &[("grpc-timeout", "200m")]).await;
    assert_eq!(answer, ("4".into(), "DEADLINE_EXCEEDED".into()));
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_caller_that_names_no_deadline_gets_the_methods_own() {
    let house = open().await;
    assert_eq!(why(house.call("wait").await), exceeded());
    assert_eq!(house.call("hello").await.unwrap(), "hello");
}

#[tokio::test]
async fn a_deadline_that_has_passed_or_cannot_be_read_starts_nothing() {
    let house = open().await;
    let late = raw(&house, message("hello"), &[("grpc-timeout", "0m")]).await;
    assert_eq!(late, ("4".into(), "DEADLINE_EXCEEDED".into()));
    for bad in [&["soon"][..], &["5"], &["123456789S"], &["-1S"], &["1S", "2S"]] {
        let headers: Vec<_> = bad.iter().map(|value| ("grpc-timeout", *value)).collect();
        let answer = raw(&house, message("hello"), &headers).await;
        assert_eq!(answer, ("3".into(), "DEADLINE_MALFORMED".into()), "{bad:?}");
    }
}

#[tokio::test]
async fn a_stream_ends_at_the_callers_deadline_and_outlives_the_methods_own() {
    let house = open().await;
    let channel = house.channel().await;
    let mut request = house.ask("deaf");
    request.metadata_mut().insert("grpc-timeout", "300m".parse().unwrap());
    let mut limited = stream(&channel, request).await.unwrap();
    assert_eq!(limited.message().await.unwrap().as_deref(), Some("first"));
    assert_eq!(why(limited.message().await), exceeded());
    let mut unlimited = stream(&channel, house.ask("deaf")).await.unwrap();
    assert!(unlimited.message().await.unwrap().is_some());
    assert!(tokio::time::timeout(Duration::from_millis(900), unlimited.message()).await.is_err());
}

#[tokio::test]
async fn a_stream_ends_when_its_callers_token_does() {
    let house = open().await;
    let mut watch = stream(&house.channel().await, house.ask_briefly("deaf")).await.unwrap();
    assert!(watch.message().await.unwrap().is_some());
    let end =
        tokio::time::timeout(Duration::from_secs(20), watch.message()).await.expect("it outlives its token");
    assert_eq!(why(end), (Code::Unauthenticated, "TOKEN_INVALID".into()));
}
