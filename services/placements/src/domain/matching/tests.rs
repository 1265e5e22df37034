//! The solver against trying everything, and the certificate against lies.

use super::{Allocation, OfferPlaces, Pair, Problem, certificate, solve};
use proptest::{collection::vec, prelude::*, sample::subsequence};

/// Small problems with everything in them: dear and cheap pairs that tie, offers without places, educators that
/// several offers share.
pub fn problems(students: u32, offers: u32, dearest: u32) -> impl Strategy<Value = Problem> {
    (0..4_u32).prop_flat_map(move |educators| {
        let named = subsequence((0..educators).collect::<Vec<u32>>(), 0..=educators as usize);
        let offer = (0..4_u32, named).prop_map(|(places, educators)| OfferPlaces { places, educators });
        let pair = (0..students, 0..offers, 0..=dearest);
        let pair = pair.prop_map(|(student, offer, cost)| Pair { student, offer, cost });
        let pairs = vec(pair, 0..(students * offers) as usize);
        (vec(offer, offers as usize), vec(0..4_u32, educators as usize), pairs)
            .prop_map(move |(offers, educators, pairs)| Problem { students, offers, educators, pairs })
    })
}

/// Every allocation there is, by trying; the best by students left out, then cost, then who, where, with whom.
pub fn by_trying(problem: &Problem) -> (usize, u64) {
    fn go(problem: &Problem, student: u32, places: &mut [u32], limits: &mut [u32]) -> (usize, u64) {
        if student == problem.students {
            return (0, 0);
        }
        let (out, cost) = go(problem, student + 1, places, limits);
        let mut best = (out + 1, cost);
        for pair in problem.pairs.iter().filter(|pair| pair.student == student) {
            let offer = pair.offer as usize;
            if places[offer] == 0 {
                continue;
            }
            places[offer] -= 1;
            let named = problem.offers[offer].educators.iter().map(|e| Some(*e as usize));
            let alone = problem.offers[offer].educators.is_empty().then_some(None);
            for educator in named.chain(alone) {
                if educator.is_some_and(|e| limits[e] == 0) {
                    continue;
                }
                educator.inspect(|e| limits[*e] -= 1);
                let (out, cost) = go(problem, student + 1, places, limits);
                best = best.min((out, cost + u64::from(pair.cost)));
                educator.inspect(|e| limits[*e] += 1);
            }
            places[offer] += 1;
        }
        best
    }
    let mut places: Vec<u32> = problem.offers.iter().map(|offer| offer.places).collect();
    go(problem, 0, &mut places, &mut problem.educators.clone())
}

fn value(allocation: &Allocation) -> (usize, u64) {
    (allocation.matches.len() - allocation.placed(), allocation.total_cost())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn no_allocation_is_better_than_the_one_found(problem in problems(5, 4, 6)) {
        let found = solve(&problem).unwrap();
        prop_assert_eq!(value(&found), by_trying(&problem));
        prop_assert_eq!(certificate::verify(&problem, &found), Ok(()));
    }
}
