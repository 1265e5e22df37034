//! Rules about the place: whether this student can take it up.

use super::{
    super::words::{some, spoken},
    Ask, Say,
};
use crate::domain::{NeedState, OfferState};

/// "by road", "without a car"
pub(super) fn means(drives: bool) -> &'static str {
    if drives { "by road" } else { "without a car" }
}

/// P9.
pub(in super::super) fn travel<S: Say>(ask: &Ask, say: S) -> S::Said {
    let need = ask.pair.need;
    let (minutes, limit) = (ask.facts.travel_minutes, ask.rules.travel_limit(need));
    let words = || {
        let own =
            if limit < ask.rules.numbers.travel.limit_minutes { "the student's limit" } else { "the limit" };
        format!("{} {}; {own} is {limit}", some(minutes.into(), "minute"), means(need.terms.drives))
    };
    if minutes > limit { say.broken(words) } else { say.met(words) }
}

/// P12.
pub(in super::super) fn driver<S: Say>(ask: &Ask, say: S) -> S::Said {
    match (ask.pair.offer.terms.driver_required, ask.pair.need.terms.drives) {
        (true, false) => say.broken(|| "the team needs a driver, and the student does not drive".into()),
        (true, true) => say.met(|| "the team needs a driver, and the student drives".into()),
        (false, _) => say.met(|| "no driver is needed".into()),
    }
}

/// P13. It says nothing of the other partners that a need excludes: why they are is nobody's business.
pub(in super::super) fn excluded<S: Say>(ask: &Ask, say: S) -> S::Said {
    let host = &ask.pair.offer.name.partner;
    if ask.pair.need.terms.excluded_partners.contains(host) {
        say.broken(|| "the need excludes this host".into())
    } else {
        say.met(|| "the need does not exclude this host".into())
    }
}

/// W1.
pub(in super::super) fn window<S: Say>(ask: &Ask, say: S) -> S::Said {
    let (offer, facts) = (&ask.pair.offer.terms, ask.facts);
    if let Some(opens) = offer.earliest_start_date.filter(|opens| facts.start < *opens) {
        return say.broken(|| {
            format!("it starts on {}; the window opens on {}", spoken(facts.start), spoken(opens))
        });
    }
    match offer.latest_end_date {
        Some(closes) if facts.end > closes => say.broken(|| {
            format!("it would end on {}; the window closes on {}", spoken(facts.end), spoken(closes))
        }),
        Some(closes) => say.met(|| {
            let (from, to) = (spoken(facts.start), spoken(facts.end));
            format!("from {from} to {to}; the window closes on {}", spoken(closes))
        }),
        None => say.met(|| format!("from {} to {}", spoken(facts.start), spoken(facts.end))),
    }
}

/// W2.
pub(in super::super) fn weekdays<S: Say>(ask: &Ask, say: S) -> S::Said {
    let (student, team) = (ask.pair.need.terms.weekdays, ask.pair.offer.terms.weekdays);
    let words = || format!("the student is on placement on {student}; the team can have a student on {team}");
    if student.within(team) { say.met(words) } else { say.broken(words) }
}

/// W3.
pub(in super::super) fn stage<S: Say>(ask: &Ask, say: S) -> S::Said {
    let (stage, suited) = (ask.pair.need.stage, &ask.pair.offer.terms.stages);
    if suited.contains(&stage) {
        say.met(|| format!("the place suits a {} placement", stage.words()))
    } else {
        say.broken(|| {
            let suited: Vec<&str> = suited.iter().map(|stage| stage.words()).collect();
            format!("a {} placement is needed; the place suits a {} one", stage.words(), suited.join(" or "))
        })
    }
}

/// W4.
pub(in super::super) fn academic_year<S: Say>(ask: &Ask, say: S) -> S::Said {
    let (need, offer) = (ask.pair.need.terms.academic_year, ask.pair.offer.terms.academic_year);
    if need == offer {
        say.met(|| format!("both are for {need}"))
    } else {
        say.broken(|| format!("the need is for {need}, the offer for {offer}"))
    }
}

/// W5.
pub(in super::super) fn open<S: Say>(ask: &Ask, say: S) -> S::Said {
    let state = ask.pair.offer.state;
    if ask.pair.made.is_some() {
        say.met(|| "the placement has its place".into())
    } else if state == OfferState::Open {
        say.met(|| "the offer is open".into())
    } else {
        say.broken(|| format!("the offer is {}", state.words()))
    }
}

/// W6.
pub(in super::super) fn free<S: Say>(ask: &Ask, say: S) -> S::Said {
    let offer = ask.pair.offer;
    if ask.pair.made.is_some() {
        return say.met(|| "the placement has its place".into());
    }
    let words = || {
        let places = some(offer.terms.places.into(), "place");
        format!("{} of {places} free; {} held, {} taken", offer.free(), offer.places_held, offer.places_taken)
    };
    if offer.free() > 0 { say.met(words) } else { say.broken(words) }
}

/// W7.
pub(in super::super) fn needed<S: Say>(ask: &Ask, say: S) -> S::Said {
    let state = ask.pair.need.state;
    if ask.pair.made.is_some() {
        say.met(|| "the placement answers it".into())
    } else if state == NeedState::Open {
        say.met(|| "the need is open".into())
    } else {
        say.broken(|| format!("the need is {}", state.words()))
    }
}
