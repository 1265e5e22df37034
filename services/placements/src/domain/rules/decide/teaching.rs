//! Rules about who teaches and assesses.

use super::{
    super::{
        Teaching,
        words::{some, spoken},
    },
    Ask, Say,
};
use crate::domain::{Educator, Qualification, Stage};

/// Whether somebody may take the responsibility of a final placement to its end.
fn assesses(educator: &Educator, ask: &Ask) -> bool {
    educator.qualification == Qualification::Stage2 && educator.current_on(ask.facts.end)
}

/// Whether somebody may stand behind another's assessment.
fn ratifies(ratifier: &Educator, educator: &Educator, ask: &Ask) -> bool {
    ratifier.name != educator.name
        && ratifier.person.person != educator.person.person
        && assesses(ratifier, ask)
}

/// "stage 1", "stage 2 until 1 May 2027"
fn standing(educator: &Educator) -> String {
    let words = educator.qualification.words();
    educator.current_until.map_or(words.into(), |until| format!("{words} until {}", spoken(until)))
}

/// P4.
pub(in super::super) fn assessor<S: Say>(ask: &Ask, say: S) -> S::Said {
    if ask.pair.need.stage == Stage::First {
        return first(ask, say);
    }
    let end = || spoken(ask.facts.end);
    match ask.pair.teaching {
        Teaching::Named { educator, .. } if assesses(educator, ask) => {
            say.met(|| format!("the practice educator is {}; it would end on {}", standing(educator), end()))
        }
        Teaching::Named { educator, ratifier: Some(ratifier), .. } if ratifies(ratifier, educator, ask) => {
            say.met(|| {
                format!(
                    "the practice educator is {}, the ratifier {}",
                    standing(educator),
                    standing(ratifier)
                )
            })
        }
        Teaching::Named { educator, ratifier, .. } => say.broken(|| {
            let ratifier = ratifier.map_or("there is no ratifier".into(), |ratifier| {
                format!("the ratifier is {}", standing(ratifier))
            });
            let who = standing(educator);
            format!("the practice educator is {who} and {ratifier}; stage 2 is needed until {}", end())
        }),
        Teaching::Open { candidates, host_has_stage_2 } => open(ask, candidates, host_has_stage_2, say),
    }
}

/// P4 for a final placement whose practice educator is not named yet.
fn open<S: Say>(ask: &Ask, candidates: &[&Educator], host_has_stage_2: bool, say: S) -> S::Said {
    let stage_2 = candidates.iter().filter(|educator| assesses(educator, ask)).count() as u64;
    let all = candidates.len() as u64;
    let end = || spoken(ask.facts.end);
    match (all, stage_2, host_has_stage_2) {
        (0, _, true) => {
            say.met(|| "the host has a stage 2 practice educator; who teaches is named on acceptance".into())
        }
        (0, _, false) => {
            say.unsure(|| "no practice educator is known yet; the host has none of stage 2 so far".into())
        }
        (_, 0, true) => say.unsure(|| {
            let named = some(all, "practice educator");
            format!(
                "0 of {named} named are stage 2 until {}; another of the host would have to ratify",
                end()
            )
        }),
        (_, 0, false) => say.broken(|| {
            let named = some(all, "practice educator");
            format!("0 of {named} named are stage 2 until {}, and the host has nobody to ratify", end())
        }),
        _ => say.met(|| {
            let named = some(all, "practice educator");
            format!("{stage_2} of {named} named of stage 2 until {}", end())
        }),
    }
}

/// P4 for a first placement, which anybody of stage 1 may assess.
fn first<S: Say>(ask: &Ask, say: S) -> S::Said {
    let qualified = |educator: &Educator| {
        educator.qualification > Qualification::InTraining && educator.current_on(ask.facts.end)
    };
    match ask.pair.teaching {
        Teaching::Named { educator, ratifier, .. }
            if !qualified(educator)
                && !ratifier.is_some_and(|ratifier| ratifies(ratifier, educator, ask)) =>
        {
            say.unsure(|| {
                let (who, end) = (standing(educator), spoken(ask.facts.end));
                format!(
                    "the practice educator is {who}; a stage 2 ratifier should stand behind them until {end}"
                )
            })
        }
        _ => say.met(|| "a first placement: stage 1 is enough".into()),
    }
}

/// P8. Who is whose line manager or relative is not known here, only that somebody is the student: the rest is as those
/// who name them declare.
pub(in super::super) fn relation<S: Say>(ask: &Ask, say: S) -> S::Said {
    let student = &ask.pair.need.student.person;
    let is_student = |educator: &Educator| educator.person.person == *student;
    let themselves = match ask.pair.teaching {
        Teaching::Open { candidates, .. } => {
            !candidates.is_empty() && candidates.iter().all(|educator| is_student(educator))
        }
        Teaching::Named { educator, ratifier, .. } => {
            is_student(educator) || ratifier.is_some_and(is_student)
        }
    };
    if themselves {
        say.broken(|| "the student would assess themselves".into())
    } else {
        say.met(|| "nobody teaches themselves; other relations are as the host declares".into())
    }
}

/// C4.
pub(in super::super) fn ratifier<S: Say>(ask: &Ask, say: S) -> S::Said {
    let needed = ask.pair.need.stage == Stage::Final
        && match ask.pair.teaching {
            Teaching::Open { candidates, .. } => {
                !candidates.is_empty() && !candidates.iter().any(|educator| assesses(educator, ask))
            }
            Teaching::Named { educator, .. } => !assesses(educator, ask),
        };
    if needed {
        say.broken(|| "a second practice educator, of stage 2, would have to ratify".into())
    } else {
        say.met(|| "nobody has to ratify".into())
    }
}
