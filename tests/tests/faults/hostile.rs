//! Peers who mean harm, all at once, against the process: silent sockets, sockets that only greet, rapid resets,
//! oversize messages, headers and messages that never end, a watcher who never reads. Others are served meanwhile,
//! SIGTERM ends the process within 25 seconds, and what was acknowledged is there.

use crate::town::{Town, cluster};
use contracts::masterclasses::v1 as wire;
use ledger::Plant;
use practicum_tests::{Person, reason, request_id, seat, session};
use sqlx::{Connection, PgConnection};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};
use tokio::{io::AsyncWriteExt, net::TcpStream, task::JoinSet, time::sleep};
use tonic::Code;
use vocabulary::Role;

const BOOK: &str = "/practicum.masterclasses.v1.BookingService/BookSeats";
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// An empty SETTINGS frame.
const SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];
/// What README and contract say of SIGTERM.
const LONGEST_DRAIN: Duration = Duration::from_secs(25);

/// The mob: what it does, and how often.
struct Mob {
    port: u16,
    token: String,
    done: Arc<AtomicU64>,
    tasks: JoinSet<()>,
}

impl Mob {
    async fn socket(port: u16) -> Option<TcpStream> {
        TcpStream::connect(("127.0.0.1", port)).await.ok()
    }

    /// Connects so many times, says `word`, and then holds the line; again when it is cut off.
    fn hold(&mut self, times: usize, word: &'static [u8]) {
        for _ in 0..times {
            let port = self.port;
            self.tasks.spawn(async move {
                loop {
                    if let Some(mut socket) = Self::socket(port).await {
                        // Whether it is heard does not matter.
                        let _ = socket.write_all(word).await;
                        let mut rest = Vec::new();
                        let _ = tokio::io::AsyncReadExt::read_to_end(&mut socket, &mut rest).await;
                    }
                    sleep(Duration::from_millis(200)).await;
                }
            });
        }
    }

    /// Begins a header and goes on with it for ever, a byte at a time.
    fn drip_headers(&mut self, times: usize) {
        for _ in 0..times {
            let port = self.port;
            self.tasks.spawn(async move {
                loop {
                    if let Some(mut socket) = Self::socket(port).await {
                        // HEADERS on stream 1 without END_HEADERS: ":method: POST" from the static table.
                        let begun = [PREFACE, SETTINGS, &[0, 0, 1, 1, 0, 0, 0, 0, 1, 0x83]].concat();
                        let mut open = socket.write_all(&begun).await.is_ok();
                        while open {
                            // CONTINUATION, empty.
                            open = socket.write_all(&[0, 0, 0, 9, 0, 0, 0, 0, 1]).await.is_ok();
                            sleep(Duration::from_millis(20)).await;
                        }
                    }
                    sleep(Duration::from_millis(200)).await;
                }
            });
        }
    }

    fn request(port: u16, token: &str) -> http::Request<()> {
        http::Request::post(format!("http://127.0.0.1:{port}{BOOK}"))
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .header("authorization", format!("Bearer {token}"))
            .body(())
            .expect("a request")
    }

    /// Asks and takes back what it asked, as fast as it may.
    fn reset(&mut self, times: usize) {
        for _ in 0..times {
            let (port, token, done) = (self.port, self.token.clone(), self.done.clone());
            self.tasks.spawn(async move {
                loop {
                    if let Some(socket) = Self::socket(port).await
                        && let Ok((mut client, connection)) = h2::client::handshake(socket).await
                    {
                        let driven = tokio::spawn(connection);
                        while let Ok(ready) = client.ready().await {
                            client = ready;
                            let Ok((_, mut body)) = client.send_request(Self::request(port, &token), false)
                            else {
                                break;
                            };
                            body.send_reset(h2::Reason::CANCEL);
                            if done.fetch_add(1, Relaxed) % 50 == 0 {
                                sleep(Duration::from_millis(1)).await;
                            }
                        }
                        driven.abort();
                    }
                    sleep(Duration::from_millis(50)).await;
                }
            });
        }
    }

