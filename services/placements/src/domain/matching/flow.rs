//! The allocation that places most students at the least total cost, by shortest augmenting paths.

use super::{Allocation, Match, Prices, Problem, Unsound};
use std::collections::VecDeque;

/// An arc with what is left of it; its reverse is its neighbour, at its number with the last bit turned.
struct Arc {
    to: usize,
    room: u32,
    cost: i64,
}

#[derive(Default)]
struct Network {
    arcs: Vec<Arc>,
    leaving: Vec<Vec<usize>>,
}

impl Network {
    fn join(&mut self, from: usize, to: usize, room: u32, cost: i64) {
        self.leaving[from].push(self.arcs.len());
        self.leaving[to].push(self.arcs.len() + 1);
        self.arcs.push(Arc { to, room, cost });
        self.arcs.push(Arc { to: from, room: 0, cost: -cost });
    }

    /// Distances to `sink` over what is left, and the arc that each node leaves by.
    fn distances(&self, sink: usize, far: i64) -> (Vec<i64>, Vec<usize>) {
        let mut distance = vec![far; self.leaving.len()];
        let mut by = vec![usize::MAX; self.leaving.len()];
        distance[sink] = 0;
        let mut waiting = VecDeque::from([sink]);
        let mut waits = vec![false; self.leaving.len()];
        while let Some(node) = waiting.pop_front() {
            waits[node] = false;
            for entering in self.leaving[node].iter().map(|arc| arc ^ 1) {
                let (from, arc) = (self.arcs[entering ^ 1].to, &self.arcs[entering]);
                if arc.room > 0 && distance[node] + arc.cost < distance[from] {
                    distance[from] = distance[node] + arc.cost;
                    by[from] = entering;
                    if !std::mem::replace(&mut waits[from], true) {
                        waiting.push_back(from);
                    }
                }
            }
        }
        (distance, by)
    }
}

/// The best allocation, and the prices that prove it.
///
/// # Errors
/// The problem names somebody it does not have.
pub fn solve(problem: &Problem) -> Result<Allocation, Unsound> {
    problem.check()?;
    let unplaced = problem.least_unplaced();
    let (students, offers) = (problem.students as usize, problem.offers.len());
    let (into, out_of) = (|offer: usize| students + offer, |offer: usize| students + offers + offer);
    let teacher = |educator: usize| students + 2 * offers + educator;
    let sink = teacher(problem.educators.len());
    let mut network = Network { arcs: vec![], leaving: vec![vec![]; sink + 1] };
    for pair in &problem.pairs {
        network.join(pair.student as usize, into(pair.offer as usize), 1, pair.cost.into());
    }
    for student in 0..students {
        network.join(student, sink, 1, unplaced);
    }
    for (number, offer) in problem.offers.iter().enumerate() {
        network.join(into(number), out_of(number), offer.places, 0);
        for educator in &offer.educators {
            network.join(out_of(number), teacher(*educator as usize), u32::MAX / 2, 0);
        }
        if offer.educators.is_empty() {
            network.join(out_of(number), sink, u32::MAX / 2, 0);
        }
    }
    for (number, limit) in problem.educators.iter().enumerate() {
        network.join(teacher(number), sink, *limit, 0);
    }
    for student in 0..students {
        let (_, by) = network.distances(sink, unplaced.saturating_mul(2));
        let mut node = student;
        while node != sink {
            let arc = by[node];
            network.arcs[arc].room -= 1;
            network.arcs[arc ^ 1].room += 1;
            node = network.arcs[arc].to;
        }
    }
    let prices = prices(problem, &network, unplaced);
    let matches = matches(problem, &network);
    Ok(Allocation { matches, prices })
}

fn prices(problem: &Problem, network: &Network, unplaced: i64) -> Prices {
    let (students, offers) = (problem.students as usize, problem.offers.len());
    let (distance, _) = network.distances(network.leaving.len() - 1, unplaced + 1);
    let place = |offer: usize| distance[students + offer].max(0);
    let beyond = |offer: usize| distance[students + offers + offer].max(0);
    Prices {
        unplaced,
        students: vec![],
        offers: (0..offers).map(|offer| (place(offer) - beyond(offer)).max(0)).collect(),
        educators: distance[students + 2 * offers..distance.len() - 1].iter().map(|d| (*d).max(0)).collect(),
    }
    .with_students(problem)
}

fn matches(problem: &Problem, network: &Network) -> Vec<Option<Match>> {
    let (students, offers) = (problem.students as usize, problem.offers.len());
    let mut taught: Vec<Vec<u32>> = problem
        .offers
        .iter()
        .enumerate()
        .map(|(number, offer)| {
            let arcs = &network.leaving[students + offers + number][1..];
            let learners = offer.educators.iter().zip(arcs).map(|(e, arc)| (*e, network.arcs[arc ^ 1].room));
            learners.rev().flat_map(|(educator, many)| vec![educator; many as usize]).collect()
        })
        .collect();
    let mut matches: Vec<Option<Match>> = vec![None; students];
    for (number, pair) in problem.pairs.iter().enumerate() {
        if network.arcs[2 * number].room == 0 {
            let educator = taught[pair.offer as usize].pop();
            matches[pair.student as usize] = Some(Match { offer: pair.offer, educator, cost: pair.cost });
        }
    }
    matches
}
