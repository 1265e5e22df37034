//! Access needs, which are shown where they are asked for and nowhere else, and the log that says who asked.

use contracts::{common::v1 as common, masterclasses::v1 as wire};
use practicum_tests::{Person, on_both_stores, reason, request_id, seat, session};
use vocabulary::Role;

const NEEDS: &str = "A hearing loop, and no nuts";

async fn log(auditor: &Person, resource: &str) -> Vec<common::AuditEntry> {
    let request = common::ListAuditEntriesRequest {
        parent: format!("partners/{}", auditor.partner),
        resource: resource.into(),
        ..Default::default()
    };
    auditor.audit.clone().list_audit_entries(request).await.unwrap().into_inner().entries
}

async fn verify(auditor: &Person, known: Option<(i64, String)>) -> common::VerifyAuditLogResponse {
    let (known_position, known_hash) = known.unwrap_or_default();
    let parent = format!("partners/{}", auditor.partner);
    let request = common::VerifyAuditLogRequest { parent, known_position, known_hash };
    auditor.audit.clone().verify_audit_log(request).await.unwrap().into_inner()
}

on_both_stores! {
    async fn access_needs_are_shown_where_one_booking_is_asked_for_and_the_log_says_so(stand: &Stand) {
        let (durham, gateshead) = (stand.scheduler("durham").await, stand.scheduler("gateshead").await);
        let room = durham.host("trauma", session(5)).await.unwrap().name;
        let seats = vec![wire::SeatRequest { access_needs: NEEDS.into(), ..seat("gateshead", "ann") }];
        let request =
            wire::BookSeatsRequest { parent: room.clone(), seats, join_waitlist: false, request_id: request_id() };
        let made = gateshead.bookings.clone().book_seats(request.clone()).await.unwrap().into_inner();
        let replay = gateshead.bookings.clone().book_seats(request).await.unwrap().into_inner();
        let list = wire::ListBookingsRequest { parent: room, ..Default::default() };
        let listed = durham.bookings.clone().list_bookings(list).await.unwrap().into_inner().bookings;
        for booking in made.bookings.iter().chain(&replay.bookings).chain(&listed) {
            assert_eq!(booking.access_needs, "", "not where it was not asked for");
        }
        let name = &made.bookings[0].name;
        for (who, partner) in [(&gateshead, "gateshead"), (&durham, "durham")] {
            assert_eq!(who.booking(name).await.unwrap().access_needs, NEEDS, "{partner}");
            let auditor = stand.caller(partner, &[Role::Auditor], "auditor").await;
            let entries = log(&auditor, name).await;
            let reading = &entries[0];
            assert_eq!((entries.len(), reading.purpose.as_str(), reading.outcome.as_str()), (1, "access needs", "OK"));
            assert_eq!(reading.actor, format!("partners/{partner}/people/scheduler"));
            assert!(reading.method.ends_with("BookingService/GetBooking"), "{}", reading.method);
        }
        let gone = gateshead.cancel(name).await.unwrap();
        assert_eq!(gone.access_needs, "");
    }

    async fn every_write_and_every_refusal_is_in_the_log_and_the_chain_holds(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        let room = durham.host("trauma", session(1)).await.unwrap().name;
        durham.book(&room, "ann", false).await.unwrap();
        assert_eq!(reason(&durham.book(&room, "bob", false).await.unwrap_err()), "SESSION_FULL");
        let auditor = stand.caller("durham", &[Role::Auditor], "auditor").await;
        let outcomes: Vec<String> = log(&auditor, &room).await.into_iter().map(|entry| entry.outcome).collect();
        assert_eq!(outcomes, ["SESSION_FULL", "OK"], "newest first");
        let before = verify(&auditor, None).await;
        assert!(before.intact && before.entries == before.head_position && before.head_position >= 4);
        durham.book(&room, "cat", true).await.unwrap();
        let known = (before.head_position, before.head_hash.clone());
        let after = verify(&auditor, Some(known)).await;
        assert!(after.intact && after.head_position == before.head_position + 1, "{after:?}");
        let forged = verify(&auditor, Some((before.head_position, "0".repeat(64)))).await;
        assert!(!forged.intact && forged.broken_at == before.head_position && !forged.explanation.is_empty());
        let cut = verify(&auditor, Some((after.head_position + 5, after.head_hash))).await;
        assert!(!cut.intact, "a head that was seen outside is missing");
    }

    async fn a_refused_right_is_in_the_log_of_whoever_was_refused(stand: &Stand) {
        let nobody = stand.caller("durham", &[Role::Recruiter], "rea").await;
        let room = "masterclasses/trauma/sessions/s1";
        assert_eq!(reason(&nobody.book(room, "ann", false).await.unwrap_err()), "ROLE_NOT_ALLOWED");
        let auditor = stand.caller("durham", &[Role::Auditor], "auditor").await;
        let actor = "partners/durham/people/rea";
        // It is entered in the background: the refusal does not wait for it.
        let entry = loop {
            let all = log(&auditor, "").await;
            match all.into_iter().find(|entry| entry.actor == actor) {
                Some(entry) => break entry,
                None => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
            }
        };
        assert_eq!(entry.outcome, "ROLE_NOT_ALLOWED");
        let elsewhere = stand.caller("gateshead", &[Role::Auditor], "auditor").await;
        assert!(log(&elsewhere, "").await.is_empty());
    }
}
