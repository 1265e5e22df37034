//! Rules of a running placement. Before it runs they are in nobody's way; they say what will hold.

use super::{
    super::words::{pounds, some, spoken},
    Ask, Say,
};
use crate::domain::{Pattern, Stage};

/// P1.
pub(in super::super) fn days<S: Say>(ask: &Ask, say: S) -> S::Said {
    let days = ask.rules.numbers.days;
    say.met(|| {
        let (first, last, skills) = (days.first_days, days.final_days, days.skills_days);
        let all = first + last + skills;
        format!(
            "{} to serve; {first} in a first and {last} in a final placement and up to {skills} skills days make {all}",
            some(ask.facts.days_required.into(), "day"),
        )
    })
}

/// P2.
pub(in super::super) fn missed<S: Say>(ask: &Ask, say: S) -> S::Said {
    say.met(|| {
        format!(
            "from {} on {} it would end on {}; each day missed adds a day",
            spoken(ask.facts.start),
            ask.pair.need.terms.weekdays,
            spoken(ask.facts.end)
        )
    })
}

/// P5.
pub(in super::super) fn supervision<S: Say>(ask: &Ask, say: S) -> S::Said {
    let asked = ask.rules.numbers.supervision;
    say.met(|| {
        let all = ask.facts.days_required.div_ceil(asked.days) * asked.hours;
        format!(
            "formal supervision of at least {} in {}: {} in all",
            some(asked.hours.into(), "hour"),
            some(asked.days.into(), "placement day"),
            some(all.into(), "hour")
        )
    })
}

/// P6.
pub(in super::super) fn agreement<S: Say>(ask: &Ask, say: S) -> S::Said {
    let days = ask.rules.numbers.agreement.days;
    say.met(|| {
        let weekdays = ask.pair.need.terms.weekdays;
        let pattern = Pattern { weekdays, calendar: &ask.rules.calendar, suspensions: &[] };
        let due = spoken(pattern.nth(ask.facts.start, days));
        format!("the learning agreement is due by {due}, placement day {days}")
    })
}

/// P10. Counted over a year in reports; one placement can neither keep nor break it.
pub(in super::super) fn supply<S: Say>(ask: &Ask, say: S) -> S::Said {
    if ask.pair.offer.terms.stages.contains(&Stage::Final) {
        say.met(|| "the team offers final placements".into())
    } else {
        say.unsure(|| "this offer has no final placement; the team should host one a year".into())
    }
}

/// P11.
pub(in super::super) fn fee<S: Say>(ask: &Ask, say: S) -> S::Said {
    let (days, daily) = (ask.facts.days_required, ask.rules.numbers.fees.daily_pence(ask.pair.host_kind));
    say.met(|| {
        let all = pounds(daily * u64::from(days));
        format!("{} at {} a day: {all}", some(days.into(), "day"), pounds(daily))
    })
}
