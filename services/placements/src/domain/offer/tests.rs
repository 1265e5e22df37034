use super::*;
use crate::domain::{Location, Point, Setting, Stage, Weekdays};
use chrono::Duration;

fn at(hours: i64) -> Instant {
    vocabulary::from_micros(hours * 3_600_000_000)
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn draft(places: u32) -> Offer {
    let terms = OfferTerms {
        academic_year: "2026/27".parse().unwrap(),
        team: "North".into(),
        setting: Setting::Adults,
        statutory: true,
        stages: vec![Stage::First],
        places,
        earliest_start_date: Some(day("2026-09-21")),
        latest_end_date: Some(day("2027-03-01")),
        weekdays: Weekdays::MONDAY_TO_FRIDAY,
        location: Location { postcode: "DH1".into(), point: Point { latitude: 54.77, longitude: -1.57 } },
        driver_required: false,
        practice_educators: vec![],
    };
    Offer::drafted("partners/durham/placementOffers/north".parse().unwrap(), terms, at(0))
}

fn open(places: u32) -> Offer {
    let mut offer = draft(places);
    offer.publish(day("2026-09-01"), at(1)).unwrap();
    offer
}

#[test]
fn an_offer_is_drafted_published_reaffirmed_and_ended_in_that_order() {
    let mut offer = draft(2);
    assert_eq!(offer.reaffirm(at(1)), Err(Refusal::OfferNotOpen { state: OfferState::Draft }));
    assert_eq!(offer.hold(at(1)), Err(Refusal::OfferNotOpen { state: OfferState::Draft }));
    assert!(!offer.was_published() && !offer.lapse(day("2030-01-01"), at(1)), "a draft does not lapse");
    assert!(matches!(offer.publish(day("2027-03-02"), at(1)), Err(Refusal::FieldsDisagree { .. })));
    offer.publish(day("2027-03-01"), at(1)).unwrap();
    assert_eq!((offer.state, offer.reaffirmed), (OfferState::Open, Some(at(1))));
    let again = offer.publish(day("2027-03-01"), at(2));
    assert_eq!(again, Err(Refusal::OfferNotDraft { state: OfferState::Open }));
    offer.reaffirm(at(2)).unwrap();
    assert_eq!(offer.reaffirmed, Some(at(2)));
    assert!(!offer.lapse(day("2027-03-01"), at(3)), "its last day is not over");
    assert!(offer.lapse(day("2027-03-02"), at(3)) && !offer.lapse(day("2027-03-02"), at(4)));
    let lapsed = Err(Refusal::OfferNotOpen { state: OfferState::Lapsed });
    assert_eq!(offer.withdraw(String::new(), at(5)), lapsed);
    assert_eq!(offer.edit(OfferEdit::default(), at(5)), lapsed);
}

#[test]
fn places_are_held_taken_and_freed_and_never_more_than_there_are() {
    let mut offer = open(2);
    offer.hold(at(2)).unwrap();
    offer.hold(at(2)).unwrap();
    assert_eq!(offer.hold(at(2)), Err(Refusal::NoFreePlace { in_use: 2, places: 2 }));
    offer.take_held(at(3));
    assert_eq!((offer.places_held, offer.places_taken, offer.free()), (1, 1, 0));
    offer.free_held(at(4));
    offer.free_taken(at(4));
    assert_eq!((offer.in_use(), offer.free()), (0, 2));
    offer.free_held(at(5));
    offer.take_held(at(5));
    assert_eq!((offer.in_use(), offer.free()), (0, 2), "what is not held is neither freed nor taken");
}

#[test]
fn withdrawing_takes_back_what_is_not_in_use_now_and_later() {
    let mut offer = open(5);
    (0..2).for_each(|_| offer.hold(at(2)).unwrap());
    offer.take_held(at(2));
    offer.withdraw("the team moves".into(), at(3)).unwrap();
    assert_eq!((offer.terms.places, offer.in_use(), offer.free()), (2, 2, 0));
    assert_eq!(offer.hold(at(4)), Err(Refusal::OfferNotOpen { state: OfferState::Withdrawn }));
    offer.free_held(at(4));
    assert_eq!((offer.terms.places, offer.places_taken, offer.free()), (1, 1, 0));
    let twice = offer.withdraw(String::new(), at(5));
    assert_eq!(twice, Err(Refusal::OfferNotOpen { state: OfferState::Withdrawn }));
}

#[test]
fn an_edit_keeps_what_placements_rely_on_while_they_do() {
    let mut offer = open(3);
    let setting = || OfferEdit { setting: Some(Setting::Fostering), ..OfferEdit::default() };
    offer.edit(setting(), at(2)).unwrap();
    (0..2).for_each(|_| offer.hold(at(2)).unwrap());
    let places = |places| OfferEdit { places: Some(places), ..OfferEdit::default() };
    assert_eq!(offer.edit(places(1), at(3)), Err(Refusal::PlacesBelowUse { in_use: 2, places: 1 }));
    offer.edit(places(2), at(3)).unwrap();
    let back = OfferEdit {
        setting: Some(Setting::Adults),
        stages: Some(vec![Stage::Final]),
        team: Some("South".into()),
        ..OfferEdit::default()
    };
    let fields = vec!["setting".to_owned(), "stages".into()];
    assert_eq!(offer.edit(back, at(4)), Err(Refusal::OfferInUse { in_use: 2, fields }));
    let wider = OfferEdit { stages: Some(vec![Stage::First, Stage::Final]), ..setting() };
    offer.edit(wider, at(4)).unwrap();
    assert_eq!((offer.terms.stages.len(), offer.terms.team.as_str()), (2, "North"));
}

#[test]
fn the_window_begins_before_it_ends_and_only_the_hosts_own_people_teach() {
    let mut offer = draft(1);
    let early = OfferEdit { latest_end_date: Some(Some(day("2026-09-20"))), ..OfferEdit::default() };
    assert!(matches!(offer.edit(early, at(1)), Err(Refusal::FieldsDisagree { .. })));
    let without = OfferEdit { latest_end_date: Some(None), ..OfferEdit::default() };
    offer.edit(without, at(1)).unwrap();
    assert!(!offer.terms.has_passed(day("2199-01-01")));
    let stranger = vec!["partners/gateshead/practiceEducators/x".parse().unwrap()];
    let edit = OfferEdit { practice_educators: Some(stranger), ..OfferEdit::default() };
    assert!(matches!(offer.edit(edit, at(1)), Err(Refusal::FieldsDisagree { .. })));
}

#[test]
fn an_open_offer_is_stale_when_nobody_has_said_anything_for_long() {
    let (mut offer, days) = (open(1), |n: i64| at(1) + Duration::days(n));
    let stale = |offer: &Offer, now| offer.is_stale(now - Duration::days(60));
    assert!(!stale(&offer, days(60) - Duration::microseconds(1)) && stale(&offer, days(60)));
    offer.reaffirm(days(60)).unwrap();
    assert!(!stale(&offer, days(61)) && stale(&offer, days(120)));
    offer.withdraw(String::new(), days(61)).unwrap();
    assert!(!stale(&offer, days(120)) && !stale(&draft(1), days(120)), "nobody waits for those");
}
