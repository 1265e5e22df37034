//! What both directions of search share: a frontier by distance, and prices that make every distance at least nothing.

use super::{
    network::{NONE, Network},
    standing::{Standing, Step},
};
use std::{cmp::Reverse, collections::BinaryHeap};

/// Further than any path.
pub const FAR: i64 = i64::MAX / 4;
/// Nearer than any path: a search never comes to a node that already is so near.
pub const CLOSED: i64 = -FAR;

/// Buffers of a search; they are cleared by what was touched, not by size.
pub struct Search {
    /// By node: the sum of costs of the best path found to it, without prices.
    pub reach: Vec<i64>,
    /// By node: what it costs beyond costs.
    pub price: Vec<i64>,
    /// By node: the step of the best path there.
    pub came: Vec<Step>,
    /// Length of the shortest path that ends, as far as found, and where it does.
    pub best: i64,
    pub end: Option<Step>,
    frontier: BinaryHeap<Reverse<(i64, u32)>>,
    touched: Vec<u32>,
    settled: Vec<(u32, i64)>,
}

impl Search {
    /// A search among the nodes that are scarce, or among the others.
    pub fn among(network: &Network, scarce: &[bool], side: bool) -> Self {
        let none = Step { from: NONE, to: NONE, student: NONE, cost: 0 };
        Self {
            reach: scarce.iter().map(|scarce| if *scarce == side { FAR } else { CLOSED }).collect(),
            price: vec![0; network.sink()],
            came: vec![none; network.sink()],
            best: FAR,
            end: None,
            frontier: BinaryHeap::new(),
            touched: Vec::new(),
            settled: Vec::new(),
        }
    }

    /// Notes a shorter path to a node, of this length with prices.
    #[inline]
    pub fn come(&mut self, node: u32, reach: i64, length: i64, step: Step) {
        let at = node as usize;
        if self.reach[at] == FAR {
            self.touched.push(node);
        }
        self.reach[at] = reach;
        self.came[at] = step;
        self.frontier.push(Reverse((length, node)));
    }

    /// The nearest node that was not left yet, unless an end is as near. `sign` is that of prices in a length.
    #[inline]
    pub fn nearest(&mut self, sign: i64) -> Option<(u32, i64)> {
        while let Some(Reverse((length, node))) = self.frontier.pop() {
            if length >= self.best {
                return None;
            }
            let reach = self.reach[node as usize];
            if length == reach + sign * self.price[node as usize] {
                self.settled.push((node, length));
                return Some((node, reach));
            }
        }
        None
    }

    /// After a search: nodes nearer than the end become dearer by the difference (or cheaper, by `sign`), so that the
    /// path found costs nothing beyond its prices, and the next search begins anew.
    pub fn reprice(&mut self, sign: i64) {
        // Without an end nothing was learnt. A node may be here twice, if two paths to it are of the same length.
        for (node, length) in self.settled.drain(..).filter(|_| self.end.is_some()) {
            if std::mem::replace(&mut self.reach[node as usize], FAR) != FAR {
                self.price[node as usize] += sign * (self.best - length);
            }
        }
        for node in self.touched.drain(..) {
            self.reach[node as usize] = FAR;
        }
        self.frontier.clear();
        self.best = FAR;
        self.end = None;
    }

    /// Makes the moves of a path, from its last step to the one that came from nowhere.
    pub fn walk(&self, standing: &mut Standing<'_>, last: Step) {
        let mut step = last;
        loop {
            standing.take(step);
            if step.from == NONE {
                return;
            }
            step = self.came[step.from as usize];
        }
    }
}
