//! How many students can be placed at all, and what stands in the way of the others.
//!
//! The nodes that those who are left out can reach by any chain of moves are *scarce*: all of their places and
//! educators are in use, by students who can reach scarce nodes alone, in every allocation that places most
//! (Dulmage and Mendelsohn). So scarce and plentiful nodes are two problems that do not meet: among the scarce ones
//! every place is filled and students are to spare, among the others every student is placed and places are to
//! spare. Each is then solved from the side that has nothing to spare, where paths are short.

use super::{
    network::{NONE, Network, Node},
    standing::{Standing, Step},
};

/// Fills `standing` with as many students as possible; by node, whether it is scarce.
pub fn place_most(standing: &mut Standing<'_>) -> Vec<bool> {
    let network = standing.network;
    let mut waiting = Vec::new();
    for student in 0..network.students() {
        let number = u32::try_from(student).unwrap_or(NONE);
        let pairs = network.pairs.row(student);
        if !pairs.iter().any(|arc| standing.settle(number, *arc)) && !pairs.is_empty() {
            waiting.push(number);
        }
    }
    // Each round looks at a node once, whoever comes by. The round in which nobody finds a place has reached all
    // that can be reached.
    loop {
        let mut round = Round::new(network);
        let before = waiting.len();
        waiting.retain(|student| !round.place(standing, *student));
        if waiting.len() == before {
            return round.seen;
        }
    }
}

struct Round {
    seen: Vec<bool>,
    came: Vec<Step>,
    queue: Vec<u32>,
}

impl Round {
    fn new(network: &Network) -> Self {
        let none = Step { from: NONE, to: NONE, student: NONE, cost: 0 };
        let nodes = network.sink();
        Self { seen: vec![false; nodes], came: vec![none; nodes], queue: Vec::new() }
    }

    /// Looks for a chain of moves that ends where there is room, and makes it.
    fn place(&mut self, standing: &mut Standing<'_>, student: u32) -> bool {
        self.queue.clear();
        let mut found = self.look(standing, NONE, student);
        let mut next = 0;
        while found.is_none() && next < self.queue.len() {
            let node = self.queue[next];
            next += 1;
            found = self.expand(standing, node);
        }
        let Some(mut node) = found else { return false };
        while node != NONE {
            let step = self.came[node as usize];
            standing.take(step);
            node = step.from;
        }
        true
    }

    /// Where the offers of a student, who comes from a node, lead.
    fn look(&mut self, standing: &Standing<'_>, from: u32, student: u32) -> Option<u32> {
        let pairs = standing.network.pairs.row(student as usize);
        pairs.iter().find_map(|arc| self.visit(standing, Step { from, to: arc.to, student, cost: arc.cost }))
    }

    /// Notes a node that was not seen before; it is the end if it has room.
    fn visit(&mut self, standing: &Standing<'_>, step: Step) -> Option<u32> {
        let to = step.to as usize;
        if std::mem::replace(&mut self.seen[to], true) {
            return None;
        }
        self.came[to] = step;
        self.queue.push(step.to);
        standing.has_room(to).then_some(step.to)
    }

    fn expand(&mut self, standing: &Standing<'_>, from: u32) -> Option<u32> {
        let network = standing.network;
        let to = |node: usize| Step { from, to: u32::try_from(node).unwrap_or(NONE), student: NONE, cost: 0 };
        match network.kind(from as usize) {
            Node::Offer(offer) => {
                let beyond = (!network.direct(offer) && standing.has_place(offer))
                    .then(|| self.visit(standing, to(network.beyond(offer))));
                if let Some(Some(end)) = beyond {
                    return Some(end);
                }
                standing.at(offer).iter().find_map(|student| self.look(standing, from, *student))
            }
            Node::Beyond(offer) => {
                let named = network.named.row(offer).iter().map(|e| network.educator(*e as usize));
                let back = (standing.used[offer] > 0).then_some(offer);
                named.chain(back).find_map(|node| self.visit(standing, to(node)))
            }
            Node::Educator(educator) => {
                let naming = network.naming.row(educator).iter();
                let sends = naming.filter(|(_, at)| standing.learners[*at as usize] > 0);
                sends
                    .map(|(offer, _)| network.beyond(*offer as usize))
                    .find_map(|node| self.visit(standing, to(node)))
            }
            Node::Sink => None,
        }
    }
}
