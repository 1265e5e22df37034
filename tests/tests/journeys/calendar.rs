//! What is booked, as an iCalendar document, read back by a parser that is not ours.

use contracts::masterclasses::v1 as wire;
use ical::{IcalParser, parser::ical::component::IcalEvent};
use practicum_tests::{Person, in_seconds, on_both_stores, reason, request_id, session};
use tonic::Status;
use vocabulary::Role;

async fn export(who: &Person, parent: &str) -> Result<String, Status> {
    let request = wire::ExportCalendarRequest { parent: parent.into(), ..Default::default() };
    Ok(who.masterclasses.clone().export_calendar(request).await?.into_inner().icalendar)
}

fn events(text: &str) -> Vec<IcalEvent> {
    assert!(text.split_terminator("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{text}");
    // Unfolded as RFC 5545 says: the parser would drop a space that a folded line goes on with.
    let whole = text.replace("\r\n ", "");
    let calendars: Vec<_> = IcalParser::new(whole.as_bytes()).collect::<Result<_, _>>().unwrap();
    assert_eq!(calendars.len(), 1);
    calendars.into_iter().flat_map(|calendar| calendar.events).collect()
}

fn property(event: &IcalEvent, name: &str) -> Option<String> {
    event.properties.iter().find(|property| property.name == name)?.value.clone()
}

/// `20260501T090000Z`
fn utc(time: Option<prost_types::Timestamp>) -> String {
    let instant = vocabulary::from_micros(time.unwrap().seconds * 1_000_000);
    instant.format("%Y%m%dT%H%M%SZ").to_string()
}

async fn retitle(who: &Person, name: &str, title: &str) {
    let masterclass = wire::Masterclass { name: name.into(), title: title.into(), ..Default::default() };
    let request = wire::UpdateMasterclassRequest {
        masterclass: Some(masterclass),
        update_mask: None,
        request_id: request_id(),
    };
    who.masterclasses.clone().update_masterclass(request).await.unwrap();
}

on_both_stores! {
    async fn a_persons_calendar_holds_their_sessions_and_nobody_elses_name(stand: &Stand) {
        let durham = stand.scheduler("durham").await;
        let place = wire::Session { venue: "County Hall, Room 2; top floor".into(), ..session(1) };
        let room = durham.host("trauma", place).await.unwrap();
        retitle(&durham, "masterclasses/trauma", "Trauma, loss; and – a\\b\nmore Zażółć gęślą jaźń, at some length").await;
        let later = wire::Session {
            start_time: Some(in_seconds(900_000)),
            end_time: Some(in_seconds(903_600)),
            ..session(1)
        };
        let other = durham.schedule("trauma", "later", later).await.unwrap();
        durham.book(&room.name, "ann", false).await.unwrap();
        durham.book(&other.name, "bob", false).await.unwrap();
        durham.book(&other.name, "ann", true).await.unwrap();
        let text = export(&durham, "partners/durham/people/ann").await.unwrap();
        assert!(!text.contains("bob") && !text.contains("Person"), "{text}");
        let events = events(&text);
        assert_eq!(events.len(), 2);
        assert_eq!(property(&events[0], "DTSTART"), Some(utc(room.start_time)));
        assert_eq!(property(&events[0], "DTEND"), Some(utc(room.end_time)));
        assert_eq!(property(&events[0], "UID").as_deref(), Some("trauma.s1@practicum"));
        let title = "Trauma\\, loss\\; and – a\\\\b\\nmore Zażółć gęślą jaźń\\, at some length";
        assert_eq!(property(&events[0], "SUMMARY").as_deref(), Some(title));
        assert_eq!(property(&events[0], "LOCATION").as_deref(), Some("County Hall\\, Room 2\\; top floor"));
        let statuses: Vec<_> = events.iter().filter_map(|event| property(event, "STATUS")).collect();
        assert_eq!(statuses, ["CONFIRMED", "TENTATIVE"], "who waits is not certain to come");
    }

    async fn a_calendar_is_its_owners_and_their_partners(stand: &Stand) {
        let (durham, gateshead) = (stand.scheduler("durham").await, stand.scheduler("gateshead").await);
        let room = durham.host("trauma", session(5)).await.unwrap().name;
        durham.book(&room, "ann", false).await.unwrap();
        assert_eq!(events(&export(&durham, "partners/durham").await.unwrap()).len(), 1);
        let educator = stand.caller("durham", &[Role::PracticeEducator], "ann").await;
        assert_eq!(events(&export(&educator, "partners/durham/people/ann").await.unwrap()).len(), 1);
        for (who, parent) in [
            (&gateshead, "partners/durham"),
            (&gateshead, "partners/durham/people/ann"),
            (&educator, "partners/durham/people/bob"),
            (&educator, "partners/durham"),
        ] {
            assert_eq!(reason(&export(who, parent).await.unwrap_err()), "NOT_FOUND", "{parent}");
        }
    }
}
