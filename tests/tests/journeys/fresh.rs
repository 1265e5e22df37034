//! Reading one's own writes, on whichever replica.

use contracts::masterclasses::v1 as wire;
use practicum_tests::{Options, Person, Stand, Store, on_both_stores, reason, request_id, session};
use tonic::{Request, metadata::MetadataMap};

fn revision(metadata: &MetadataMap) -> String {
    metadata.get("practicum-revision").expect("every answer says how new it is").to_str().unwrap().to_owned()
}

fn not_before<T>(message: T, revision: &str) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("practicum-min-revision", revision.parse().unwrap());
    request
}

/// Writes at one replica and reads at the other, a thousand times: a session's venue, and now and then its seats.
async fn a_thousand_times(here: &Person, there: &Person) {
    let room = here.host("trauma", session(1_000)).await.unwrap().name;
    for n in 0..1_000 {
        let session = wire::Session { name: room.clone(), venue: format!("Room {n}"), ..Default::default() };
        let update = wire::UpdateSessionRequest { session: Some(session), ..Default::default() };
        let answer = here.masterclasses.clone().update_session(update).await.unwrap();
        let get = not_before(wire::GetSessionRequest { name: room.clone() }, &revision(answer.metadata()));
        let read = there.masterclasses.clone().get_session(get).await.unwrap();
        assert_eq!(read.get_ref(), answer.get_ref(), "after {n} writes");
        if n % 10 == 0 {
            let seats = vec![practicum_tests::seat("durham", &format!("p{n}"))];
            let book = wire::BookSeatsRequest { parent: room.clone(), seats, ..Default::default() };
            let answer = here.bookings.clone().book_seats(book).await.unwrap();
            let get =
                not_before(wire::GetSessionRequest { name: room.clone() }, &revision(answer.metadata()));
            let read = there.masterclasses.clone().get_session(get).await.unwrap().into_inner();
            assert_eq!(read.seats_taken, n / 10 + 1);
        }
    }
}

async fn two_replicas(redis: Option<String>) {
    let options = Options { store: Store::Postgres, redis, ..Options::default() };
    let first = Stand::up(options.clone()).await;
    let second = Stand::up(Options { beside: Some(first.replica()), ..options }).await;
    let (here, there) = (first.scheduler("durham").await, second.scheduler("durham").await);
    Box::pin(a_thousand_times(&here, &there)).await;
    second.down().await;
    first.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_is_read_on_the_other_replica_without_redis() {
    two_replicas(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_is_read_on_the_other_replica_with_redis() {
    two_replicas(Some(testkit::redis().fresh_url().await)).await;
}

on_both_stores! {
    async fn an_etag_that_is_no_longer_current_stops_a_write_and_a_current_one_does_not(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        let room = durham.host("trauma", session(1)).await.unwrap();
        let first = durham.book(&room.name, "p1", false).await.unwrap();
        let second = durham.book(&room.name, "p2", true).await.unwrap();
        let cancel = |name: &str, etag: &str| {
            let (name, etag) = (name.to_owned(), etag.to_owned());
            let mut bookings = durham.bookings.clone();
            let request =
                wire::CancelBookingRequest { name, etag, reason: String::new(), request_id: request_id() };
            async move { bookings.cancel_booking(request).await }
        };
        cancel(&first.name, &first.etag).await.unwrap();
        let promoted = durham.booking(&second.name).await.unwrap();
        assert_ne!(promoted.etag, second.etag);
        assert_eq!(reason(&cancel(&second.name, &second.etag).await.unwrap_err()), "STALE_ETAG");
        cancel(&second.name, &promoted.etag).await.unwrap();
        let off = wire::CancelSessionRequest { name: room.name, etag: room.etag, ..Default::default() };
        let stale = durham.masterclasses.clone().cancel_session(off).await.unwrap_err();
        assert_eq!(reason(&stale), "STALE_ETAG", "its counts have changed since");
    }

    async fn a_revision_that_is_not_a_number_is_refused(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        let room = durham.host("trauma", session(1)).await.unwrap().name;
        for bad in ["x", "-1", "1.5", "99999999999999999999"] {
            let get = not_before(wire::GetSessionRequest { name: room.clone() }, bad);
            let refused = durham.masterclasses.clone().get_session(get).await.unwrap_err();
            assert_eq!(reason(&refused), "INVALID_FIELDS", "{bad}");
        }
    }
}
