//! Every status says why, also those that the library makes by itself.

use crate::support::{DO, LONGEST, framed, open, raw, send, stream, why};
use bytes::Bytes;
use tonic::Code;

#[tokio::test]
async fn a_panic_hurts_one_call() {
    let house = open().await;
    let channel = house.channel().await;
    for _ in 0..20 {
        let status = send(&channel, DO, house.ask("panic")).await.unwrap_err();
        assert!(!format!("{status:?}").contains("Zofia"));
        assert_eq!(why(Err::<(), _>(status)), (Code::Internal, "INTERNAL".into()));
        assert_eq!(send(&channel, DO, house.ask("hello")).await.unwrap(), "hello");
    }
    let mut watch = stream(&channel, house.ask("panic")).await.unwrap();
    // Whether the message before it still went out depends on how the encoder gathers them.
    let outcome = match watch.message().await {
        Ok(Some(_)) => watch.message().await,
        other => other,
    };
    assert_eq!(why(outcome), (Code::Internal, "INTERNAL".into()));
}

#[tokio::test]
async fn a_status_without_a_reason_leaves_as_a_fault_of_ours() {
    let house = open().await;
    let status = house.call("without a reason").await.unwrap_err();
    assert!(!status.message().contains("no details"));
    assert_eq!(why(Err::<(), _>(status)), (Code::Internal, "INTERNAL".into()));
}

#[tokio::test]
async fn a_message_that_is_too_large_is_refused_by_that_name() {
    let house = open().await;
    assert!(house.call(&"x".repeat(LONGEST - 10)).await.is_ok());
    assert_eq!(
        why(house.call(&"x".repeat(LONGEST)).await),
        (Code::ResourceExhausted, "MESSAGE_TOO_LARGE".into())
    );
}

#[tokio::test]
async fn what_is_no_message_is_refused_by_that_name() {
    let house = open().await;
    for (name, body) in [
        ("a broken message", framed(0, 2, &[0xff, 0xff])),
        ("text that is not UTF-8", framed(0, 4, &[0x0a, 2, 0xff, 0xfe])),
        ("compressed without a name", framed(1, 1, &[0])),
        ("a flag that is none", framed(7, 1, &[0])),
        ("no message", Bytes::new()),
        ("half a message", framed(0, 100, b"abc")),
    ] {
        assert_eq!(raw(&house, body, &[]).await, ("3".into(), "INVALID_FIELDS".into()), "{name}");
    }
    let gzip = raw(&house, framed(1, 1, &[0]), &[("grpc-encoding", "gzip")]).await;
    assert_eq!(gzip, ("12".into(), "COMPRESSION_UNSUPPORTED".into()));
}
