//! Matching: which student is offered which place, so that as many as possible are placed at the least total cost.
//!
//! Everything here speaks in numbers: student 3 is the fourth student in the order of names, and so are offers and
//! educators. The caller sorts by name and keeps the names; that is what makes the same input give the same answer
//! however it was read. Who may go where is decided before (an [`index`] finds candidates, the rule book judges
//! them); here a pair is eligible because it is in [`Problem::pairs`], and what it costs is its `cost`.
//!
//! ```
//! use placements::domain::matching::{OfferPlaces, Pair, Problem, certificate, solve};
//!
//! let problem = Problem {
//!     students: 2,
//!     // One place whoever teaches; two places with educator 0, who can take on one student.
//!     offers: vec![
//!         OfferPlaces { places: 1, educators: vec![] },
//!         OfferPlaces { places: 2, educators: vec![0] },
//!     ],
//!     educators: vec![1],
//!     pairs: vec![
//!         Pair { student: 0, offer: 0, cost: 1 },
//!         Pair { student: 0, offer: 1, cost: 5 },
//!         Pair { student: 1, offer: 0, cost: 3 },
//!     ],
//! };
//! let allocation = solve(&problem)?;
//! assert_eq!((allocation.placed(), allocation.total_cost()), (2, 8));
//! certificate::verify(&problem, &allocation)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod certificate;
mod flow;
pub mod index;

pub use flow::solve;

/// Students, offers and educators by their numbers in the order of names, and the pairs that no hard rule forbids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// How many students there are.
    pub students: u32,
    pub offers: Vec<OfferPlaces>,
    /// How many more learners each educator may take on.
    pub educators: Vec<u32>,
    /// In any order. Of a pair that is there twice the cheaper counts.
    pub pairs: Vec<Pair>,
}

/// What an offer has to give.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfferPlaces {
    /// Free places.
    pub places: u32,
    /// Who may teach there, in order, each named once; other offers may name them too. An offer that names nobody is
    /// limited by its places alone.
    pub educators: Vec<u32>,
}

/// A student who may go to an offer, and what that costs by the soft rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    pub student: u32,
    pub offer: u32,
    pub cost: u32,
}

/// Who goes where, and the prices that prove it best.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allocation {
    /// By student; nothing for those who are left out.
    pub matches: Vec<Option<Match>>,
    pub prices: Prices,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    pub offer: u32,
    /// One of those the offer names, where it names any.
    pub educator: Option<u32>,
    pub cost: u32,
}

/// What scarcity adds to costs, in the same unit. At these prices nobody would go anywhere else, and nothing that is
/// left over costs anything: that is why no other allocation is better (see [`certificate`]).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prices {
    /// What leaving a student out is reckoned at: more than any allocation can cost.
    pub unplaced: i64,
    /// The least that each student could be placed for, their place's price included; at most `unplaced`.
    pub students: Vec<i64>,
    /// What one more place at each offer would save.
    pub offers: Vec<i64>,
    /// What one more learner with each educator would save.
    pub educators: Vec<i64>,
}

impl Prices {
    /// Finds the students' from the others: the least that each could be placed for.
    fn with_students(mut self, problem: &Problem) -> Self {
        let place = self.places(problem);
        self.students = vec![self.unplaced; problem.students as usize];
        for pair in &problem.pairs {
            let price = &mut self.students[pair.student as usize];
            *price = (i64::from(pair.cost) + place[pair.offer as usize]).min(*price);
        }
        self
    }

    /// What a place at each offer costs with the educator there who costs least.
    fn places(&self, problem: &Problem) -> Vec<i64> {
        let place = |(offer, price): (&OfferPlaces, &i64)| {
            let educators = offer.educators.iter().map(|e| self.educators[*e as usize]);
            price.saturating_add(educators.min().unwrap_or(0))
        };
        problem.offers.iter().zip(&self.offers).map(place).collect()
    }
}

impl Allocation {
    /// How many students have a place.
    pub fn placed(&self) -> usize {
        self.matches.iter().flatten().count()
    }

    pub fn total_cost(&self) -> u64 {
        self.matches.iter().flatten().map(|m| u64::from(m.cost)).sum()
    }
}

/// A problem that names somebody it does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsound {
    #[error("pair {0} names a student or an offer that is not there")]
    Pair(usize),
    #[error("offer {0} names an educator who is not there, or out of order")]
    Offer(usize),
    #[error("more than two thousand million students, offers, educators or pairs")]
    TooMany,
}

impl Problem {
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), Unsound> {
        let most = self.offers.len().max(self.educators.len()).max(self.pairs.len());
        if i32::try_from(most).is_err() || i32::try_from(self.students).is_err() {
            return Err(Unsound::TooMany);
        }
        let known = |pair: &Pair| pair.student < self.students && (pair.offer as usize) < self.offers.len();
        if let Some(bad) = self.pairs.iter().position(|pair| !known(pair)) {
            return Err(Unsound::Pair(bad));
        }
        let sound = |offer: &OfferPlaces| {
            offer.educators.is_sorted_by(|a, b| a < b)
                && offer.educators.last().is_none_or(|last| (*last as usize) < self.educators.len())
        };
        self.offers.iter().position(|offer| !sound(offer)).map_or(Ok(()), |bad| Err(Unsound::Offer(bad)))
    }

    /// What leaving a student out has to be reckoned at for as many as possible to be placed: more than all students'
    /// dearest pairs together.
    pub(crate) fn least_unplaced(&self) -> i64 {
        let mut dearest = vec![0_u32; self.students as usize];
        for pair in &self.pairs {
            let most = &mut dearest[pair.student as usize];
            *most = pair.cost.max(*most);
        }
        1 + dearest.into_iter().map(i64::from).sum::<i64>()
    }
}

#[cfg(test)]
mod tests;
