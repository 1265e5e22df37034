//! What happens in a house while it is listened to: every RPC with canaries in it, bad input with canaries in it, and
//! a database that quotes rows in its errors.

mod bad;
pub mod university;

use crate::{
    canaries::{self, COMMENT, LECTURER, NEEDS, OTHER, PERSON, REASON, SUBJECT},
    house::House,
};
use contracts::{common::v1 as common, masterclasses::v1 as wire};
use practicum_tests::{Person, Store, in_seconds, reason, request_id, session};
use std::time::Duration;
use tonic::Status;
use vocabulary::Role;

/// What everybody in a house heard, who was refused something, and what must stay secret.
#[derive(Default)]
pub struct Heard {
    pub statuses: Vec<Status>,
    pub secrets: Vec<String>,
}

impl Heard {
    #[track_caller]
    fn no<T: std::fmt::Debug>(&mut self, answer: Result<T, Status>) -> String {
        let status = answer.expect_err("a refusal");
        let why = reason(&status);
        self.statuses.push(status);
        why
    }
}

pub async fn all(house: &House) -> Heard {
    let mut heard = Heard::default();
    let roles = [Role::Scheduler, Role::ProgrammeManager, Role::Auditor];
    let durham = house.caller("durham", &roles, SUBJECT).await;
    let teesside = house.caller("teesside", &roles, SUBJECT).await;
    let token = house.token("durham", &roles, SUBJECT);
    // The head of a token is everybody's; its signature is the secret.
    heard.secrets.extend(token.rsplit('.').next().map(str::to_owned));
    teach(&durham, &teesside, &mut heard).await;
    let room = book(&durham, &mut heard).await;
    bad::input(house, &durham, &room, &mut heard).await;
    look(&durham, &room).await;
    attend(&durham, &mut heard).await;
    break_storage(house, &durham, &room, &mut heard).await;
    heard
}

fn masterclass(id: &str) -> wire::CreateMasterclassRequest {
    let lecturer = wire::Lecturer { display_name: LECTURER.into(), organisation: String::new() };
    let masterclass = wire::Masterclass {
        title: "Neglect in practice".into(),
        format: wire::masterclass::Format::LunchAndLearn.into(),
        lecturers: vec![lecturer],
        ..Default::default()
    };
    wire::CreateMasterclassRequest {
        masterclass: Some(masterclass),
        masterclass_id: id.into(),
        request_id: request_id(),
    }
}

/// Needs and masterclasses; the same masterclass twice is refused.
async fn teach(durham: &Person, teesside: &Person, heard: &mut Heard) {
    let need = wire::LearningNeed {
        title: "Neglect".into(),
        evidence: "An audit".into(),
        people_affected: 25,
        ..Default::default()
    };
    let raise = wire::CreateLearningNeedRequest {
        parent: "partners/durham".into(),
        learning_need: Some(need),
        request_id: request_id(),
    };
    let mut here = durham.masterclasses.clone();
    let need = here.create_learning_need(raise).await.unwrap().into_inner().name;
    let agree = wire::AgreeLearningNeedRequest { name: need, request_id: request_id() };
    teesside.masterclasses.clone().agree_learning_need(agree).await.unwrap();
    let list = wire::ListLearningNeedsRequest { parent: "partners/-".into(), ..Default::default() };
    here.list_learning_needs(list).await.unwrap();
    for id in ["trauma", "soon"] {
        here.create_masterclass(masterclass(id)).await.unwrap();
    }
    assert_eq!(heard.no(here.create_masterclass(masterclass("trauma")).await), "MASTERCLASS_EXISTS");
    let get = wire::GetMasterclassRequest { name: "masterclasses/trauma".into() };
    let mut found = here.get_masterclass(get).await.unwrap().into_inner();
    found.description = "What it is".into();
    let update = wire::UpdateMasterclassRequest { masterclass: Some(found), ..Default::default() };
    here.update_masterclass(update).await.unwrap();
    here.list_masterclasses(wire::ListMasterclassesRequest::default()).await.unwrap();
}

fn seats(room: &str, person: &str, join: bool) -> wire::BookSeatsRequest {
    wire::BookSeatsRequest {
        parent: room.into(),
        seats: vec![canaries::seat(person)],
        join_waitlist: join,
        request_id: request_id(),
    }
}

