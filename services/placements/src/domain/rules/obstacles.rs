//! What stood in the way of a student who was left out.

use super::{Rule, RuleResult, RuleSet, Rules, Verdict, words::figure};
use crate::domain::Need;

/// Counts, over the places of a run, by how many each rule was broken for one student.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Obstacles {
    broken: [u64; Rule::COUNT],
    places: u64,
    suitable: u64,
}

impl Default for Obstacles {
    fn default() -> Self {
        Self { broken: [0; Rule::COUNT], places: 0, suitable: 0 }
    }
}

impl Obstacles {
    /// An offer of so many places, and what it breaks: nothing where it would have suited.
    pub fn add(&mut self, breached: RuleSet, places: u64) {
        self.places += places;
        if breached.is_empty() {
            self.suitable += places;
        }
        for rule in breached.iter() {
            self.broken[rule.index()] += places;
        }
    }

    /// The rule that was broken most often, the first of them in the book; nothing where none ever was.
    pub fn most_often(&self) -> Option<Rule> {
        let rules = Rule::ALL.iter().copied().filter(|rule| self.broken[rule.index()] > 0);
        rules.rev().max_by_key(|rule| self.broken[rule.index()])
    }

    /// What to tell the student's university: "P9 travel: 31 of 40 places are further than 90 minutes". Where there were
    /// none, or all suited, no place was left (W6).
    pub fn result(&self, rules: &Rules, need: &Need) -> RuleResult {
        let all = figure(self.places);
        let taken = match self.suitable {
            0 => String::new(),
            1 => "; the one that suits went to another student".into(),
            some => format!("; the {} that suit went to other students", figure(some)),
        };
        let (rule, explanation) = match self.most_often() {
            Some(rule) => {
                let broken = figure(self.broken[rule.index()]);
                let (short, way) = (short(rule), way(rule, rules, need));
                (rule, format!("{rule} {short}: {broken} of {all} places {way}{taken}"))
            }
            None if self.places == 0 => (Rule::W6, "W6 places: there was none".into()),
            None => (Rule::W6, format!("W6 places: {all} of {all} went to other students")),
        };
        RuleResult { rule, verdict: Verdict::Breached, explanation, waived_by: String::new() }
    }
}

/// What a rule is about, in a word or two.
const fn short(rule: Rule) -> &'static str {
    match rule {
        Rule::P1 | Rule::P2 => "days",
        Rule::P3 | Rule::C2 | Rule::C3 => "settings",
        Rule::P4 | Rule::C4 => "assessor",
        Rule::P5 => "supervision",
        Rule::P6 => "learning agreement",
        Rule::P7 => "employer",
        Rule::P8 => "relations",
        Rule::P9 | Rule::C1 => "travel",
        Rule::P10 => "supply",
        Rule::P11 => "fee",
        Rule::P12 => "driver",
        Rule::P13 => "excluded partner",
        Rule::P14 => "one at a time",
        Rule::W1 | Rule::C6 => "window",
        Rule::W2 => "days of the week",
        Rule::W3 => "stage",
        Rule::W4 => "academic year",
        Rule::W5 | Rule::C5 => "offer",
        Rule::W6 => "places",
        Rule::W7 => "need",
    }
}

/// In which way so many places break a rule.
fn way(rule: Rule, rules: &Rules, need: &Need) -> String {
    let terms = &need.terms;
    match rule {
        Rule::P3 => "repeat the other placement's setting, or leave both without a statutory one".into(),
        Rule::P4 => "have no stage 2 practice educator to the end".into(),
        Rule::P8 => "have nobody but the student to teach".into(),
        Rule::P9 => format!("are further than {} minutes", rules.travel_limit(need)),
        Rule::P12 => "need a driver".into(),
        Rule::P13 => "are with a partner that the need excludes".into(),
        Rule::P14 => "overlap another placement, or have no practice educator free".into(),
        Rule::W1 => {
            let days = rules.numbers.days.required(need.stage);
            format!("have a window too short for {days} days on {}", terms.weekdays)
        }
        Rule::W2 => format!("cannot have a student on {}", terms.weekdays),
        Rule::W3 => format!("suit no {} placement", need.stage.words()),
        Rule::W4 => format!("are not for {}", terms.academic_year),
        Rule::W5 => "are not open".into(),
        Rule::W6 => "are held or taken".into(),
        Rule::W7 => format!("are for a need that is {}", need.state.words()),
        _ => "break it".into(),
    }
}
