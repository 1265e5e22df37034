//! The allocation that places most students at the least total cost.
//!
//! A minimum-cost flow from students through offers, and through the educators whom offers name, to the sink, found
//! by successive shortest paths over reduced costs:
//!
//! 1. [`most`] finds how many can be placed, without looking at costs, and parts what is scarce from what is not;
//! 2. [`scarce`] fills every scarce place, and [`plenty`] places every student who competes for nothing scarce, each
//!    by the cheapest chain of moves there is; both keep prices, at which no chain is cheaper than nothing;
//! 3. [`ties`] goes over to the first by name of all allocations that are as good.

mod most;
mod network;
mod parts;
mod plenty;
mod scarce;
mod search;
mod standing;
mod ties;

use super::{Allocation, Prices, Problem, Unsound};
use network::{NONE, Network};
use search::Search;
use standing::Standing;

/// The best allocation, and the prices that prove it.
///
/// Where several are as good it is the first when students are read in the order of their names: by who is placed at
/// all, then by offers, then by educators, each the first by name that is left in any of them. The order of pairs does
/// not matter.
///
/// # Errors
/// The problem names somebody it does not have.
pub fn solve(problem: &Problem) -> Result<Allocation, Unsound> {
    problem.check()?;
    let network = Network::of(problem);
    let mut most = Standing::empty(&network);
    let scarce = most::place_most(&mut most);
    let (among_scarce, among_plenty) = sides(&most, &scarce);
    let mut standing = beyond_the_cut(&most, &scarce);
    let mut low = Search::among(&network, &scarce, true);
    scarce::fill_all(&mut standing, &mut low, &scarce, &among_scarce);
    let mut high = Search::among(&network, &scarce, false);
    plenty::place_all(&mut standing, &mut high, &among_plenty);
    let prices = prices(problem, &network, &scarce, &low.price, &high.price);
    let beyond: Vec<i64> =
        prices.places(problem).iter().zip(&prices.offers).map(|(all, v)| all - v).collect();
    let matches = ties::first_by_name(&mut standing, &prices, &prices.places(problem), &beyond);
    Ok(Allocation { matches, prices })
}

/// Students who may get something scarce at best, and those who get something else.
fn sides(most: &Standing<'_>, scarce: &[bool]) -> (Vec<u32>, Vec<u32>) {
    let students = (0..most.network.students()).map(|student| u32::try_from(student).unwrap_or(NONE));
    students.partition(|student| {
        let offer = most.seats[*student as usize].to;
        offer == NONE || scarce[offer as usize]
    })
}

/// Nobody is placed yet; but where an offer's places are scarce and its educators are not, they keep as many learners
/// for it as will come.
fn beyond_the_cut<'a>(most: &Standing<'a>, scarce: &[bool]) -> Standing<'a> {
    let network = most.network;
    let mut standing = Standing::empty(network);
    for offer in (0..network.offers).filter(|offer| scarce[*offer] && !scarce[network.beyond(*offer)]) {
        for at in network.named.range(offer) {
            standing.learners[at] = most.learners[at];
            standing.taught[network.named.item(at) as usize] += most.learners[at];
        }
    }
    standing
}

/// Scarce prices are relative to being left out, which is dear enough to keep both kinds apart.
fn prices(problem: &Problem, network: &Network, scarce: &[bool], low: &[i64], high: &[i64]) -> Prices {
    let highest = high.iter().max().copied().unwrap_or(0);
    let lowest = low.iter().min().copied().unwrap_or(0);
    let unplaced = problem.least_unplaced() + highest - lowest;
    let price = |node: usize| if scarce[node] { unplaced + low[node] } else { high[node] };
    let offer = |offer: usize| {
        let beyond = if network.direct(offer) { 0 } else { price(network.beyond(offer)) };
        // An offer with nobody there may be cheaper than what lies beyond; nobody minds if it is not.
        if network.places[offer] == 0 { unplaced } else { (price(offer) - beyond).max(0) }
    };
    let educators = (0..network.educators).map(|number| price(network.educator(number)));
    let (offers, educators) = ((0..network.offers).map(offer).collect(), educators.collect());
    Prices { unplaced, students: vec![], offers, educators }.with_students(problem)
}
