//! A need, an offer and an educator that suit each other, for tests to change.

use super::super::{Pair, PastPlacement, RuleBook, Standing, Teaching};
use crate::domain::{
    Day, EarlierPlacement, Educator, Location, Need, NeedState, NeedTerms, Offer, OfferState, OfferTerms,
    Person, Point, Qualification, Setting, Stage, Weekdays,
};
use vocabulary::{Instant, PartnerKind, Revision};

/// The book that the service is delivered with.
pub fn book() -> RuleBook {
    RuleBook::parse(include_str!("../../../../rules.toml")).unwrap()
}

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub fn noon(text: &str) -> Instant {
    format!("{text}T12:00:00Z").parse().unwrap()
}

fn person(name: &str) -> Person {
    Person {
        person: name.parse().unwrap(),
        display_name: String::new().into(),
        email: String::new().into(),
        social_work_england_number: String::new().into(),
    }
}

fn place(longitude: f64) -> Location {
    Location { postcode: "DH1".into(), point: Point { latitude: 54.77, longitude } }
}

/// A final placement from Monday 21 September 2026, after a first one in early help, not statutory.
pub fn need() -> Need {
    let earlier = EarlierPlacement {
        stage: Stage::First,
        setting: Setting::EarlyHelp,
        statutory: false,
        host: "partners/gateshead".into(),
    };
    let terms = NeedTerms {
        academic_year: "2026/27".parse().unwrap(),
        start_date: day("2026-09-21"),
        weekdays: Weekdays::MONDAY_TO_FRIDAY,
        home: place(-1.57).into(),
        max_travel_minutes: None,
        drives: true,
        preferred_settings: vec![Setting::Adults, Setting::Fostering],
        earlier_placements: vec![earlier],
        excluded_partners: vec![],
        adjustments: String::new().into(),
    };
    Need {
        name: "partners/teesside/placementNeeds/n1".parse().unwrap(),
        revision: Revision(1),
        student: person("partners/teesside/people/s1"),
        stage: Stage::Final,
        terms,
        state: NeedState::Open,
        placement: None,
        created: noon("2026-05-01"),
        updated: noon("2026-05-01"),
    }
}

/// Two statutory places with adults, 19 minutes from the need's home.
pub fn offer() -> Offer {
    let terms = OfferTerms {
        academic_year: "2026/27".parse().unwrap(),
        team: "Adults North".into(),
        setting: Setting::Adults,
        statutory: true,
        stages: vec![Stage::First, Stage::Final],
        places: 2,
        earliest_start_date: Some(day("2026-09-14")),
        latest_end_date: Some(day("2027-03-26")),
        weekdays: Weekdays::MONDAY_TO_FRIDAY,
        location: place(-1.74),
        driver_required: true,
        practice_educators: vec![],
    };
    Offer {
        name: "partners/durham/placementOffers/o1".parse().unwrap(),
        revision: Revision(1),
        terms,
        places_held: 0,
        places_taken: 1,
        state: OfferState::Open,
        reaffirmed: Some(noon("2026-05-01")),
        withdraw_reason: String::new(),
        created: noon("2026-04-01"),
        updated: noon("2026-05-01"),
    }
}

/// Of stage 2 until May 2028, with one of two learners.
pub fn educator(id: &str) -> Educator {
    Educator {
        name: format!("partners/durham/practiceEducators/{id}").parse().unwrap(),
        revision: Revision(1),
        person: person(&format!("partners/durham/people/{id}")),
        qualification: Qualification::Stage2,
        current_until: Some(day("2028-05-01")),
        max_learners: 2,
        learners: 1,
        team: "Adults North".into(),
        created: noon("2026-04-01"),
        updated: noon("2026-04-01"),
    }
}

/// A live final placement in fostering, statutory, from January to July 2026.
pub fn past(id: &str) -> PastPlacement {
    PastPlacement {
        name: format!("placements/{id}").parse().unwrap(),
        stage: Stage::Final,
        setting: Setting::Fostering,
        statutory: true,
        host: "durham".parse().unwrap(),
        start: day("2026-01-05"),
        end: day("2026-07-03"),
        standing: Standing::Live,
    }
}

/// Nobody named, with a stage 2 practice educator at the host, looked at in June 2026.
pub fn pair<'a>(need: &'a Need, offer: &'a Offer) -> Pair<'a> {
    Pair {
        need,
        offer,
        host_kind: PartnerKind::Council,
        employer: None,
        teaching: Teaching::Open { candidates: &[], host_has_stage_2: true },
        history: &[],
        made: None,
        now: noon("2026-06-01"),
    }
}