    /// Promises a message of a megabyte and sends it a byte at a time.
    fn drip_messages(&mut self, times: usize) {
        for _ in 0..times {
            let (port, token) = (self.port, self.token.clone());
            self.tasks.spawn(async move {
                loop {
                    if let Some(socket) = Self::socket(port).await
                        && let Ok((client, connection)) = h2::client::handshake(socket).await
                    {
                        let driven = tokio::spawn(connection);
                        if let Ok(mut client) = client.ready().await
                            && let Ok((_answer, mut body)) =
                                client.send_request(Self::request(port, &token), false)
                        {
                            let mut open =
                                body.send_data(bytes::Bytes::from_static(&[0, 0, 15, 0, 0]), false).is_ok();
                            while open {
                                sleep(Duration::from_millis(50)).await;
                                open = body.send_data(bytes::Bytes::from_static(&[10]), false).is_ok();
                            }
                        }
                        driven.abort();
                    }
                    sleep(Duration::from_millis(50)).await;
                }
            });
        }
    }
}

/// A message larger than any method takes.
async fn is_told_that_it_is_too_large(door: &Person, room: &str) {
    let mut large = seat("durham", "large");
    large.access_needs = "x".repeat(2 << 20);
    let request = wire::BookSeatsRequest {
        parent: room.into(),
        seats: vec![large],
        join_waitlist: false,
        request_id: request_id(),
    };
    let refused = door.bookings.clone().book_seats(request).await.expect_err("it is too large");
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::ResourceExhausted, "MESSAGE_TOO_LARGE"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mob_leaves_others_served_and_the_process_ends_in_time() {
    let _alone = crate::alone().await;
    let town = Arc::new(Town::up(cluster(), 1, Plant::None).await);
    let host = town.scheduler("durham");
    let room = host.host("siege", session(5_000)).await.expect("a session");
    let port = town.replicas[0].port;
    let token = town.token("teesside", &[Role::Scheduler], "mob");
    let mut mob = Mob { port, token, done: Arc::default(), tasks: JoinSet::new() };
    mob.hold(410, b"");
    mob.hold(50, PREFACE);
    mob.hold(10, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    mob.drip_headers(20);
    mob.drip_messages(50);
    mob.reset(3);
    let watch = wire::WatchBookingsRequest { parent: room.name.clone(), resume_token: String::new() };
    let deaf = host.bookings.clone().watch_bookings(watch).await.expect("a stream");
    let began = Instant::now();
    let mut booked = Vec::new();
    while began.elapsed() < crate::long(12) {
        // Each time over a connection of its own: newcomers are served, too.
        let caller = town.scheduler("durham");
        let person = format!("p{}", booked.len());
        let made =
            tokio::time::timeout(Duration::from_secs(10), caller.book(&room.name, &person, false)).await;
        booked.push(made.expect("others wait").expect("others are refused").name);
        if booked.len() % 20 == 0 {
            is_told_that_it_is_too_large(&caller, &room.name).await;
        }
        sleep(Duration::from_millis(20)).await;
    }
    eprintln!("{} bookings beside {} resets", booked.len(), mob.done.load(Relaxed));
    assert!(mob.done.load(Relaxed) > 500 && mob.tasks.len() == 543, "the mob went home");
    let (ending, began) = (town.clone(), Instant::now());
    let ended = tokio::task::spawn_blocking(move || ending.replicas[0].terminate()).await.expect("it ends");
    eprintln!("SIGTERM to the end: {:?}", began.elapsed());
    assert!(ended.success(), "{ended}: {}", town.replicas[0].log());
    assert!(began.elapsed() < LONGEST_DRAIN, "{:?}", began.elapsed());
    drop((mob, deaf));
    let mut db = PgConnection::connect(&town.admin_url).await.expect("the cluster answers");
    let ids: Vec<String> =
        sqlx::query_scalar("SELECT id FROM masterclasses.bookings WHERE state = 'confirmed'")
            .fetch_all(&mut db)
            .await
            .expect("bookings");
    let lost = booked.iter().filter(|name| !ids.iter().any(|id| name.ends_with(id.as_str()))).count();
    assert_eq!((lost, ids.len()), (0, booked.len()), "what was acknowledged is there, and nothing else");
}
