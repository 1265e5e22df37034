//! How all rules stand for one pair: in words for people, in bits for a match run.

use super::{
    Facts, Pair, Rule, RuleBook, RuleRow, RuleSet, Rules, Severity,
    decide::{Ask, decide},
    said::{Aloud, Outcome, Quietly},
};
use crate::domain::Day;
use serde::{Deserialize, Serialize};
use vocabulary::PersonName;

/// What a rule says of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Met,
    /// Forbids the placement.
    Breached,
    /// Counts against it, or should be looked at.
    Caution,
    /// Breached, and set aside by a partnership coordinator.
    Waived,
}

/// How one rule stands. Kept with a placement as it stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleResult {
    pub rule: Rule,
    pub verdict: Verdict,
    /// In words, with the figures.
    pub explanation: String,
    /// Who set it aside and why; empty unless waived.
    pub waived_by: String,
}

/// A rule that somebody sets aside for one placement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// As the caller wrote it: "P9".
    pub rule: String,
    pub reason: String,
    pub by: PersonName,
}

/// Why a rule cannot be set aside. It holds the rule's id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WaiverError {
    #[error("the rule book has no rule {0:?}")]
    Unknown(String),
    #[error("{0} is set aside for nobody")]
    NotWaivable(Rule),
}

/// How every rule stands, in the order of the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    pub rules: Vec<RuleResult>,
    /// How far it is from ideal: 0 is the best.
    pub cost: u64,
    pub start: Day,
    /// Where the pattern leads without absences.
    pub projected_end: Day,
}

impl Check {
    /// No hard rule is broken, or each that is has been waived.
    pub fn eligible(&self) -> bool {
        self.breaches().next().is_none()
    }

    pub fn breaches(&self) -> impl Iterator<Item = &RuleResult> {
        self.rules.iter().filter(|result| result.verdict == Verdict::Breached)
    }
}

/// A check without its words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// Hard rules that are broken.
    pub breached: RuleSet,
    /// Of the soft rules, whether the pair is eligible or not.
    pub cost: u64,
}

impl Judgement {
    pub const fn eligible(&self) -> bool {
        self.breached.is_empty()
    }

    fn add(&mut self, row: &RuleRow, outcome: Outcome) {
        match (row.severity, outcome) {
            (Severity::Hard, Outcome::Broken(_)) => self.breached = self.breached.with(row.rule),
            (Severity::Soft, Outcome::Broken(units)) => self.cost += charge(row, units),
            _ => {}
        }
    }
}

fn charge(row: &RuleRow, units: u32) -> u64 {
    row.cost.saturating_mul(units.into())
}

impl Rules {
    /// How a pair stands, without a word and without allocating: a match run asks for every pair within reach.
    pub fn judge(&self, pair: &Pair, facts: &Facts) -> Judgement {
        let ask = Ask { pair, facts, rules: self };
        let mut judgement = Judgement::default();
        for row in self.rows() {
            judgement.add(row, decide(row.rule, &ask, Quietly));
        }
        judgement
    }

    /// How a pair stands, in words.
    pub fn check(&self, pair: &Pair, facts: &Facts) -> Check {
        let ask = Ask { pair, facts, rules: self };
        let mut judgement = Judgement::default();
        let rules = self.rows().iter().map(|row| {
            let (outcome, words) = decide(row.rule, &ask, Aloud);
            judgement.add(row, outcome);
            result(row, outcome, words)
        });
        let rules = rules.collect();
        Check { rules, cost: judgement.cost, start: facts.start, projected_end: facts.end }
    }

    /// The rules that may be set aside.
    ///
    /// # Errors
    /// A waiver names another.
    pub fn waivable(&self, waivers: &[Waiver]) -> Result<(), WaiverError> {
        waivers.iter().try_for_each(|waiver| {
            let unknown = || WaiverError::Unknown(waiver.rule.clone());
            let rule = Rule::find(&waiver.rule).ok_or_else(unknown)?;
            if self.row(rule).waivable { Ok(()) } else { Err(WaiverError::NotWaivable(rule)) }
        })
    }
}

impl RuleBook {
    /// How a pair stands by the rules in force on the day it would start, with what has been set aside for it. A waiver
    /// of a rule that is not broken changes nothing.
    ///
    /// # Errors
    /// A waiver names a rule that there is not, or that nobody may set aside.
    pub fn check(&self, pair: &Pair, waivers: &[Waiver]) -> Result<Check, WaiverError> {
        let rules = self.of(pair);
        rules.waivable(waivers)?;
        let mut check = rules.check(pair, &rules.facts(pair));
        for result in check.rules.iter_mut().filter(|result| result.verdict == Verdict::Breached) {
            if let Some(waiver) = waivers.iter().find(|waiver| waiver.rule == result.rule.id()) {
                result.verdict = Verdict::Waived;
                result.waived_by = format!("{}: {}", waiver.by, waiver.reason);
            }
        }
        Ok(check)
    }
}

fn result(row: &RuleRow, outcome: Outcome, words: String) -> RuleResult {
    let (verdict, explanation) = match (outcome, row.severity) {
        (Outcome::Met, _) => (Verdict::Met, words),
        (Outcome::Broken(_), Severity::Hard) => (Verdict::Breached, words),
        (Outcome::Broken(units), Severity::Soft) => {
            (Verdict::Caution, format!("{words} (cost {})", charge(row, units)))
        }
        (Outcome::Unsure, _) | (Outcome::Broken(_), Severity::Reported) => (Verdict::Caution, words),
    };
    RuleResult { rule: row.rule, verdict, explanation, waived_by: String::new() }
}
