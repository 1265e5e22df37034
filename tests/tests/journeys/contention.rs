//! Everybody at once: storage that says "again", one request id from many hands, one person from many desks.

use contracts::masterclasses::v1 as wire;
use practicum_tests::{Options, Stand, Store, on_both_stores, reason, request_id, seat, session};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::collections::BTreeSet;
use tonic::Code;

/// Fails the next `times` writes of a booking to `table` with a code, and counts the tries.
async fn fail(owner: &mut PgConnection, table: &str, code: &str, times: u32) {
    let write = if table == "sessions" { "UPDATE" } else { "INSERT" };
    let sql = format!(
        "SET search_path TO masterclasses;
         DROP SEQUENCE IF EXISTS tries CASCADE;
         CREATE SEQUENCE tries; GRANT ALL ON SEQUENCE tries TO PUBLIC;
         CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF nextval('masterclasses.tries') <= {times} THEN RAISE EXCEPTION 'planted' USING ERRCODE = '{code}'; END IF;
             RETURN NEW; END $$;
         CREATE OR REPLACE TRIGGER fail BEFORE {write} ON {table} FOR EACH ROW EXECUTE FUNCTION fail();"
    );
    owner.execute(AssertSqlSafe(sql)).await.unwrap();
}

async fn tries(owner: &mut PgConnection) -> i64 {
    sqlx::query_scalar("SELECT last_value FROM masterclasses.tries").fetch_one(owner).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn contention_is_tried_again_five_times_and_then_said_so() {
    let stand = Stand::up(Options { store: Store::Postgres, ..Options::default() }).await;
    let durham = stand.scheduler("durham").await;
    let room = durham.host("trauma", session(50)).await.unwrap().name;
    let mut owner = PgConnection::connect(&stand.database.as_ref().unwrap().0).await.unwrap();
    for code in ["40001", "40P01", "55P03"] {
        for table in ["bookings", "sessions"] {
            fail(&mut owner, table, code, 4).await;
            let person = format!("p-{code}-{table}");
            durham.book(&room, &person, false).await.unwrap();
            assert_eq!(tries(&mut owner).await, 5, "{code} on {table}: four failures and a success");
            fail(&mut owner, table, code, 1_000).await;
            let status = durham.book(&room, &format!("{person}-never"), false).await.unwrap_err();
            assert_eq!(
                (status.code(), reason(&status).as_str()),
                (Code::Aborted, "CONTENTION"),
                "{code} on {table}"
            );
            assert_eq!(tries(&mut owner).await, 5, "{code} on {table}");
            let undo = format!("DROP TRIGGER fail ON masterclasses.{table}");
            owner.execute(AssertSqlSafe(undo)).await.unwrap();
        }
        fail(&mut owner, "masterclasses", code, 1_000).await;
        let status = durham.host(&format!("never-{}", code.to_lowercase()), session(1)).await.unwrap_err();
        assert_eq!((status.code(), reason(&status).as_str()), (Code::Aborted, "CONTENTION"), "{code}");
        owner.execute("DROP TRIGGER fail ON masterclasses.masterclasses").await.unwrap();
    }
    assert_eq!(durham.session(&room).await.unwrap().seats_taken, 6, "what was refused left nothing");
    stand.down().await;
}

on_both_stores! {
    async fn one_request_id_from_many_hands_at_once_books_once(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        let room = durham.host("trauma", session(100)).await.unwrap().name;
        for round in 0..20 {
            let request = wire::BookSeatsRequest {
                parent: room.clone(),
                seats: vec![seat("durham", &format!("p{round}"))],
                join_waitlist: false,
                request_id: request_id(),
            };
            let hands = (0..16).map(|_| {
                let (mut bookings, request) = (durham.bookings.clone(), request.clone());
                tokio::spawn(async move { bookings.book_seats(request).await.unwrap().into_inner() })
            });
            let hands: Vec<_> = hands.collect();
            let mut answers = BTreeSet::new();
            for hand in hands {
                answers.insert(hand.await.unwrap().bookings[0].name.clone());
            }
            assert_eq!(answers.len(), 1, "round {round}");
        }
        assert_eq!(durham.session(&room).await.unwrap().seats_taken, 20);
    }

    async fn one_person_booked_from_many_desks_at_once_has_one_booking(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        let room = durham.host("trauma", session(100)).await.unwrap().name;
        for round in 0..20 {
            let desks = (0..16).map(|_| {
                let (durham, room) = (durham.clone(), room.clone());
                tokio::spawn(async move { durham.book(&room, &format!("p{round}"), true).await })
            });
            let (mut booked, mut refused) = (0, 0);
            for desk in desks.collect::<Vec<_>>() {
                match desk.await.unwrap() {
                    Ok(_) => booked += 1,
                    Err(status) => {
                        assert_eq!(reason(&status), "ALREADY_BOOKED");
                        refused += 1;
                    }
                }
            }
            assert_eq!((booked, refused), (1, 15), "round {round}");
        }
    }

    async fn a_freed_seat_never_goes_to_the_newcomer_who_races_for_it(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        let room = durham.host("trauma", session(1)).await.unwrap().name;
        let mut seated = durham.book(&room, "first", false).await.unwrap().name;
        for round in 0..40 {
            let waits = durham.book(&room, &format!("waits-{round}"), true).await.unwrap().name;
            let (leaver, name, newcomer) = (durham.clone(), seated.clone(), format!("walks-in-{round}"));
            let (left, barged) = tokio::join!(
                async move { leaver.cancel(&name).await },
                durham.book(&room, &newcomer, false),
            );
            left.unwrap();
            assert_eq!(reason(&barged.unwrap_err()), "SESSION_FULL", "round {round}");
            assert_eq!(durham.booking(&waits).await.unwrap().state(), wire::booking::State::Confirmed);
            seated = waits;
        }
    }
}
