//! Good input that is odd: it comes back as it was sent, byte for byte.

mod placing;

use contracts::{common::v1 as common, masterclasses::v1 as wire};
use practicum_tests::{Options, Person, Stand, Store, request_id, seat, session};

/// Names as people bear them, and text as people write it.
const ODD: &[&str] = &[
    "Siân Llŷr ap Gwïon",
    "Łukasz Żółć-Dąbrowski",
    "محمد بن عبد الله",
    "王小明",
    "Madonna",
    "O’Brien-D'Arcy",
    "Zoë", // composed
    "Zoe\u{308}",
    "  a space before and after  ",
    "Nguyễn Thị Minh Khai",
    "👩🏽‍🏫 Ada",
    "a\u{202e}b",
    "ﬁ ß İ ǅ",
    "two\nlines\tand a tab",
    "'; DROP TABLE bookings; --",
    "%_\\ \"quoted\" {\"json\": 1}",
    "x",
];

async fn odd_words_come_back(stand: &Stand) {
    let durham = stand.scheduler("durham").await;
    let room = durham.host("odd", session(100)).await.unwrap();
    for (i, odd) in ODD.iter().enumerate() {
        booked(&durham, &room.name, i, odd).await;
        announced(&durham, i, odd).await;
    }
    assert_ne!(ODD[6], ODD[7], "the two are written differently, and stay so");
}

async fn booked(durham: &Person, room: &str, i: usize, odd: &str) {
    let mut one = seat("durham", &format!("p{i}"));
    one.attendee = Some(common::Person { display_name: odd.into(), ..one.attendee.unwrap() });
    one.access_needs = odd.into();
    let request = wire::BookSeatsRequest {
        parent: room.into(),
        seats: vec![one],
        join_waitlist: false,
        request_id: request_id(),
    };
    let answer = durham.bookings.clone().book_seats(request.clone()).await.unwrap().into_inner();
    let replay = durham.bookings.clone().book_seats(request).await.unwrap().into_inner();
    assert_eq!(answer, replay, "{odd}");
    let read = durham.booking(&answer.bookings[0].name).await.unwrap();
    assert_eq!((read.attendee.unwrap().display_name.as_str(), read.access_needs.as_str()), (odd, odd));
    let cancel = wire::CancelBookingRequest { name: read.name, reason: odd.into(), ..Default::default() };
    let gone = durham.bookings.clone().cancel_booking(cancel).await.unwrap().into_inner();
    assert_eq!(gone.cancel_reason, odd);
}

async fn announced(durham: &Person, i: usize, odd: &str) {
    let lecturer = wire::Lecturer { display_name: odd.into(), organisation: odd.into() };
    let masterclass = wire::Masterclass {
        title: odd.into(),
        description: odd.into(),
        format: wire::masterclass::Format::Networking.into(),
        lecturers: vec![lecturer.clone()],
        ..Default::default()
    };
    let create = wire::CreateMasterclassRequest {
        masterclass: Some(masterclass),
        masterclass_id: format!("odd-{i}"),
        request_id: request_id(),
    };
    let made = durham.masterclasses.clone().create_masterclass(create).await.unwrap().into_inner();
    let get = wire::GetMasterclassRequest { name: made.name.clone() };
    let read = durham.masterclasses.clone().get_masterclass(get).await.unwrap().into_inner();
    assert_eq!(read, made);
    assert_eq!((read.title.as_str(), read.description.as_str(), &read.lecturers[0]), (odd, odd, &lecturer));
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_words_come_back_byte_for_byte_on_sqlite() {
    let stand = Stand::up(Options::default()).await;
    Box::pin(odd_words_come_back(&stand)).await;
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_words_come_back_byte_for_byte_on_postgres() {
    let stand = Stand::up(Options { store: Store::Postgres, ..Default::default() }).await;
    Box::pin(odd_words_come_back(&stand)).await;
    stand.down().await;
}
