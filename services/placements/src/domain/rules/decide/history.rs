//! Rules that look back over all of a student's placements, here and elsewhere.

use super::{
    super::{
        Standing, Teaching,
        words::{some, spoken},
    },
    Ask, Say,
};
use crate::domain::{Educator, Setting, Stage};

/// What the student's other stage was, as far as it matters here.
#[derive(Clone, Copy)]
pub(super) struct Other {
    pub setting: Setting,
    pub statutory: bool,
}

/// The student's placements of the other stage, as declared and as made here. One of the same stage is repeated, and
/// contrasts with nothing.
pub(super) fn other_stage<'a>(ask: &Ask<'a>) -> impl Iterator<Item = Other> + Clone + use<'a> {
    let (pair, stage) = (ask.pair, ask.pair.need.stage);
    let elsewhere = pair.need.terms.earlier_placements.iter().filter(move |earlier| earlier.stage != stage);
    let elsewhere = elsewhere.map(|earlier| Other { setting: earlier.setting, statutory: earlier.statutory });
    let here = pair.others().filter(move |past| past.stage != stage);
    elsewhere.chain(here.map(|past| Other { setting: past.setting, statutory: past.statutory }))
}

/// P3. A first placement need not be statutory: the final one can be.
pub(in super::super) fn settings<S: Say>(ask: &Ask, say: S) -> S::Said {
    let (offer, mut others) = (&ask.pair.offer.terms, other_stage(ask));
    let setting = offer.setting.words();
    if others.clone().any(|other| other.setting == offer.setting) {
        return say.broken(|| format!("both placements would be in {setting}; the settings have to differ"));
    }
    if offer.statutory {
        return say
            .met(|| format!("{setting} differs from the other setting, and this placement is statutory"));
    }
    match (ask.pair.need.stage, others.clone().next()) {
        (Stage::First, None) => {
            say.met(|| format!("the first of two, in {setting}; not statutory, so the final one has to be"))
        }
        (Stage::Final, None) => say.unsure(|| {
            "no first placement is known; it has to have been statutory, for this one is not".into()
        }),
        (_, Some(_)) if others.any(|other| other.statutory) => say.met(|| {
            format!("{setting} differs from the other setting, and the other placement is statutory")
        }),
        (_, Some(_)) => say.broken(|| "0 of 2 placements would be statutory; at least 1 has to be".into()),
    }
}

/// P7. Who is an apprentice, and in which team, is not known here: at most an employer is, so this never forbids. A
/// university keeps a student from their own team by excluding the partner (P13).
pub(in super::super) fn employer<S: Say>(ask: &Ask, say: S) -> S::Said {
    let pair = ask.pair;
    let host = &pair.offer.name.partner;
    let Some(employer) = pair.employer else {
        return say.met(|| "no employer is known; one to be kept away from is excluded by the need".into());
    };
    if employer != host {
        return say.met(|| "the host does not employ the student".into());
    }
    let stage = pair.need.stage;
    let mut here = pair.others().filter(|past| past.stage != stage);
    let mut elsewhere = pair.need.terms.earlier_placements.iter().filter(|past| past.stage != stage);
    let is_host = |name: &str| name.strip_prefix("partners/") == Some(host.as_str());
    if here.any(|past| past.host != *host) || elsewhere.any(|past| !is_host(&past.host)) {
        say.met(|| "the host employs the student, who has the other placement elsewhere".into())
    } else {
        say.unsure(|| "the host employs the student: one of both placements has to be in another team".into())
    }
}

/// P14.
pub(in super::super) fn one_at_a_time<S: Say>(ask: &Ask, say: S) -> S::Said {
    let (stage, facts) = (ask.pair.need.stage, ask.facts);
    let mut others = ask.pair.others();
    if others.clone().any(|past| past.stage == stage && past.standing == Standing::Live) {
        return say.broken(|| format!("the student has a live {} placement", stage.words()));
    }
    if let Some(past) = others.find(|past| past.start <= facts.end && facts.start <= past.end) {
        return say.broken(|| {
            let (from, to) = (spoken(past.start), spoken(past.end));
            format!("it would overlap the student's placement from {from} to {to}")
        });
    }
    educators_free(ask, say)
}

/// The other half of P14: no practice educator has more learners than they may.
fn educators_free<S: Say>(ask: &Ask, say: S) -> S::Said {
    match ask.pair.teaching {
        Teaching::Open { candidates: [], .. } => say.met(|| {
            "no other placement; a practice educator with free capacity is named on acceptance".into()
        }),
        Teaching::Open { candidates, .. } => {
            let free = || candidates.iter().map(|educator| u64::from(educator.free())).sum::<u64>();
            if candidates.iter().any(|educator| educator.free() > 0) {
                say.met(|| {
                    format!(
                        "no other placement; the practice educators have room for {}",
                        some(free(), "learner")
                    )
                })
            } else {
                say.broken(|| full(candidates))
            }
        }
        Teaching::Named { educator, counted, .. } => {
            let others = educator.learners.saturating_sub(counted.into());
            if others < educator.max_learners {
                say.met(|| {
                    let learners = some(others.into(), "other learner");
                    format!(
                        "no other placement; the practice educator has {learners} of at most {}",
                        educator.max_learners
                    )
                })
            } else {
                say.broken(|| full(&[educator]))
            }
        }
    }
}

fn full(educators: &[&Educator]) -> String {
    let learners: u64 = educators.iter().map(|educator| u64::from(educator.learners)).sum();
    let limit: u64 = educators.iter().map(|educator| u64::from(educator.max_learners)).sum();
    let who = some(educators.len() as u64, "practice educator");
    format!("{who} named, with {} of at most {limit}", some(learners, "learner"))
}
