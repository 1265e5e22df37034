//! The solver against trying everything, and the certificate against lies.

use super::{Allocation, Match, OfferPlaces, Pair, Problem, Unsound, certificate, certificate::Doubt, solve};
use proptest::{collection::vec, prelude::*, sample::subsequence};

/// Problems with everything in them: dear and cheap pairs that tie, offers without places, educators whom several
/// offers share.
fn problems(students: u32, offers: u32, dearest: u32, places: u32) -> impl Strategy<Value = Problem> {
    (0..4_u32).prop_flat_map(move |educators| {
        let named = subsequence((0..educators).collect::<Vec<u32>>(), 0..=educators as usize);
        let offer = (0..places, named).prop_map(|(places, educators)| OfferPlaces { places, educators });
        let pair = (0..students, 0..offers, 0..=dearest);
        let pair = pair.prop_map(|(student, offer, cost)| Pair { student, offer, cost });
        let pairs = vec(pair, 0..(students * offers) as usize);
        (vec(offer, offers as usize), vec(0..places, educators as usize), pairs)
            .prop_map(move |(offers, educators, pairs)| Problem { students, offers, educators, pairs })
    })
}

type Found = Vec<Option<Match>>;

/// Best first: students left out, cost, who is, where the others are, with whom.
fn rank(found: &Found) -> impl Ord + use<> {
    let column = |of: fn(&Match) -> Option<u32>| -> Vec<Option<u32>> {
        found.iter().map(|m| m.as_ref().and_then(of)).collect()
    };
    (
        found.iter().filter(|m| m.is_none()).count(),
        found.iter().flatten().map(|m| u64::from(m.cost)).sum::<u64>(),
        found.iter().map(Option::is_none).collect::<Vec<bool>>(),
        column(|m| Some(m.offer)),
        column(|m| m.educator),
    )
}

/// Tries every allocation there is.
struct Trial<'a> {
    problem: &'a Problem,
    places: Vec<u32>,
    limits: Vec<u32>,
    now: Found,
    best: Option<Found>,
}

