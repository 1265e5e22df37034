//! What each rule decides: one function a rule, which says the outcome and, if anybody listens, why in words.

mod history;
mod place;
mod served;
mod taste;
mod teaching;

use super::{Facts, Pair, Rule, Rules, said::Say};

/// What a decision is made of.
#[derive(Clone, Copy)]
pub(super) struct Ask<'a> {
    pub pair: &'a Pair<'a>,
    pub facts: &'a Facts,
    pub rules: &'a Rules,
}

pub(super) fn decide<S: Say>(rule: Rule, ask: &Ask, say: S) -> S::Said {
    match rule {
        Rule::P1 => served::days(ask, say),
        Rule::P2 => served::missed(ask, say),
        Rule::P3 => history::settings(ask, say),
        Rule::P4 => teaching::assessor(ask, say),
        Rule::P5 => served::supervision(ask, say),
        Rule::P6 => served::agreement(ask, say),
        Rule::P7 => history::employer(ask, say),
        Rule::P8 => teaching::relation(ask, say),
        Rule::P9 => place::travel(ask, say),
        Rule::P10 => served::supply(ask, say),
        Rule::P11 => served::fee(ask, say),
        Rule::P12 => place::driver(ask, say),
        Rule::P13 => place::excluded(ask, say),
        Rule::P14 => history::one_at_a_time(ask, say),
        Rule::W1 => place::window(ask, say),
        Rule::W2 => place::weekdays(ask, say),
        Rule::W3 => place::stage(ask, say),
        Rule::W4 => place::academic_year(ask, say),
        Rule::W5 => place::open(ask, say),
        Rule::W6 => place::free(ask, say),
        Rule::W7 => place::needed(ask, say),
        Rule::C1 => taste::journey(ask, say),
        Rule::C2 => taste::preference(ask, say),
        Rule::C3 => taste::contrast(ask, say),
        Rule::C4 => teaching::ratifier(ask, say),
        Rule::C5 => taste::reaffirmed(ask, say),
        Rule::C6 => taste::wait(ask, say),
    }
}
