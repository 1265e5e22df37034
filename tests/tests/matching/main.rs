//! The matcher against OR-tools, on problems that are too large to try everything.

#![allow(clippy::disallowed_methods, reason = "tests measure time, wait and make ids")]

use placements::domain::matching::{OfferPlaces, Pair, Problem, certificate, solve};
use practicum_tests::{dice::Dice, referee::Referee};

const INSTANCES: u64 = 500;

/// Up to 60 students, with every degree of scarcity, of ties, and of educators shared between offers.
fn problem(seed: u64) -> Problem {
    let mut dice = Dice::seeded(seed);
    let (students, offers) = (1 + dice.number(60), 1 + dice.number(20));
    let educators = if dice.percent(60) { dice.number(12) } else { 0 };
    let (chance, dearest, most) = (5 + dice.below(60), 1 + dice.number(1_000), 2 + dice.number(6));
    let naming = dice.below(50);
    let offer = |dice: &mut Dice| OfferPlaces {
        places: dice.number(most),
        educators: (0..educators).filter(|_| dice.percent(naming)).collect(),
    };
    let offers: Vec<OfferPlaces> = (0..offers).map(|_| offer(&mut dice)).collect();
    let educators = (0..educators).map(|_| dice.number(most)).collect();
    let mut pairs = Vec::new();
    for student in 0..students {
        for number in (0_u32..).take(offers.len()) {
            if dice.percent(chance) {
                pairs.push(Pair { student, offer: number, cost: dice.number(dearest) });
            }
        }
    }
    Problem { students, offers, educators, pairs }
}

#[test]
fn as_many_students_are_placed_as_cheaply_as_an_independent_solver_places_them() {
    let mut referee = Referee::start();
    let (mut left_out, mut taught) = (0, 0);
    for seed in 0..INSTANCES {
        let problem = problem(seed);
        let (found, ruling) = (solve(&problem).unwrap(), referee.solve(&problem));
        assert_eq!(
            (found.placed(), found.total_cost()),
            (ruling.placed, ruling.total_cost),
            "instance {seed}: {problem:?}"
        );
        assert_eq!(certificate::verify(&problem, &found), Ok(()), "instance {seed}: {problem:?}");
        left_out += usize::from(found.placed() < found.matches.len());
        taught += usize::from(found.matches.iter().flatten().any(|found| found.educator.is_some()));
    }
    // The instances are worth something: many are scarce, many have educators.
    assert!(left_out > 100 && taught > 100, "{left_out} with students left out, {taught} with educators");
}
