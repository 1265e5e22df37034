use std::time::{Duration, Instant};
use testkit::proxy::{Mode, Proxy};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::timeout,
};

const SHORT: Duration = Duration::from_millis(150);

/// A server that answers each byte with itself, and tells what it has had. At the end it sends `.`.
async fn echo() -> (String, mpsc::UnboundedReceiver<u8>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (had, heard) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let had = had.clone();
            tokio::spawn(async move {
                while let Ok(byte) = socket.read_u8().await {
                    let _ = had.send(byte);
                    if socket.write_u8(byte).await.is_err() {
                        return;
                    }
                }
                let _ = socket.write_u8(b'.').await;
            });
        }
    });
    (address, heard)
}

async fn through(mode: Mode) -> (Proxy, TcpStream, mpsc::UnboundedReceiver<u8>) {
    let (upstream, heard) = echo().await;
    let proxy = Proxy::start(upstream).await;
    proxy.set(mode);
    let client = TcpStream::connect(proxy.address).await.unwrap();
    client.set_nodelay(true).unwrap();
    (proxy, client, heard)
}

#[tokio::test]
async fn bytes_pass_and_so_does_the_end() {
    let (proxy, mut client, _) = through(Mode::Pass).await;
    client.write_all(b"abc").await.unwrap();
    client.shutdown().await.unwrap();
    let mut all = String::new();
    client.read_to_string(&mut all).await.unwrap();
    assert_eq!(all, "abc.");
    assert_eq!(proxy.connections(), 1);
}

#[tokio::test]
async fn a_delay_is_paid_each_way_on_a_connection_that_is_open_already() {
    let (proxy, mut client, _) = through(Mode::Pass).await;
    client.write_u8(b'a').await.unwrap();
    client.read_u8().await.unwrap();
    proxy.set(Mode::Delay(SHORT));
    let began = Instant::now();
    client.write_u8(b'b').await.unwrap();
    assert_eq!(client.read_u8().await.unwrap(), b'b');
    assert!(began.elapsed() >= 2 * SHORT, "{:?}", began.elapsed());
}

#[tokio::test]
async fn held_requests_do_not_reach_the_server_until_the_network_heals() {
    let (proxy, mut client, mut heard) = through(Mode::HoldRequests).await;
    client.write_u8(b'a').await.unwrap();
    assert!(timeout(SHORT, heard.recv()).await.is_err());
    proxy.set(Mode::Pass);
    assert_eq!(client.read_u8().await.unwrap(), b'a');
}

#[tokio::test]
async fn held_replies_reach_the_client_only_once_the_network_heals() {
    let (proxy, mut client, mut heard) = through(Mode::HoldReplies).await;
    client.write_u8(b'a').await.unwrap();
    assert_eq!(heard.recv().await, Some(b'a'));
    assert!(timeout(SHORT, client.read_u8()).await.is_err());
    proxy.set(Mode::Pass);
    assert_eq!(client.read_u8().await.unwrap(), b'a');
}

#[tokio::test]
async fn a_connection_is_cut_after_exactly_so_many_bytes_of_requests() {
    let (_proxy, mut client, mut heard) = through(Mode::CutRequestsAfter(3)).await;
    client.write_all(b"abcdef").await.unwrap();
    let mut rest = Vec::new();
    let _ = client.read_to_end(&mut rest).await;
    assert!(!rest.contains(&b'd') && !rest.contains(&b'.'), "{rest:?}");
    let mut had = Vec::new();
    while let Ok(Some(byte)) = timeout(SHORT, heard.recv()).await {
        had.push(byte);
    }
    assert!(b"abc".starts_with(&had), "{had:?}");
}

#[tokio::test]
async fn a_connection_is_reset_after_exactly_so_many_bytes_of_replies() {
    let (_proxy, mut client, _) = through(Mode::CutRepliesAfter(2)).await;
    let mut replies = Vec::new();
    for byte in b"abc" {
        if client.write_u8(*byte).await.is_err() {
            break;
        }
        match client.read_u8().await {
            Ok(byte) => replies.push(byte),
            Err(_) => break,
        }
    }
    assert!(b"ab".starts_with(&replies), "{replies:?}");
}

#[tokio::test]
async fn a_dropped_reply_follows_a_request_that_the_server_has_had() {
    let (proxy, mut client, mut heard) = through(Mode::DropReplies(1.0)).await;
    client.write_u8(b'a').await.unwrap();
    assert!(client.read_u8().await.is_err());
    assert_eq!(heard.recv().await, Some(b'a'));
    assert_eq!(proxy.replies_lost(), 1);
}

#[tokio::test]
async fn about_three_replies_in_ten_are_lost_where_that_is_the_chance() {
    let (proxy, _, _heard) = through(Mode::DropReplies(0.3)).await;
    for _ in 0..300 {
        let mut client = TcpStream::connect(proxy.address).await.unwrap();
        client.write_u8(b'a').await.unwrap();
        let _ = client.read_u8().await;
    }
    assert!((60..=120).contains(&proxy.replies_lost()), "{}", proxy.replies_lost());
}

#[tokio::test]
async fn a_half_closed_connection_ends_for_the_server_and_still_answers() {
    let (proxy, mut client, _) = through(Mode::Pass).await;
    client.write_u8(b'a').await.unwrap();
    assert_eq!(client.read_u8().await.unwrap(), b'a');
    proxy.set(Mode::HalfClose);
    assert_eq!(timeout(Duration::from_secs(5), client.read_u8()).await.unwrap().unwrap(), b'.');
}

#[tokio::test]
async fn a_drip_lets_a_few_bytes_through_at_a_time() {
    let (_proxy, mut client, _) = through(Mode::Drip { bytes: 2, pause: Duration::from_millis(50) }).await;
    let began = Instant::now();
    client.write_all(&[7; 10]).await.unwrap();
    let mut all = [0; 10];
    client.read_exact(&mut all).await.unwrap();
    assert!(began.elapsed() >= Duration::from_millis(200), "{:?}", began.elapsed());
}

#[tokio::test]
async fn cutting_all_resets_what_is_open_and_lets_new_connections_in() {
    let (proxy, mut client, _) = through(Mode::Pass).await;
    client.write_u8(b'a').await.unwrap();
    client.read_u8().await.unwrap();
    proxy.cut_all();
    assert!(client.read_u8().await.is_err());
    let mut next = TcpStream::connect(proxy.address).await.unwrap();
    next.write_u8(b'b').await.unwrap();
    assert_eq!(next.read_u8().await.unwrap(), b'b');
}