/// Books, waits, gives up, and is refused in every way that names somebody. Answers the session, which still has
/// a booking of `PERSON`.
async fn book(durham: &Person, heard: &mut Heard) -> String {
    let mut bookings = durham.bookings.clone();
    let room = durham.schedule("trauma", "s1", session(1)).await.unwrap().name;
    let same_time = durham.schedule("trauma", "s2", session(5)).await.unwrap().name;
    bookings.book_seats(seats(&room, PERSON, false)).await.unwrap();
    let waits = bookings.book_seats(seats(&room, OTHER, true)).await.unwrap().into_inner();
    assert_eq!(heard.no(bookings.book_seats(seats(&room, PERSON, false)).await), "ALREADY_BOOKED");
    assert_eq!(heard.no(bookings.book_seats(seats(&room, SUBJECT, false)).await), "SESSION_FULL");
    assert_eq!(heard.no(bookings.book_seats(seats(&same_time, PERSON, false)).await), "OVERLAPPING_BOOKING");
    let mut stranger = seats(&same_time, PERSON, false);
    stranger.seats[0].attendee.as_mut().unwrap().person = format!("partners/gateshead/people/{OTHER}");
    assert_eq!(heard.no(bookings.book_seats(stranger).await), "PERSON_OF_ANOTHER_PARTNER");
    let mut request = seats(&same_time, SUBJECT, false);
    bookings.book_seats(request.clone()).await.unwrap();
    request.seats[0].access_needs.clear();
    assert_eq!(heard.no(bookings.book_seats(request).await), "REQUEST_ID_REUSED");
    let name = waits.bookings[0].name.clone();
    let accept = wire::AnswerOfferRequest { name: name.clone(), accept: true, request_id: request_id() };
    assert_eq!(heard.no(bookings.answer_offer(accept).await), "NO_OFFER");
    let cancel = wire::CancelBookingRequest {
        name,
        etag: String::new(),
        reason: REASON.into(),
        request_id: request_id(),
    };
    bookings.cancel_booking(cancel.clone()).await.unwrap();
    let again = wire::CancelBookingRequest { request_id: request_id(), ..cancel };
    assert_eq!(heard.no(bookings.cancel_booking(again).await), "BOOKING_NOT_LIVE");
    let close = wire::CancelSessionRequest {
        name: same_time,
        reason: REASON.into(),
        request_id: request_id(),
        ..Default::default()
    };
    durham.masterclasses.clone().cancel_session(close).await.unwrap();
    room
}

/// Everything that only looks.
async fn look(durham: &Person, room: &str) {
    let (mut bookings, mut masterclasses) = (durham.bookings.clone(), durham.masterclasses.clone());
    let person = format!("partners/durham/people/{PERSON}");
    let list =
        wire::ListBookingsRequest { parent: room.into(), person: person.clone(), ..Default::default() };
    let found = bookings.list_bookings(list).await.unwrap().into_inner().bookings;
    let needs = durham.booking(&found[0].name).await.unwrap().access_needs;
    assert_eq!(needs, NEEDS, "the canaries are where they should be");
    let watch = wire::WatchBookingsRequest { parent: room.into(), resume_token: String::new() };
    let mut stream = bookings.watch_bookings(watch).await.unwrap().into_inner();
    assert!(stream.message().await.unwrap().unwrap().booking.is_some());
    drop(stream);
    let export = wire::ExportCalendarRequest { parent: person, ..Default::default() };
    masterclasses.export_calendar(export).await.unwrap();
    let list = wire::ListSessionsRequest { parent: "masterclasses/-".into(), ..Default::default() };
    masterclasses.list_sessions(list).await.unwrap();
    let mut session = durham.session(room).await.unwrap();
    session.venue = "Room 7".into();
    let update = wire::UpdateSessionRequest { session: Some(session), ..Default::default() };
    masterclasses.update_session(update).await.unwrap();
    let mut audit = durham.audit.clone();
    let actor = format!("partners/durham/people/{SUBJECT}");
    let list =
        common::ListAuditEntriesRequest { parent: "partners/durham".into(), actor, ..Default::default() };
    assert!(!audit.list_audit_entries(list).await.unwrap().into_inner().entries.is_empty());
    let verify = common::VerifyAuditLogRequest { parent: "partners/durham".into(), ..Default::default() };
    assert!(audit.verify_audit_log(verify).await.unwrap().into_inner().intact);
}

