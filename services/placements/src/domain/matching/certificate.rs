//! A proof that an allocation is best, checked without knowing how it was found.
//!
//! Linear programming duality: whatever the prices are, no allocation can cost less than what students would pay at
//! most minus what places and educators cost in all. An allocation that costs just that is therefore best, and so
//! equality is all that has to be checked, once everybody is known to be where they may be. Leaving somebody out is
//! reckoned at more than any allocation can cost, so that "best" means most students first.
//!
//! Takes time in proportion to pairs, offers and educators.

use super::{Allocation, Match, Problem};

/// Why an allocation is not proved best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    #[error("it does not have as many students, offers or educators as the problem")]
    Shape,
    #[error("student {0} is not eligible for their place at its cost")]
    NotEligible(usize),
    #[error("student {0} has no educator whom their offer names")]
    Educator(usize),
    #[error("offer {0} has more students than places")]
    OverPlaces(usize),
    #[error("educator {0} has more learners than they may")]
    OverLimit(usize),
    #[error("a price is below nothing, or leaving somebody out is reckoned too cheap")]
    Price,
    #[error("student {0} could be placed for less than their price says")]
    Student(usize),
    #[error("it costs {cost}, and at its prices {least} might do")]
    Gap { cost: i128, least: i128 },
}

/// Checks that nobody is anywhere they may not be, and that no allocation is better.
///
/// # Errors
/// What does not hold.
pub fn verify(problem: &Problem, allocation: &Allocation) -> Result<(), Doubt> {
    let prices = &allocation.prices;
    let shapes = [
        (allocation.matches.len(), problem.students as usize),
        (prices.students.len(), problem.students as usize),
        (prices.offers.len(), problem.offers.len()),
        (prices.educators.len(), problem.educators.len()),
    ];
    if shapes.iter().any(|(has, needs)| has != needs) {
        return Err(Doubt::Shape);
    }
    eligible(problem, allocation)?;
    within_limits(problem, allocation)?;
    let least = least(problem, allocation)?;
    let reckoned = |found: &Option<Match>| found.map_or(prices.unplaced, |m| m.cost.into());
    let cost = allocation.matches.iter().map(|found| i128::from(reckoned(found))).sum();
    if cost == least { Ok(()) } else { Err(Doubt::Gap { cost, least }) }
}

/// Everybody is where a pair says, with an educator whom the offer names.
fn eligible(problem: &Problem, allocation: &Allocation) -> Result<(), Doubt> {
    let mut seen = vec![false; allocation.matches.len()];
    for pair in &problem.pairs {
        let found = &allocation.matches[pair.student as usize];
        seen[pair.student as usize] |= found.is_some_and(|m| (m.offer, m.cost) == (pair.offer, pair.cost));
    }
    for (student, found) in allocation.matches.iter().enumerate() {
        let Some(found) = found else { continue };
        if !seen[student] {
            return Err(Doubt::NotEligible(student));
        }
        let named = &problem.offers[found.offer as usize].educators;
        let taught = match found.educator {
            None => named.is_empty(),
            Some(educator) => named.binary_search(&educator).is_ok(),
        };
        if !taught {
            return Err(Doubt::Educator(student));
        }
    }
    Ok(())
}

fn within_limits(problem: &Problem, allocation: &Allocation) -> Result<(), Doubt> {
    let (mut offers, mut educators) =
        (vec![0_u32; problem.offers.len()], vec![0_u32; problem.educators.len()]);
    for found in allocation.matches.iter().flatten() {
        offers[found.offer as usize] += 1;
        if let Some(educator) = found.educator {
            educators[educator as usize] += 1;
        }
    }
    let over = offers.iter().zip(&problem.offers).position(|(taken, offer)| *taken > offer.places);
    over.map_or(Ok(()), |offer| Err(Doubt::OverPlaces(offer)))?;
    let over = educators.iter().zip(&problem.educators).position(|(learners, limit)| learners > limit);
    over.map_or(Ok(()), |educator| Err(Doubt::OverLimit(educator)))
}

/// What every allocation costs at least, by the prices: once they are prices that prove anything.
fn least(problem: &Problem, allocation: &Allocation) -> Result<i128, Doubt> {
    let prices = &allocation.prices;
    let negative = prices.offers.iter().chain(&prices.educators).any(|price| *price < 0);
    if negative || prices.unplaced < problem.least_unplaced() {
        return Err(Doubt::Price);
    }
    let wide = |price: i64| i128::from(price);
    let place = prices.places(problem);
    let dear = prices.students.iter().position(|price| *price > prices.unplaced);
    let dear = dear.or_else(|| {
        let cheaper = |student: usize, cost: u32, offer: usize| {
            i64::from(cost).saturating_add(place[offer]) < prices.students[student]
        };
        let pairs = problem.pairs.iter().map(|pair| (pair.student as usize, pair.cost, pair.offer as usize));
        pairs.into_iter().find(|(student, cost, offer)| cheaper(*student, *cost, *offer)).map(|found| found.0)
    });
    if let Some(student) = dear {
        return Err(Doubt::Student(student));
    }
    let students: i128 = prices.students.iter().map(|price| wide(*price)).sum();
    let offers = problem.offers.iter().zip(&prices.offers);
    let offers: i128 = offers.map(|(offer, price)| i128::from(offer.places) * wide(*price)).sum();
    let educators = problem.educators.iter().zip(&prices.educators);
    let educators: i128 = educators.map(|(limit, price)| i128::from(*limit) * wide(*price)).sum();
    Ok(students - offers - educators)
}
