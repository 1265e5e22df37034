//! Where every student can be placed: each in turn takes the cheapest way there is, and others make room.

use super::{
    network::{Arc, NONE, Node},
    search::Search,
    standing::{Standing, Step},
};

/// Places `students`, of whom each can be, at the least cost. Prices begin at nothing and rise while somebody is in
/// somebody's way, so that where there is room the price is nothing.
pub fn place_all(standing: &mut Standing<'_>, search: &mut Search, students: &[u32]) {
    // Whoever finds room at their cheapest offer takes it: at prices of nothing that is best.
    let mut waiting = Vec::new();
    for student in students {
        let mut pairs = standing.network.pairs.row(*student as usize).iter();
        let cheapest = pairs.find(|arc| search.reach[arc.to as usize] > 0);
        if !cheapest.is_some_and(|arc| standing.settle(*student, *arc)) {
            waiting.push(*student);
        }
    }
    for student in waiting {
        let mut seek = Seek { standing, search };
        seek.place(student);
    }
}

struct Seek<'s, 'a> {
    standing: &'s mut Standing<'a>,
    search: &'s mut Search,
}

impl Seek<'_, '_> {
    fn place(&mut self, student: u32) {
        self.look(NONE, student, 0);
        while let Some((node, reach)) = self.search.nearest(1) {
            self.leave(node, reach);
        }
        if let Some(end) = self.search.end {
            self.search.walk(self.standing, end);
        }
        self.search.reprice(1);
    }

    /// The offers of a student who would leave a node, having got there for `reach` less their own cost there.
    #[inline]
    fn look(&mut self, from: u32, student: u32, reach: i64) {
        let network = self.standing.network;
        for arc in network.pairs.row(student as usize) {
            let reach = reach + i64::from(arc.cost);
            // Prices are never below nothing here, and the rest are dearer.
            if reach >= self.search.best {
                return;
            }
            if reach < self.search.reach[arc.to as usize] {
                self.come(reach, Step { from, to: arc.to, student, cost: arc.cost });
            }
        }
    }

    fn come(&mut self, reach: i64, step: Step) {
        let node = step.to as usize;
        let length = reach + self.search.price[node];
        if length >= self.search.best {
            return;
        }
        if self.standing.has_room(node) {
            self.search.best = length;
            self.search.end = Some(step);
        } else {
            self.search.come(step.to, reach, length, step);
        }
    }

    fn pass(&mut self, from: u32, to: usize, reach: i64) {
        if reach < self.search.reach[to] {
            let to = u32::try_from(to).unwrap_or(NONE);
            self.come(reach, Step { from, to, student: NONE, cost: 0 });
        }
    }

    fn leave(&mut self, from: u32, reach: i64) {
        let network = self.standing.network;
        match network.kind(from as usize) {
            Node::Offer(offer) => {
                if !network.direct(offer) && self.standing.has_place(offer) {
                    self.pass(from, network.beyond(offer), reach);
                }
                for at in 0..self.standing.at(offer).len() {
                    let student = self.standing.at(offer)[at];
                    let Arc { cost, .. } = self.standing.seats[student as usize];
                    self.look(from, student, reach - i64::from(cost));
                }
            }
            Node::Beyond(offer) => {
                for educator in network.named.row(offer) {
                    self.pass(from, network.educator(*educator as usize), reach);
                }
                if self.standing.used[offer] > 0 {
                    self.pass(from, offer, reach);
                }
            }
            Node::Educator(educator) => {
                for (offer, naming) in network.naming.row(educator) {
                    if self.standing.learners[*naming as usize] > 0 {
                        self.pass(from, network.beyond(*offer as usize), reach);
                    }
                }
            }
            Node::Sink => {}
        }
    }
}
