//! The end.

use crate::support::{DESK, open, open_with, send, stream, why};
use chassis::ServerSettings;
use std::time::{Duration, Instant};
use tokio::{net::TcpStream, time::timeout};
use tonic::Code;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

/// No drain may take longer.
const LONGEST: Duration = Duration::from_secs(25);

fn shutting_down() -> (Code, String) {
    (Code::Unavailable, "SHUTTING_DOWN".into())
}

#[tokio::test]
async fn a_drain_ends_with_a_health_watch_a_deaf_stream_and_a_silent_socket_open() {
    let house = open_with(ServerSettings { drain_seconds: 4, ..ServerSettings::default() }).await;
    let channel = house.channel().await;
    let mut polite = stream(&channel, house.ask("polite")).await.unwrap();
    let mut deaf = stream(&channel, house.ask("deaf")).await.unwrap();
    let mut health = HealthClient::new(house.channel().await);
    let mut watch = health.watch(HealthCheckRequest { service: DESK.into() }).await.unwrap().into_inner();
    assert_eq!(watch.message().await.unwrap().unwrap().status, 1);
    assert!(polite.message().await.unwrap().is_some() && deaf.message().await.unwrap().is_some());
    let _silent = TcpStream::connect(house.running.address).await.unwrap();

    let (address, began) = (house.running.address, Instant::now());
    house.running.stop();
    assert_eq!(watch.message().await.unwrap().unwrap().status, 2, "health says that it goes");
    assert_eq!(why(watch.message().await), shutting_down());
    assert_eq!(why(polite.message().await), shutting_down());
    assert_eq!(why(deaf.message().await), shutting_down(), "the porch ends what does not end itself");
    timeout(LONGEST, house.running.wait()).await.expect("the drain does not end").unwrap();
    assert!(began.elapsed() < LONGEST);
    assert!(TcpStream::connect(address).await.is_err(), "the port is still open");
}

#[tokio::test]
async fn a_call_under_way_is_finished_and_no_new_connection_is_let_in() {
    let house = open().await;
    let channel = house.channel().await;
    let slow = tokio::spawn({
        let (channel, request) = (channel.clone(), house.ask("wait"));
        async move { send(&channel, crate::support::DO, request).await }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    house.running.stop();
    // Its own deadline ends it, not the drain: it was let finish.
    assert_eq!(why(slow.await.unwrap()), (Code::DeadlineExceeded, "DEADLINE_EXCEEDED".into()));
    timeout(LONGEST, house.running.wait()).await.expect("the drain does not end").unwrap();
}

#[tokio::test]
async fn what_does_not_end_in_time_is_cut() {
    let house = open_with(ServerSettings { drain_seconds: 1, ..ServerSettings::default() }).await;
    let socket = TcpStream::connect(house.running.address).await.unwrap();
    let (client, mut connection) = h2::client::handshake(socket).await.unwrap();
    let (hang, mut hangs) = tokio::sync::oneshot::channel::<()>();
    let peer = tokio::spawn(async move {
        tokio::select! {
            _ = &mut connection => {}
            _ = &mut hangs => {}
        }
        // From here on it reads and writes nothing, and never says goodbye.
        std::future::pending::<()>().await;
        drop(connection);
    });
    let request =
        http::Request::post(format!("http://{}/grpc.health.v1.Health/Watch", house.running.address));
    let request = request.header("content-type", "application/grpc").body(()).unwrap();
    let (answer, mut body) = client.ready().await.unwrap().send_request(request, false).unwrap();
    body.send_data(bytes::Bytes::from_static(&[0; 5]), true).unwrap();
    let watch = answer.await.unwrap();
    hang.send(()).unwrap();
    house.running.stop();
    timeout(LONGEST, house.running.wait()).await.expect("the drain does not end").unwrap();
    peer.abort();
    drop(watch);
}