/// A session that begins at once: who came, and what they thought of it.
async fn attend(durham: &Person, heard: &mut Heard) {
    let soon =
        wire::Session { start_time: Some(in_seconds(3)), end_time: Some(in_seconds(3_600)), ..session(5) };
    let mut bookings = durham.bookings.clone();
    let room = durham.schedule("soon", "s1", soon).await.unwrap().name;
    let made = bookings.book_seats(seats(&room, PERSON, false)).await.unwrap().into_inner();
    let name = made.bookings[0].name.clone();
    let rate = wire::SubmitFeedbackRequest {
        name: name.clone(),
        rating: 4,
        comment: COMMENT.into(),
        request_id: request_id(),
    };
    assert_eq!(heard.no(bookings.submit_feedback(rate.clone()).await), "NOT_ATTENDED");
    tokio::time::sleep(Duration::from_millis(3_100)).await;
    let record = wire::RecordAttendanceRequest {
        parent: room,
        attendances: vec![wire::Attendance { booking: name, attended: true }],
        request_id: request_id(),
    };
    bookings.record_attendance(record).await.unwrap();
    let rate = wire::SubmitFeedbackRequest { request_id: request_id(), ..rate };
    bookings.submit_feedback(rate.clone()).await.unwrap();
    let again = wire::SubmitFeedbackRequest { request_id: request_id(), ..rate };
    assert_eq!(heard.no(bookings.submit_feedback(again).await), "FEEDBACK_ALREADY_GIVEN");
}

/// Errors of the database that quote the row: it is told what to say, or the row is spoilt.
async fn break_storage(house: &House, durham: &Person, room: &str, heard: &mut Heard) {
    let mut bookings = durham.bookings.clone();
    let elsewhere = durham.schedule("trauma", "s9", session(5)).await.unwrap().name;
    let quoting: &[&str] = match house.store() {
        Store::Sqlite => &["CREATE TRIGGER quotes BEFORE INSERT ON bookings BEGIN \
              SELECT RAISE(ABORT, NEW.person || NEW.display_name || NEW.email || NEW.sw_number || NEW.access_needs); END"],
        Store::Postgres => &[
            "ALTER TABLE bookings ADD CONSTRAINT never CHECK (person = '') NOT VALID",
            "ALTER TABLE bookings DROP CONSTRAINT never; \
             CREATE FUNCTION quotes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
               RAISE WARNING 'a row %', NEW; RAISE EXCEPTION 'a row %', NEW USING DETAIL = NEW::text; END $$; \
             CREATE TRIGGER quotes BEFORE INSERT ON bookings FOR EACH ROW EXECUTE FUNCTION quotes()",
        ],
    };
    for sql in quoting {
        house.run(sql).await;
        assert_eq!(
            heard.no(bookings.book_seats(seats(&elsewhere, SUBJECT, false)).await),
            "INTERNAL",
            "{sql}"
        );
    }
    let list = wire::ListBookingsRequest { parent: room.into(), ..Default::default() };
    for spoilt in ["person = person || ' '", "person = trim(person), state = display_name"] {
        house.run(&format!("UPDATE bookings SET {spoilt}")).await;
        assert_eq!(heard.no(bookings.list_bookings(list.clone()).await), "INTERNAL", "{spoilt}");
    }
    house.run("UPDATE masterclasses SET lecturers = 'not JSON ' || lecturers").await;
    heard.no(durham
        .masterclasses
        .clone()
        .list_masterclasses(wire::ListMasterclassesRequest::default())
        .await);
    house.run("ALTER TABLE bookings RENAME TO elsewhere").await;
    assert_eq!(heard.no(bookings.list_bookings(list).await), "INTERNAL");
    assert_eq!(heard.no(bookings.book_seats(seats(&elsewhere, PERSON, false)).await), "INTERNAL");
}
