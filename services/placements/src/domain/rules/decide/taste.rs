//! What makes one place better than another. Units are charged at the row's cost.

use super::{
    super::words::{some, spoken},
    Ask, Say,
    history::other_stage,
    place::means,
};

/// C1. A unit is a minute.
pub(in super::super) fn journey<S: Say>(ask: &Ask, say: S) -> S::Said {
    let minutes = ask.facts.travel_minutes;
    say.units(minutes, || format!("{} {}", some(minutes.into(), "minute"), means(ask.pair.need.terms.drives)))
}

/// C2. A unit is a rank below the first. Whoever prefers nothing is content with everything.
pub(in super::super) fn preference<S: Say>(ask: &Ask, say: S) -> S::Said {
    let (preferred, setting) = (&ask.pair.need.terms.preferred_settings, ask.pair.offer.terms.setting);
    let (Some(first), rank) = (preferred.first(), preferred.iter().position(|wanted| *wanted == setting))
    else {
        return say.met(|| "no setting is preferred".into());
    };
    let last = u32::try_from(preferred.len() - 1).unwrap_or(u32::MAX);
    let unlisted = last.saturating_add(ask.rules.numbers.preference.unlisted_ranks);
    let ranks = rank.map_or(unlisted, |rank| u32::try_from(rank).unwrap_or(u32::MAX));
    say.units(ranks, || match rank {
        Some(rank) => format!("{} is preference {} of {}", setting.words(), rank + 1, preferred.len()),
        None => format!("{} is no preference; the first is {}", setting.words(), first.words()),
    })
}

/// C3. A unit is the whole.
pub(in super::super) fn contrast<S: Say>(ask: &Ask, say: S) -> S::Said {
    let (setting, alike) = (ask.pair.offer.terms.setting, &ask.rules.numbers.contrast);
    match other_stage(ask).find(|other| alike.are_alike(other.setting, setting)) {
        Some(other) => say.broken(|| {
            let (this, other) = (setting.words(), other.setting.words());
            format!("{this} serves the same people as {other}, where the other placement is")
        }),
        None => say.met(|| "no other placement serves the same people".into()),
    }
}

/// C5. A unit is the whole.
pub(in super::super) fn reaffirmed<S: Say>(ask: &Ask, say: S) -> S::Said {
    let (offer, now, numbers) = (ask.pair.offer, ask.pair.now, &ask.rules.numbers);
    let words = || {
        let Some(last) = offer.reaffirmed else { return "the offer has not been published yet".into() };
        let ago = some(u64::try_from((now - last).num_days()).unwrap_or(0), "day");
        format!("the host reaffirmed the offer {ago} ago; it is stale after {}", numbers.stale_days())
    };
    if numbers.is_stale(offer, now) { say.broken(words) } else { say.met(words) }
}

/// C6. A unit is a week, or a part of one.
pub(in super::super) fn wait<S: Say>(ask: &Ask, say: S) -> S::Said {
    let free = ask.pair.need.terms.start_date;
    let days = u32::try_from(free.until(ask.facts.start)).unwrap_or(0);
    say.units(days.div_ceil(7), || {
        let (free, start) = (spoken(free), spoken(ask.facts.start));
        format!("the student is free from {free}; the placement would start on {start}")
    })
}