impl Trial<'_> {
    fn of(problem: &Problem) -> Found {
        let places = problem.offers.iter().map(|offer| offer.places).collect();
        let mut trial = Trial { problem, places, limits: problem.educators.clone(), now: vec![], best: None };
        trial.go();
        trial.best.unwrap()
    }

    fn go(&mut self) {
        let student = u32::try_from(self.now.len()).unwrap();
        if student == self.problem.students {
            if self.best.as_ref().is_none_or(|best| rank(&self.now) < rank(best)) {
                self.best = Some(self.now.clone());
            }
            return;
        }
        self.with(None);
        for pair in self.problem.pairs.iter().filter(|pair| pair.student == student) {
            let named = &self.problem.offers[pair.offer as usize].educators;
            let alone = named.is_empty().then_some(None);
            for educator in named.iter().copied().map(Some).chain(alone) {
                self.with(Some(Match { offer: pair.offer, educator, cost: pair.cost }));
            }
        }
    }

    fn with(&mut self, choice: Option<Match>) {
        if let Some(choice) = choice {
            let full = self.places[choice.offer as usize] == 0
                || choice.educator.is_some_and(|e| self.limits[e as usize] == 0);
            if full {
                return;
            }
            self.places[choice.offer as usize] -= 1;
            choice.educator.inspect(|e| self.limits[*e as usize] -= 1);
        }
        self.now.push(choice);
        self.go();
        self.now.pop();
        if let Some(choice) = choice {
            self.places[choice.offer as usize] += 1;
            choice.educator.inspect(|e| self.limits[*e as usize] += 1);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn the_first_by_name_of_the_best_allocations_is_found(problem in problems(5, 4, 3, 4)) {
        let found = solve(&problem).unwrap();
        prop_assert_eq!(&found.matches, &Trial::of(&problem));
        prop_assert_eq!(certificate::verify(&problem, &found), Ok(()));
    }

    #[test]
    fn every_allocation_comes_with_its_proof(problem in problems(40, 12, 30, 8)) {
        let found = solve(&problem).unwrap();
        prop_assert_eq!(certificate::verify(&problem, &found), Ok(()));
    }

    #[test]
    fn costs_may_be_as_large_as_they_go(problem in problems(12, 6, u32::MAX, 4)) {
        let found = solve(&problem).unwrap();
        prop_assert_eq!(certificate::verify(&problem, &found), Ok(()));
    }

    #[test]
    fn the_order_of_pairs_does_not_matter(
        (problem, shuffled) in problems(20, 8, 3, 5).prop_flat_map(|problem| {
            let pairs = Just(problem.pairs.clone()).prop_shuffle();
            (Just(problem), pairs)
        }),
    ) {
        let found = solve(&problem).unwrap();
        let again = solve(&Problem { pairs: shuffled, ..problem }).unwrap();
        prop_assert_eq!(found, again);
    }

    #[test]
    fn an_allocation_that_was_meddled_with_is_not_proved(
        problem in problems(12, 6, 9, 4), student in 0..12_usize, offer in 0..6_u32, cost in 0..10_u32,
    ) {
        let mut found = solve(&problem).unwrap();
        let (placed, total) = (found.placed(), found.total_cost());
        let educator = problem.offers[offer as usize].educators.first().copied();
        found.matches[student] = Some(Match { offer, educator, cost });
        if (found.placed(), found.total_cost()) != (placed, total) {
            prop_assert!(certificate::verify(&problem, &found).is_err());
        }
        found.matches[student] = None;
        prop_assert!(found.placed() == placed || certificate::verify(&problem, &found).is_err());
    }
}

/// Two students, one place with a certain educator and one without.
fn small() -> (Problem, Allocation) {
    let offers =
        vec![OfferPlaces { places: 1, educators: vec![0] }, OfferPlaces { places: 1, educators: vec![] }];
    let pair = |student, offer, cost| Pair { student, offer, cost };
    let pairs = vec![pair(0, 0, 1), pair(0, 1, 4), pair(1, 0, 2)];
    let problem = Problem { students: 2, offers, educators: vec![1], pairs };
    let allocation = solve(&problem).unwrap();
    (problem, allocation)
}

#[test]
fn more_students_are_placed_before_cheaper_ones() {
    let (problem, found) = small();
    let place = |offer, educator, cost| Some(Match { offer, educator, cost });
    assert_eq!(found.matches, [place(1, None, 4), place(0, Some(0), 2)]);
    assert_eq!(certificate::verify(&problem, &found), Ok(()));
}

#[test]
fn every_kind_of_lie_is_found() {
    let (problem, found) = small();
    let doubt = |lie: &dyn Fn(&mut Allocation)| {
        let mut told = found.clone();
        lie(&mut told);
        certificate::verify(&problem, &told).unwrap_err()
    };
    let seat = |offer, educator, cost| Some(Match { offer, educator, cost });
    assert_eq!(doubt(&|a| a.matches.truncate(1)), Doubt::Shape);
    assert_eq!(doubt(&|a| a.prices.offers.push(0)), Doubt::Shape);
    assert_eq!(doubt(&|a| a.matches[1] = seat(1, None, 2)), Doubt::NotEligible(1));
    assert_eq!(doubt(&|a| a.matches[0] = seat(1, None, 3)), Doubt::NotEligible(0));
    assert_eq!(doubt(&|a| a.matches[1] = seat(0, None, 2)), Doubt::Educator(1));
    assert_eq!(doubt(&|a| a.matches[0] = seat(0, Some(0), 1)), Doubt::OverPlaces(0));
    assert_eq!(doubt(&|a| a.prices.unplaced = 3), Doubt::Price);
    assert_eq!(doubt(&|a| a.prices.educators[0] = -1), Doubt::Price);
    assert_eq!(doubt(&|a| a.prices.students[1] += 1), Doubt::Student(1));
    assert!(matches!(doubt(&|a| a.prices.students[1] -= 1), Doubt::Gap { .. }));
    assert!(matches!(doubt(&|a| a.matches[1] = None), Doubt::Gap { .. }));
    assert!(matches!(doubt(&|a| a.prices.offers[1] += 1), Doubt::Gap { .. }));
}

#[test]
fn an_educator_shared_by_two_offers_teaches_no_more_than_they_may() {
    let offers = vec![OfferPlaces { places: 3, educators: vec![0] }; 2];
    let pairs = (0..4).flat_map(|student| (0..2).map(move |offer| Pair { student, offer, cost: 0 }));
    let mut problem = Problem { students: 4, offers, educators: vec![2], pairs: pairs.collect() };
    let found = solve(&problem).unwrap();
    let first = Some(Match { offer: 0, educator: Some(0), cost: 0 });
    assert_eq!(found.matches, [first, first, None, None]);
    problem.educators[0] = 3;
    let mut over = solve(&problem).unwrap();
    problem.educators[0] = 2;
    over.prices = found.prices;
    assert_eq!(certificate::verify(&problem, &over), Err(Doubt::OverLimit(0)));
}

#[test]
fn nobody_and_nothing_is_a_problem_too() {
    assert_eq!(solve(&Problem::default()).unwrap().matches, []);
    let alone = Problem { students: 2, ..Problem::default() };
    let found = solve(&alone).unwrap();
    assert_eq!((found.placed(), certificate::verify(&alone, &found)), (0, Ok(())));
}

#[test]
fn a_problem_that_names_somebody_unknown_is_refused() {
    let pair = |student, offer| Problem { pairs: vec![Pair { student, offer, cost: 0 }], ..small().0 };
    assert_eq!(solve(&pair(2, 0)).unwrap_err(), Unsound::Pair(0));
    assert_eq!(solve(&pair(0, 2)).unwrap_err(), Unsound::Pair(0));
    for educators in [vec![1], vec![0, 0]] {
        let offers = vec![OfferPlaces { places: 1, educators }];
        let problem = Problem { offers, pairs: vec![], ..small().0 };
        assert_eq!(solve(&problem).unwrap_err(), Unsound::Offer(0));
    }
}
