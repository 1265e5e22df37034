//! All who look and all who offer, and the best that can be done for them.

use super::{
    Found, FoundPlace, Share,
    judged::{Eligible, Judge},
    shares,
};
use crate::domain::{
    Educator, Need, Offer, Stage,
    matching::{Allocation, OfferPlaces, Problem, solve},
    rules::{Obstacles, PastPlacement, RuleBook},
};
use std::collections::HashMap;
use vocabulary::{Instant, PartnerId, PartnerKind, PersonName};

/// What takes part in a run: the open needs of a year and stage, and the open offers that have free places for them.
#[derive(Clone, Debug)]
pub struct Market {
    pub stage: Stage,
    /// By name, as are offers and educators: that is what makes the same input give the same answer.
    pub needs: Vec<Need>,
    pub offers: Vec<Offer>,
    /// The hosts'.
    pub educators: Vec<Educator>,
    /// The students' placements made here.
    pub past: HashMap<PersonName, Vec<PastPlacement>>,
    pub kinds: HashMap<PartnerId, PartnerKind>,
    pub now: Instant,
}

/// What a run comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings {
    pub places: u64,
    pub eligible_pairs: u64,
    pub matched: u64,
    pub total_cost: u64,
    pub shares: Vec<Share>,
    /// By need.
    pub found: Vec<Found>,
}

/// Why a run came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfinished {
    /// Whoever asked no longer waits.
    Stopped,
    /// The market is more than can be reckoned with.
    Unsound,
}

impl Market {
    /// Puts everything in the order of names.
    pub fn sort(&mut self) {
        self.needs.sort_by(|one, other| one.name.cmp(&other.name));
        self.offers.sort_by(|one, other| one.name.cmp(&other.name));
        self.educators.sort_by(|one, other| one.name.cmp(&other.name));
    }

    /// The best allocation: as many students as can be, then the least cost; ties by name. `stop` is asked now and then.
    ///
    /// # Errors
    /// It was stopped, or the market is too large.
    pub fn run(&self, book: &RuleBook, stop: &dyn Fn() -> bool) -> Result<Findings, Unfinished> {
        let judge = Judge::of(self, book);
        let eligible = judge.eligible(stop).ok_or(Unfinished::Stopped)?;
        let problem = self.problem(&eligible)?;
        let allocation = solve(&problem).map_err(|_| Unfinished::Unsound)?;
        let placed = |need: usize| {
            let found = allocation.matches[need]?;
            self.offers.get(found.offer as usize)
        };
        let found = (0..self.needs.len()).map(|need| {
            if stop() {
                Err(Unfinished::Stopped)
            } else {
                Ok(self.found(need, &judge, &eligible, &allocation))
            }
        });
        Ok(Findings {
            places: self.places(),
            eligible_pairs: problem.pairs.len() as u64,
            matched: allocation.placed() as u64,
            total_cost: allocation.total_cost(),
            found: found.collect::<Result<_, _>>()?,
            shares: shares(self.needs.iter().enumerate().map(|(at, need)| (need, placed(at)))),
        })
    }

    fn problem(&self, eligible: &Eligible) -> Result<Problem, Unfinished> {
        let offers = self.offers.iter().zip(&eligible.standing);
        Ok(Problem {
            students: u32::try_from(self.needs.len()).map_err(|_| Unfinished::Unsound)?,
            offers: offers
                .map(|(offer, standing)| OfferPlaces { places: offer.free(), educators: standing.clone() })
                .collect(),
            educators: self.educators.iter().map(Educator::free).collect(),
            pairs: eligible.edges.clone(),
        })
    }

    /// What is told of one student.
    fn found(&self, at: usize, judge: &Judge, eligible: &Eligible, allocation: &Allocation) -> Found {
        let need = &self.needs[at];
        let (name, need_revision) = (need.name.clone(), need.revision);
        let Some(found) = allocation.matches[at] else {
            let mut obstacles = Obstacles::default();
            for (number, offer) in self.offers.iter().enumerate() {
                obstacles.add(judge.breached(need, number, eligible), offer.free().into());
            }
            let rules = vec![obstacles.result(judge.book.on(need.terms.start_date), need)];
            return Found { need: name, need_revision, place: None, rules };
        };
        let offer = &self.offers[found.offer as usize];
        let (pair, facts) = judge.pair(need, found.offer as usize);
        let place = FoundPlace {
            offer: offer.name.clone(),
            offer_revision: offer.revision,
            educator: found.educator.map(|number| self.educators[number as usize].name.clone()),
            cost: found.cost.into(),
        };
        let rules = judge.book.of(&pair).check(&pair, &facts).rules;
        Found { need: name, need_revision, place: Some(place), rules }
    }
}
