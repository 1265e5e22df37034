//! Which pairs are eligible: candidates by place and date, judged by the rule book.

use super::{Market, Teachers};
use crate::domain::{
    Day, Educator, Need,
    matching::{
        Pair as Edge,
        index::{Index, Spot, Wish},
    },
    rules::{Facts, Judgement, Pair, PastPlacement, Rule, RuleBook, RuleSet, Teaching},
};
use std::collections::BTreeSet;
use vocabulary::PartnerKind;

/// A market by the rule book.
pub(super) struct Judge<'a> {
    pub market: &'a Market,
    pub book: &'a RuleBook,
    pub teachers: Teachers<'a>,
    /// By offer: those whom it names.
    pub named: Vec<Vec<&'a Educator>>,
    index: Index,
    /// Days on which windows open.
    opens: BTreeSet<Day>,
}

/// Everything that is eligible.
pub(super) struct Eligible {
    pub edges: Vec<Edge>,
    /// By offer: who stands for it, by their number among the market's educators.
    pub standing: Vec<Vec<u32>>,
    /// By offer: it names practice educators, and none of them stands.
    pub untaught: Vec<bool>,
}

impl<'a> Judge<'a> {
    pub fn of(market: &'a Market, book: &'a RuleBook) -> Self {
        let teachers = Teachers::of(&market.educators);
        let named = market.offers.iter().map(|offer| teachers.named_by(offer)).collect();
        let index = Index::of(market.offers.iter().map(|offer| Spot::from(&offer.terms)).collect());
        let opens = market.offers.iter().filter_map(|offer| offer.terms.earliest_start_date).collect();
        Self { market, book, teachers, named, index, opens }
    }

    /// One pair with all that the rules look at, and what is worked out of it.
    pub fn pair<'p>(&'p self, need: &'p Need, offer: usize) -> (Pair<'p>, Facts) {
        let (market, at) = (self.market, &self.market.offers[offer]);
        let host = &at.name.partner;
        let history = market.past.get(&need.student.person);
        let mut pair = Pair {
            need,
            offer: at,
            host_kind: market.kinds.get(host).copied().unwrap_or(PartnerKind::Council),
            employer: None,
            teaching: Teaching::Open { candidates: &self.named[offer], host_has_stage_2: false },
            history: history.map_or(&[], Vec::<PastPlacement>::as_slice),
            made: None,
            now: market.now,
        };
        let facts = self.book.of(&pair).facts(&pair);
        pair.teaching = self.teachers.teaching(host, &self.named[offer], facts.end);
        (pair, facts)
    }

    fn judge(&self, need: &Need, offer: usize) -> (Judgement, Day) {
        let (pair, facts) = self.pair(need, offer);
        (self.book.of(&pair).judge(&pair, &facts), facts.end)
    }

    /// What a pair breaks, offers among it for which nobody stands.
    pub fn breached(&self, need: &Need, offer: usize, eligible: &Eligible) -> RuleSet {
        let breached = self.judge(need, offer).0.breached;
        if breached.is_empty() && eligible.untaught[offer] { breached.with(Rule::P4) } else { breached }
    }

    /// All eligible pairs, in order; nothing once `stop` says so.
    pub fn eligible(&self, stop: &dyn Fn() -> bool) -> Option<Eligible> {
        let mut edges = Vec::new();
        let mut latest: Vec<Option<Day>> = vec![None; self.market.offers.len()];
        for (student, need) in (0..).zip(&self.market.needs) {
            if stop() {
                return None;
            }
            for offer in self.index.candidates(&self.wish(need)) {
                let (judgement, end) = self.judge(need, offer as usize);
                if judgement.eligible() {
                    // No cost comes near: a thousand minutes and some ranks.
                    let cost = u32::try_from(judgement.cost).unwrap_or(u32::MAX);
                    edges.push(Edge { student, offer, cost });
                    let last = &mut latest[offer as usize];
                    *last = Some(last.map_or(end, |last| last.max(end)));
                }
            }
        }
        let standing: Vec<_> = (0..).zip(&latest).map(|(offer, end)| self.standing(offer, *end)).collect();
        let untaught = |(named, stand): (&Vec<&Educator>, &Vec<u32>)| !named.is_empty() && stand.is_empty();
        let untaught: Vec<bool> = self.named.iter().zip(&standing).map(untaught).collect();
        edges.retain(|edge| !untaught[edge.offer as usize]);
        Some(Eligible { edges, standing, untaught })
    }

    /// Who stands for an offer where the last of those who could come would end on a day; nobody where none could.
    fn standing(&self, offer: usize, latest_end: Option<Day>) -> Vec<u32> {
        let Some(end) = latest_end else { return vec![] };
        let number = |educator: &Educator| {
            self.market.educators.binary_search_by(|one| one.name.cmp(&educator.name)).ok()
        };
        self.named[offer]
            .iter()
            .filter(|educator| self.teachers.stands(educator, self.market.stage, end))
            .filter_map(|educator| number(educator).and_then(|at| u32::try_from(at).ok()))
            .collect()
    }

    /// How far the index looks for a need: as far as any edition of the rules that one of its pairs goes by lets it
    /// travel, and for no more days than it takes at least.
    fn wish(&self, need: &Need) -> Wish {
        let start = need.terms.start_date;
        let starts = self.opens.range(start..).copied().chain([start]);
        let (mut within_km, mut days) = (0.0_f64, u32::MAX);
        for rules in starts.map(|start| self.book.on(start)) {
            let numbers = &rules.numbers;
            let reach = numbers.travel.reach_km(rules.travel_limit(need), need.terms.drives);
            within_km = within_km.max(reach);
            days = days.min(numbers.days.required(need.stage));
        }
        // Whole weeks, and a day: bank holidays only add to that.
        let least = days.saturating_sub(1) / need.terms.weekdays.count() * 7 + 1;
        Wish::of(need, within_km, least)
    }
}

impl Market {
    /// Places that nobody holds or has taken.
    pub(super) fn places(&self) -> u64 {
        self.offers.iter().map(|offer| u64::from(offer.free())).sum()
    }
}
