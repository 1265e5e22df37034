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
async fn a_client_that_takes_back_all_it_asks_for_is_cut_and_leaves_others_served() {
    let house = open().await;
    for _ in 0..10 {
        let mut socket = TcpStream::connect(house.running.address).await.unwrap();
        // Fails where the server has had enough before all is written.
        let _ = socket.write_all(&asked_and_taken_back(500)).await;
        let answer = timeout(SOON, house.call("hello")).await;
        assert_eq!(answer.expect("others wait").unwrap(), "hello");
        let mut said = Vec::new();
        let end =
            timeout(SOON, socket.read_to_end(&mut said)).await.expect("the attacker is still connected");
        // It was told to calm down (11), or reset with bytes that nobody read.
        assert!(end.is_err() || goodbye(&said) == Some(0xb), "{said:?}");
    }
}

/// The preface, then requests, each reset at once: frames by hand, as no client library sends them.
fn asked_and_taken_back(times: u32) -> Vec<u8> {
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    let frame = |kind: u8, flags: u8, stream: u32, payload: &[u8]| {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
    };
    bytes.extend(frame(4, 0, 0, &[]));
    // POST, http, then a path, by the static table of HPACK.
    let path = crate::support::DO.as_bytes();
    let head = [&[0x83, 0x86, 0x04, u8::try_from(path.len()).unwrap()], path].concat();
    for stream in (1..).step_by(2).take(times as usize) {
        bytes.extend(frame(1, 4, stream, &head));
        bytes.extend(frame(3, 0, stream, &8_u32.to_be_bytes()));
    }
    bytes
}

/// The error code of the first GOAWAY among these frames.
fn goodbye(mut bytes: &[u8]) -> Option<u8> {
    while let [a, b, c, kind, _, _, _, _, _, rest @ ..] = bytes {
        let length = usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c);
        if *kind == 7 {
            return rest.get(7).copied();
        }
        bytes = rest.get(length..)?;
    }
    None
}

#[tokio::test]
async fn a_connection_has_a_hundred_streams_and_headers_of_16_kib_at_the_most() {
    let house = open().await;
    let socket = TcpStream::connect(house.running.address).await.unwrap();
    let (client, connection) = h2::client::handshake(socket).await.unwrap();
    tokio::spawn(connection);
    let ask = |bytes: usize| {
        http::Request::post(format!("http://{}/grpc.health.v1.Health/Check", house.running.address))
            .header("content-type", "application/grpc")
            .header("x-much", "x".repeat(bytes))
            .body(())
            .unwrap()
    };
    let mut client = client.ready().await.unwrap();
    let (answer, _body) = client.send_request(ask(8 << 10), true).unwrap();
    assert_eq!(answer.await.unwrap().status(), 200);
    assert_eq!(client.current_max_send_streams(), 100);
    let (answer, _body) = client.send_request(ask(20 << 10), true).unwrap();
    assert_ne!(answer.await.map(|response| response.status().as_u16()).unwrap_or(0), 200);
}
