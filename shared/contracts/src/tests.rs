//! The pipeline from contract to check.

use crate::common::v1::Person;
use crate::masterclasses::v1::{BookSeatsRequest, SeatRequest};
use crate::violations;

fn seat(person: &str) -> SeatRequest {
    let attendee = Person { person: person.to_owned(), ..Person::default() };
    SeatRequest { attendee: Some(attendee), ..SeatRequest::default() }
}

#[test]
fn a_fault_is_named_by_its_whole_path() {
    let request = BookSeatsRequest {
        parent: "masterclasses/m/sessions/s".to_owned(),
        seats: vec![seat("partners/durham/people/1"), seat("durham"), SeatRequest::default()],
        request_id: "not-a-uuid".to_owned(),
        ..BookSeatsRequest::default()
    };
    let found = violations(&request);
    let found: Vec<_> = found.iter().map(|one| (one.field.as_str(), one.rule.as_str())).collect();
    assert_eq!(
        found,
        [
            ("seats[1].attendee.person", "string.pattern"),
            ("seats[2].attendee", "required"),
            ("request_id", "string.uuid"),
        ]
    );
}
