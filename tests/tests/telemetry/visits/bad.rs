//! Bad input with canaries in it.

use super::{Heard, seats};
use crate::{
    canaries::{self, BAGGAGE, EMAIL, NAME, NEEDS, NUMBER, OTHER, PERSON, SUBJECT},
    house::House,
};
use contracts::{common::v1 as common, masterclasses::v1 as wire};
use practicum_tests::Person;
use tonic::{Code, Request, Status};
use vocabulary::Role;

/// Canaries where they are not well-formed, or where nothing personal belongs.
pub async fn input(house: &House, durham: &Person, room: &str, heard: &mut Heard) {
    let mut bookings = durham.bookings.clone();
    let spoil: [fn(&mut wire::SeatRequest); 6] = [
        |seat| person(seat).person = format!("partners/durham/people/{PERSON} {NAME}"),
        |seat| person(seat).display_name = NAME.repeat(30),
        |seat| person(seat).email = format!("{EMAIL} is not an address"),
        |seat| person(seat).social_work_england_number = format!("{NUMBER}00"),
        |seat| seat.access_needs = NEEDS.repeat(500),
        |seat| seat.audience = 99,
    ];
    for (n, spoil) in spoil.into_iter().enumerate() {
        let mut request = seats(room, PERSON, false);
        spoil(&mut request.seats[0]);
        assert_eq!(heard.no(bookings.book_seats(request).await), "INVALID_FIELDS", "{n}");
    }
    let mut twice = seats(room, OTHER, false);
    twice.seats.push(canaries::seat(OTHER));
    heard.no(bookings.book_seats(twice).await);
    let list = |person: &str, token: &str| wire::ListBookingsRequest {
        parent: room.into(),
        person: person.into(),
        page_token: token.into(),
        ..Default::default()
    };
    heard.no(bookings.list_bookings(list(&format!("{PERSON} {NAME}"), "")).await);
    heard.no(bookings.list_bookings(list("", NAME)).await);
    let get = |name: String| wire::GetBookingRequest { name };
    heard.no(bookings.get_booking(get(format!("{room}/bookings/{PERSON}"))).await);
    heard.no(bookings.get_booking(get(format!("partners/durham/people/{PERSON}"))).await);
    let mut masterclasses = durham.masterclasses.clone();
    for parent in [format!("partners/gateshead/people/{PERSON}"), format!("partners/durham/people/{PERSON} ")]
    {
        heard.no(masterclasses
            .export_calendar(wire::ExportCalendarRequest { parent, ..Default::default() })
            .await);
    }
    let not_text = BookRaw {
        seats: vec![SeatRaw {
            attendee: Some(PersonRaw {
                name: format!("{NAME}\u{0}").into_bytes().into_iter().chain([0xff]).collect(),
            }),
        }],
    };
    heard.no(raw(house, not_text).await);
    headers(house, room, heard).await;
}

fn person(seat: &mut wire::SeatRequest) -> &mut common::Person {
    seat.attendee.as_mut().expect("a seat is for somebody")
}

/// Names in the metadata of a call: in what a caller's own telemetry sends along, in a token, in a deadline.
async fn headers(house: &House, room: &str, heard: &mut Heard) {
    let scheduler = house.token("durham", &[Role::Scheduler], SUBJECT);
    let forged = house.token("durham", &[Role::Scheduler], SUBJECT) + "x";
    heard.secrets.extend(forged.rsplit('.').next().map(str::to_owned));
    let auditor = house.token("durham", &[Role::Auditor], SUBJECT);
    let cases = [
        (&scheduler, ("baggage", format!("person={BAGGAGE}")), Code::Ok),
        (&scheduler, ("tracestate", format!("person={BAGGAGE}")), Code::Ok),
        (&scheduler, ("traceparent", format!("00-{BAGGAGE}")), Code::Ok),
        (&scheduler, ("grpc-timeout", format!("{NAME}S")), Code::InvalidArgument),
        (&scheduler, ("practicum-min-revision", NAME.to_owned()), Code::InvalidArgument),
        (&forged, ("x-person", PERSON.to_owned()), Code::Unauthenticated),
        (&auditor, ("x-person", PERSON.to_owned()), Code::PermissionDenied),
    ];
    let channel = house.channel().await;
    for (token, (key, value), code) in cases {
        let mut request = Request::new(wire::GetSessionRequest { name: room.into() });
        request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        request.metadata_mut().insert(key, value.parse().unwrap());
        let client = wire::masterclass_service_client::MasterclassServiceClient::new(channel.clone());
        let answer = { client }.get_session(request).await;
        assert_eq!(answer.as_ref().map_or_else(Status::code, |_| Code::Ok), code, "{key}");
        heard.statuses.extend(answer.err());
    }
}

/// As `BookSeatsRequest`, with a name that is not text.
#[derive(Clone, PartialEq, prost::Message)]
struct BookRaw {
    #[prost(message, repeated, tag = "2")]
    seats: Vec<SeatRaw>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct SeatRaw {
    #[prost(message, optional, tag = "1")]
    attendee: Option<PersonRaw>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct PersonRaw {
    #[prost(bytes = "vec", tag = "2")]
    name: Vec<u8>,
}

async fn raw(house: &House, message: BookRaw) -> Result<wire::BookSeatsResponse, Status> {
    let mut request = Request::new(message);
    let token = house.token("durham", &[Role::Scheduler], SUBJECT);
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    let mut client = tonic::client::Grpc::new(house.channel().await);
    client.ready().await.expect("the service is there");
    let path = "/practicum.masterclasses.v1.BookingService/BookSeats".parse().expect("a path");
    Ok(client.unary(request, path, tonic_prost::ProstCodec::default()).await?.into_inner())
}
