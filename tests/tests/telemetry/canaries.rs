//! Words that stand nowhere but in what is personal, and the search for them.

use contracts::{common::v1 as common, masterclasses::v1 as wire};
use tonic::Status;

pub const PERSON: &str = "ZqPerson7f3a";
pub const OTHER: &str = "ZqOther7f3a";
pub const SUBJECT: &str = "ZqSubject7f3a";
pub const NAME: &str = "ZqName7f3a";
pub const EMAIL: &str = "ZqMail7f3a";
pub const NUMBER: &str = "SW739481";
pub const NEEDS: &str = "ZqNeeds7f3a";
pub const REASON: &str = "ZqReason7f3a";
pub const COMMENT: &str = "ZqComment7f3a";
pub const LECTURER: &str = "ZqLecturer7f3a";
pub const BAGGAGE: &str = "ZqBaggage7f3a";

/// All of them; what is not a name but a secret is added by whoever knows it.
pub const ALL: &[&str] =
    &[PERSON, OTHER, SUBJECT, NAME, EMAIL, NUMBER, NEEDS, REASON, COMMENT, LECTURER, BAGGAGE];

/// A seat for a person of whom everything is a canary.
pub fn seat(person: &str) -> wire::SeatRequest {
    wire::SeatRequest {
        attendee: Some(common::Person {
            person: format!("partners/durham/people/{person}"),
            display_name: format!("{NAME} of {person}"),
            email: format!("{EMAIL}@example.invalid"),
            social_work_england_number: NUMBER.into(),
        }),
        audience: wire::Audience::SocialWorker.into(),
        access_needs: NEEDS.into(),
        allow_overlap: false,
    }
}

/// A learner of whom everything is a canary.
pub fn learner(person: &str) -> common::Person {
    common::Person {
        person: format!("partners/teesside/people/{person}"),
        ..seat(person).attendee.unwrap_or_default()
    }
}

/// Each canary that stands in `text`, with what stands around it. Case does not matter.
pub fn found(text: &[u8], secrets: &[String]) -> Vec<String> {
    let lower = String::from_utf8_lossy(text).to_ascii_lowercase();
    let words = ALL.iter().map(|word| word.to_ascii_lowercase());
    let secrets = secrets.iter().map(|secret| secret.to_ascii_lowercase());
    let hits = words.chain(secrets).filter_map(|word| {
        let at = lower.find(&word)?;
        let (from, to) =
            (lower.floor_char_boundary(at.saturating_sub(300)), lower.floor_char_boundary(at + 100));
        Some(format!("{word}: …{}…", &lower[from..to]))
    });
    hits.collect()
}

/// Everything that a status tells its caller.
pub fn told(status: &Status) -> Vec<u8> {
    let mut all = format!("{status:?} {:?}", status.metadata()).into_bytes();
    all.extend_from_slice(status.details());
    all
}

#[test]
fn the_search_finds_what_is_there() {
    let status =
        Status::with_details(tonic::Code::Internal, "x", format!("row ({NAME})").into_bytes().into());
    assert_eq!(found(&told(&status), &[]).len(), 1);
    assert_eq!(found(b"sw739481 and a SECRET", &["secret".into()]).len(), 2);
    assert!(found(b"SW73948 1", &[]).is_empty());
}
