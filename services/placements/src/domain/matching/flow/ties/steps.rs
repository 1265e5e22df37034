//! Which steps lead from a node to allocations that are as good.

use super::{
    super::{
        network::{NONE, Node},
        standing::Step,
    },
    Question, Ties,
};

impl Ties<'_, '_> {
    /// Notes the steps that lead from a node to other allocations that are as good.
    pub(super) fn look(&mut self, from: u32) {
        let mut steps = std::mem::take(&mut self.steps);
        steps.clear();
        let network = self.standing.network;
        let on = |to: usize| Step { from, to: u32::try_from(to).unwrap_or(NONE), student: NONE, cost: 0 };
        match network.kind(from as usize) {
            Node::Offer(offer) => {
                self.leaving(offer, &mut steps);
                let next = if network.direct(offer) { network.sink() } else { network.beyond(offer) };
                if self.free(offer) && self.standing.has_place(offer) {
                    steps.push(on(next));
                }
            }
            Node::Beyond(offer) => {
                let named = network.named.row(offer).iter().map(|e| *e as usize);
                let fit = |e: &usize| {
                    self.question == Question::With || self.prices.educators[*e] == self.beyond[offer]
                };
                steps.extend(named.filter(fit).map(|e| on(network.educator(e))));
                if self.free(offer) && self.standing.used[offer] > 0 {
                    steps.push(on(offer));
                }
            }
            Node::Educator(educator) => {
                let naming = network.naming.row(educator).iter();
                let sends = naming.filter(|(_, at)| self.standing.learners[*at as usize] > 0);
                steps.extend(sends.map(|(offer, _)| on(network.beyond(*offer as usize))));
                if self.costless(educator) && self.standing.taught[educator] < network.limits[educator] {
                    steps.push(on(network.sink()));
                }
            }
            Node::Sink => self.entering(&mut steps),
        }
        self.steps = steps;
    }

    /// Whether an offer may have more or fewer students: its places cost nothing.
    fn free(&self, offer: usize) -> bool {
        self.question != Question::With && self.prices.offers[offer] == 0
    }

    fn costless(&self, educator: usize) -> bool {
        self.question == Question::With || self.prices.educators[educator] == 0
    }

    /// Where students at an offer could go instead.
    fn leaving(&self, offer: usize, steps: &mut Vec<Step>) {
        if self.question == Question::With {
            return;
        }
        let from = u32::try_from(offer).unwrap_or(NONE);
        let sink = u32::try_from(self.standing.network.sink()).unwrap_or(NONE);
        for student in self.standing.at(offer).iter().copied() {
            let open = student >= self.settled;
            if open || self.question == Question::Who {
                let others = self.tight.row(student as usize).iter().filter(|arc| arc.to != from);
                steps.extend(others.map(|arc| Step { from, to: arc.to, student, cost: arc.cost }));
            }
            let optional = self.prices.students[student as usize] == self.prices.unplaced;
            if open && optional && self.question == Question::Who {
                steps.push(Step { from, to: sink, student, cost: 0 });
            }
        }
    }

    /// What could have one learner less, and who could come in.
    fn entering(&self, steps: &mut Vec<Step>) {
        let network = self.standing.network;
        let from = u32::try_from(network.sink()).unwrap_or(NONE);
        let on = |to: usize| Step { from, to: u32::try_from(to).unwrap_or(NONE), student: NONE, cost: 0 };
        let educators = (0..network.educators).filter(|e| self.costless(*e) && self.standing.taught[*e] > 0);
        steps.extend(educators.map(|e| on(network.educator(e))));
        let offers = (0..network.offers).filter(|offer| self.free(*offer) && self.standing.used[*offer] > 0);
        steps.extend(offers.filter(|offer| network.direct(*offer)).map(on));
        if self.question == Question::Who {
            for student in self.settled..self.students() {
                if self.standing.seats[student as usize].to == NONE {
                    let tight = self.tight.row(student as usize).iter();
                    steps.extend(tight.map(|arc| Step { from, to: arc.to, student, cost: arc.cost }));
                }
            }
        }
    }
}
