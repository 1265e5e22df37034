//! Sockets that say nothing, come in crowds, or take back what they asked for.

use crate::support::{House, open, open_with};
use chassis::ServerSettings;
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

/// Wide: what is measured against it takes a second or less.
const SOON: Duration = Duration::from_secs(20);

async fn is_cut(socket: &mut TcpStream) -> bool {
    let mut rest = Vec::new();
    timeout(SOON, socket.read_to_end(&mut rest)).await.is_ok()
}

async fn from(source: &str, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(source.parse().unwrap(), 0)).unwrap();
    socket.connect(to).await.unwrap()
}

/// Whether the server speaks HTTP/2 on this socket.
async fn is_served(socket: TcpStream, house: &House) -> bool {
    let Ok(Ok((client, connection))) = timeout(SOON, h2::client::handshake(socket)).await else {
        return false;
    };
    tokio::spawn(connection);
    let request =
        http::Request::post(format!("http://{}/grpc.health.v1.Health/Check", house.running.address))
            .header("content-type", "application/grpc")
            .body(())
            .unwrap();
    let Ok(mut client) = client.ready().await else { return false };
    let Ok((answer, mut body)) = client.send_request(request, false) else { return false };
    body.send_data(bytes::Bytes::from_static(&[0; 5]), true).is_ok() && answer.await.is_ok()
}

#[tokio::test]
async fn silent_slow_and_foreign_sockets_are_cut_while_others_are_served() {
    let settings = ServerSettings { handshake_seconds: 1, max_connections: 30, ..ServerSettings::default() };
    let house = open_with(settings).await;
    let address = house.running.address;
    let mut sockets = Vec::new();
    for said in
        [&b""[..], b"PRI * HTTP/2.0\r\n", b"GET / HTTP/1.1\r\nhost: x\r\n\r\n", b"\x16\x03\x01\x02\x00"]
    {
        for _ in 0..5 {
            let mut socket = TcpStream::connect(address).await.unwrap();
            socket.write_all(said).await.unwrap();
            sockets.push(socket);
        }
    }
    assert_eq!(house.call("hello").await.unwrap(), "hello", "others are served meanwhile");
    for socket in &mut sockets {
        assert!(is_cut(socket).await, "a socket that said nothing useful was kept");
    }
    // All their places are free again: there are 30, and 20 had been taken.
    for _ in 0..25 {
        sockets.push(TcpStream::connect(address).await.unwrap());
    }
    assert_eq!(house.call("hello").await.unwrap(), "hello");
}

#[tokio::test]
async fn a_peers_connection_too_many_is_refused_and_another_peer_is_served() {
    let house = open_with(ServerSettings { max_connections_per_peer: 50, ..ServerSettings::default() }).await;
    let mut crowd = Vec::new();
    for _ in 0..50 {
        crowd.push(from("127.0.0.1", house.running.address).await);
    }
    // The last of them being served shows that all fifty have been let in.
    assert!(is_served(crowd.pop().unwrap(), &house).await);
    crowd.push(from("127.0.0.1", house.running.address).await);
    let mut one_too_many = from("127.0.0.1", house.running.address).await;
    assert!(is_cut(&mut one_too_many).await);
    assert!(is_served(from("127.0.0.2", house.running.address).await, &house).await);
}

#[tokio::test]
async fn a_client_that_takes_back_all_it_asks_for_leaves_others_served() {
    let house = open().await;
    let socket = TcpStream::connect(house.running.address).await.unwrap();
    let (client, connection) = h2::client::handshake(socket).await.unwrap();
    let attack = tokio::spawn(connection);
    let mut client = client;
    let address = house.running.address;
    let token = house.ask("").metadata().get("authorization").unwrap().to_str().unwrap().to_owned();
    let flood = tokio::spawn(async move {
        for sent in 0..20_000_u32 {
            let request = http::Request::post(format!("http://{address}{}", crate::support::DO))
                .header("content-type", "application/grpc")
                .header("authorization", &token)
                .body(())
                .unwrap();
            client = match client.ready().await {
                Ok(client) => client,
                Err(_) => return sent,
            };
            match client.send_request(request, false) {
                Ok((_, mut body)) => body.send_reset(h2::Reason::CANCEL),
                Err(_) => return sent,
            }
            if sent % 50 == 0 {
                tokio::task::yield_now().await;
            }
        }
        20_000
    });
    for _ in 0..50 {
        let answer = timeout(SOON, house.call("hello")).await;
        assert_eq!(answer.expect("others wait").unwrap(), "hello");
    }
    flood.abort();
    attack.abort();
}
