//! Which of the allocations that are as good: the first, when students are read in the order of their names.
//!
//! First by who is placed at all: the first student, if any best allocation places them; then the second, if any of
//! those that are left does; and so on. Then by where: the first student has the first offer by name that any best
//! allocation with these students gives them, then the second of those that are left. Last, with the offers as they
//! are, each has the first educator by name that leaves one for everybody.
//!
//! Best allocations differ only in pairs that cost just their price, and in places and educators that cost nothing
//! (complementary slackness). So each wish is a search for a cycle of moves over these alone. A search that fails has
//! found nodes that no cycle leaves; they are a part of their own from then on, so that no later one looks there
//! again.

mod steps;

use super::{
    super::{Match, Prices},
    network::{Arc, NONE, Network, Rows},
    parts::parts,
    standing::{Standing, Step},
};

/// What is still open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Question {
    Who,
    Where,
    With,
}

/// Moves everybody to the first of the best allocations, and says with whom. `beyond` is what offers' educators cost.
pub fn first_by_name(
    standing: &mut Standing<'_>,
    prices: &Prices,
    place: &[i64],
    beyond: &[i64],
) -> Vec<Option<Match>> {
    let network = standing.network;
    let tight = tight(network, prices, place);
    let nodes = network.sink() + 1;
    let none = Step { from: NONE, to: NONE, student: NONE, cost: 0 };
    let mut ties = Ties {
        standing,
        prices,
        beyond,
        tight: &tight,
        question: Question::Who,
        settled: 0,
        part: Vec::new(),
        parts: 0,
        seen: vec![0; nodes],
        searches: 0,
        came: vec![none; nodes],
        queue: Vec::new(),
        steps: Vec::new(),
    };
    ties.who();
    ties.place();
    ties.teach()
}

/// By student, pairs that cost just their price, by offer.
fn tight(network: &Network, prices: &Prices, place: &[i64]) -> Rows<Arc> {
    let pairs = (0..).zip(&prices.students).flat_map(|(student, price)| {
        let row = network.pairs.row(student as usize).iter();
        let just = row.filter(move |arc| i64::from(arc.cost) + place[arc.to as usize] == *price);
        just.map(move |arc| (student, *arc))
    });
    let mut tight = Rows::of(network.students(), Arc { cost: 0, to: 0 }, pairs);
    tight.sort_by_key(|arc| arc.to);
    tight
}

struct Ties<'s, 'a> {
    standing: &'s mut Standing<'a>,
    prices: &'s Prices,
    beyond: &'s [i64],
    tight: &'s Rows<Arc>,
    question: Question,
    /// Students before this one have their answer.
    settled: u32,
    part: Vec<u32>,
    parts: u32,
    /// By node: the last search that came there.
    seen: Vec<u32>,
    searches: u32,
    came: Vec<Step>,
    queue: Vec<u32>,
    steps: Vec<Step>,
}

impl Ties<'_, '_> {
    fn students(&self) -> u32 {
        u32::try_from(self.standing.network.students()).unwrap_or(NONE)
    }

    fn ask(&mut self, question: Question) {
        (self.question, self.settled) = (question, 0);
        let nodes = self.standing.network.sink() + 1;
        let mut arcs = Vec::new();
        for node in (0_u32..).take(nodes) {
            self.look(node);
            arcs.extend(self.steps.iter().map(|step| (node, step.to)));
        }
        (self.part, self.parts) = parts(&Rows::of(nodes, 0, arcs.iter().copied()), nodes);
    }

    fn who(&mut self) {
        let left_out = |ties: &Self, student: usize| {
            ties.standing.seats[student].to == NONE && !ties.tight.row(student).is_empty()
        };
        if !(0..self.tight.rows()).any(|student| left_out(self, student)) {
            return;
        }
        self.ask(Question::Who);
        let sink = self.standing.network.sink();
        for student in 0..self.students() {
            self.settled = student + 1;
            if left_out(self, student as usize) {
                let tight = self.tight;
                let offers = tight.row(student as usize).iter();
                let sink_number = u32::try_from(sink).unwrap_or(NONE);
                let steps = offers.map(|arc| Step { from: sink_number, to: arc.to, student, cost: arc.cost });
                let _placed = steps.into_iter().any(|step| self.cycle(step));
            }
        }
    }

    fn place(&mut self) {
        self.ask(Question::Where);
        for student in 0..self.students() {
            self.settled = student + 1;
            let from = self.standing.seats[student as usize].to;
            let tight = self.tight;
            let before = tight.row(student as usize).iter().take_while(|arc| from != NONE && arc.to < from);
            let steps = before.map(|arc| Step { from, to: arc.to, student, cost: arc.cost });
            let _moved = steps.into_iter().any(|step| self.cycle(step));
        }
    }

    fn teach(&mut self) -> Vec<Option<Match>> {
        let network = self.standing.network;
        if network.educators > 0 {
            self.ask(Question::With);
        }
        let mut matches = Vec::with_capacity(network.students());
        for student in 0..network.students() {
            let Arc { cost, to: offer } = self.standing.seats[student];
            let found = || Match { offer, educator: self.educator(offer as usize), cost };
            matches.push((offer != NONE).then(found));
        }
        matches
    }

    /// The first educator whom a learner of an offer can have, who is then theirs.
    fn educator(&mut self, offer: usize) -> Option<u32> {
        let network = self.standing.network;
        let from = u32::try_from(network.beyond(offer)).unwrap_or(NONE);
        let naming = network.named.range(offer).find(|at| {
            let to = network.educator(network.named.item(*at) as usize);
            let to = u32::try_from(to).unwrap_or(NONE);
            self.standing.learners[*at] > 0 || self.cycle(Step { from, to, student: NONE, cost: 0 })
        })?;
        self.standing.learners[naming] -= 1;
        Some(network.named.item(naming))
    }

    /// Makes a step, if other moves can lead back to where it comes from. Whether they could.
    fn cycle(&mut self, first: Step) -> bool {
        let part = self.part[first.from as usize];
        if self.part[first.to as usize] != part {
            return false;
        }
        self.searches += 1;
        self.queue.clear();
        self.queue.push(first.to);
        self.seen[first.to as usize] = self.searches;
        self.came[first.to as usize] = first;
        let mut next = 0;
        while let Some(node) = self.queue.get(next).copied() {
            next += 1;
            self.look(node);
            for step in &self.steps {
                let to = step.to as usize;
                if self.part[to] != part || self.seen[to] == self.searches {
                    continue;
                }
                self.seen[to] = self.searches;
                self.came[to] = *step;
                if step.to == first.from {
                    self.turn(first);
                    return true;
                }
                self.queue.push(step.to);
            }
        }
        for node in &self.queue {
            self.part[*node as usize] = self.parts;
        }
        self.parts += 1;
        false
    }

    /// Makes the moves of the cycle that ends with `first`.
    fn turn(&mut self, first: Step) {
        let mut step = self.came[first.from as usize];
        while step.from != first.from {
            self.standing.take(step);
            step = self.came[step.from as usize];
        }
        self.standing.take(step);
    }
}
