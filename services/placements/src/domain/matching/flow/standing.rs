//! Who stands where while the solver works.

use super::network::{Arc, NONE, Network, Node};

/// One step of a path: from a node to the next, by a student who moves or by an educator who is exchanged.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub from: u32,
    pub to: u32,
    /// Who moves; nobody between an offer and its educators.
    pub student: u32,
    /// What `to` costs the student.
    pub cost: u32,
}

pub struct Standing<'a> {
    pub network: &'a Network,
    /// By student: the offer and its cost.
    pub seats: Vec<Arc>,
    /// By offer, with a slot to spare so that one may come before another leaves.
    slots: Vec<u32>,
    first_slot: Vec<u32>,
    slot: Vec<u32>,
    /// By offer: students there.
    pub used: Vec<u32>,
    /// By naming: learners whom an offer sends to an educator.
    pub learners: Vec<u32>,
    /// By educator: learners in all.
    pub taught: Vec<u32>,
}

pub const UNPLACED: Arc = Arc { cost: 0, to: NONE };

impl<'a> Standing<'a> {
    pub fn empty(network: &'a Network) -> Self {
        let mut slots = 0;
        let first_slot = network.places.iter().map(|places| {
            slots += places + 1;
            slots - places - 1
        });
        let first_slot = first_slot.collect();
        Self {
            network,
            seats: vec![UNPLACED; network.students()],
            slots: vec![NONE; slots as usize],
            first_slot,
            slot: vec![NONE; network.students()],
            used: vec![0; network.offers],
            learners: vec![0; network.named.len()],
            taught: vec![0; network.educators],
        }
    }

    /// Who is at an offer, in no order.
    pub fn at(&self, offer: usize) -> &[u32] {
        let first = self.first_slot[offer] as usize;
        &self.slots[first..first + self.used[offer] as usize]
    }

    pub fn has_place(&self, offer: usize) -> bool {
        self.used[offer] < self.network.places[offer]
    }

    /// Whether one more learner can end at a node: at an offer that names nobody, or with an educator.
    pub fn has_room(&self, node: usize) -> bool {
        match self.network.kind(node) {
            Node::Offer(offer) => self.network.direct(offer) && self.has_place(offer),
            Node::Educator(educator) => self.taught[educator] < self.network.limits[educator],
            Node::Beyond(_) | Node::Sink => false,
        }
    }

    /// Where an offer names an educator.
    pub fn naming(&self, offer: usize, educator: usize) -> usize {
        let named = self.network.named.row(offer);
        self.network.named.range(offer).start + named.partition_point(|e| (*e as usize) < educator)
    }

    pub fn take(&mut self, step: Step) {
        let (from, to) = (step.from as usize, step.to as usize);
        if step.student != NONE {
            self.leave(step.student as usize);
            if to < self.network.offers {
                self.come(step.student, Arc { cost: step.cost, to: step.to });
            }
            return;
        }
        match (self.network.kind(from), self.network.kind(to)) {
            (Node::Beyond(offer), Node::Educator(educator)) => {
                let naming = self.naming(offer, educator);
                self.learners[naming] += 1;
                self.taught[educator] += 1;
            }
            (Node::Educator(educator), Node::Beyond(offer)) => {
                let naming = self.naming(offer, educator);
                self.learners[naming] -= 1;
                self.taught[educator] -= 1;
            }
            _ => {}
        }
    }

    pub fn leave(&mut self, student: usize) {
        let Arc { to: offer, .. } = std::mem::replace(&mut self.seats[student], UNPLACED);
        if offer == NONE {
            return;
        }
        let offer = offer as usize;
        self.used[offer] -= 1;
        let last = self.slots[(self.first_slot[offer] + self.used[offer]) as usize];
        let slot = self.slot[student];
        self.slots[slot as usize] = last;
        self.slot[last as usize] = slot;
    }

    pub fn come(&mut self, student: u32, seat: Arc) {
        let offer = seat.to as usize;
        let slot = self.first_slot[offer] + self.used[offer];
        self.slots[slot as usize] = student;
        self.slot[student as usize] = slot;
        self.used[offer] += 1;
        self.seats[student as usize] = seat;
    }

    /// Places a student where there is room just so, without moving anybody. Whether it could.
    pub fn settle(&mut self, student: u32, seat: Arc) -> bool {
        let offer = seat.to as usize;
        if !self.has_place(offer) {
            return false;
        }
        let named = self.network.named.row(offer);
        if !named.is_empty() {
            let limits = &self.network.limits;
            let free = named.iter().find(|e| self.taught[**e as usize] < limits[**e as usize]);
            let Some(educator) = free.map(|e| *e as usize) else { return false };
            let naming = self.naming(offer, educator);
            self.learners[naming] += 1;
            self.taught[educator] += 1;
        }
        self.come(student, seat);
        true
    }
}
