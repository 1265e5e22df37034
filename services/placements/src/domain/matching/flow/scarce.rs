//! Where every place can be filled: each in turn takes the student who is cheapest to get, and others replace theirs.
//!
//! The mirror of plenty: a search runs from the place that is free against the direction of moves until it meets a
//! student who has none. Prices are relative to the price of being left out, and fall.

use super::{
    network::{Arc, NONE, Network, Node, Rows},
    search::Search,
    standing::{Standing, Step},
};

struct Seek<'s, 'a> {
    standing: &'s mut Standing<'a>,
    search: &'s mut Search,
    scarce: &'s [bool],
    /// By scarce offer: who may come, cheapest first.
    wanted: &'s Rows<Arc>,
}

/// Fills all that is scarce from `students` at the least cost.
pub fn fill_all(standing: &mut Standing<'_>, search: &mut Search, scarce: &[bool], students: &[u32]) {
    let network = standing.network;
    let pairs = students.iter().flat_map(|student| {
        let row = network.pairs.row(*student as usize).iter();
        row.map(move |arc| (arc.to, Arc { cost: arc.cost, to: *student }))
    });
    let mut wanted = Rows::of(network.offers, Arc { cost: 0, to: 0 }, pairs);
    wanted.sort_by_key(|arc| *arc);
    let mut seek = Seek { standing, search, scarce, wanted: &wanted };
    seek.first_prices();
    seek.first_choices(students);
    let ends: Vec<usize> = (0..network.sink()).filter(|node| scarce[*node] && seek.ends(*node)).collect();
    for node in ends {
        while seek.lacks(node) && seek.fill(node) {}
    }
}

impl Seek<'_, '_> {
    fn network(&self) -> &Network {
        self.standing.network
    }

    /// Whether learners end at a node: with an educator, or at an offer whose places are what is scarce.
    fn ends(&self, node: usize) -> bool {
        match self.network().kind(node) {
            Node::Offer(offer) => !self.scarce[self.network().beyond(offer)],
            kind => matches!(kind, Node::Educator(_)),
        }
    }

    fn lacks(&self, node: usize) -> bool {
        match self.network().kind(node) {
            Node::Offer(offer) => self.standing.has_place(offer),
            Node::Educator(educator) => self.standing.taught[educator] < self.network().limits[educator],
            Node::Beyond(_) | Node::Sink => false,
        }
    }

    /// Prices at which no student is cheaper than being left out (for educators), or fewer than there are places.
    fn first_prices(&mut self) {
        let network = self.standing.network;
        let cost =
            |offer: usize, at: usize| self.wanted.row(offer).get(at).map_or(0, |arc| i64::from(arc.cost));
        for educator in 0..network.educators {
            let offers = network.naming.row(educator).iter().map(|(offer, _)| *offer as usize);
            let scarce = offers.filter(|offer| self.scarce[network.beyond(*offer)]);
            let least = scarce.map(|offer| cost(offer, 0)).min();
            self.search.price[network.educator(educator)] = -least.unwrap_or(0);
        }
        for offer in 0..network.offers {
            if self.scarce[network.beyond(offer)] {
                let named = network.named.row(offer).iter();
                let prices = named.map(|e| self.search.price[network.educator(*e as usize)]);
                let price = prices.min().unwrap_or(0);
                self.search.price[offer] = price;
                self.search.price[network.beyond(offer)] = price;
            } else if self.scarce[offer] {
                let last = network.places[offer].saturating_sub(1);
                self.search.price[offer] = -cost(offer, last as usize);
            }
        }
    }

    /// Whoever is cheaper somewhere than being left out goes where they are cheapest: the prices leave room.
    fn first_choices(&mut self, students: &[u32]) {
        for student in students {
            let pairs = self.standing.network.pairs.row(*student as usize).iter();
            let dear = |arc: &&Arc| i64::from(arc.cost) + self.search.price[arc.to as usize];
            let choice = pairs.min_by_key(dear).filter(|arc| dear(arc) < 0);
            if let Some(arc) = choice {
                self.standing.come(*student, *arc);
            }
        }
    }

    /// Gets one student for a node. Whether there was one.
    fn fill(&mut self, root: usize) -> bool {
        let number = u32::try_from(root).unwrap_or(NONE);
        let none = Step { from: NONE, to: NONE, student: NONE, cost: 0 };
        self.search.come(number, 0, -self.search.price[root], none);
        while let Some((node, reach)) = self.search.nearest(-1) {
            self.leave(node, reach);
        }
        let mut found = self.search.end;
        let any = found.is_some();
        while let Some(step) = found.filter(|step| step.to != NONE) {
            self.standing.take(step);
            found = Some(self.search.came[step.to as usize]);
        }
        self.search.reprice(-1);
        any
    }

    /// Who could come to a node.
    fn leave(&mut self, to: u32, reach: i64) {
        let network = self.standing.network;
        match network.kind(to as usize) {
            Node::Offer(offer) => {
                if self.scarce[network.beyond(offer)] && self.standing.used[offer] > 0 {
                    self.pass(network.beyond(offer), to, reach);
                }
                self.look(offer, reach);
            }
            Node::Beyond(offer) => {
                if self.standing.has_place(offer) {
                    self.pass(offer, to, reach);
                }
                for at in network.named.range(offer) {
                    if self.standing.learners[at] > 0 {
                        self.pass(network.educator(network.named.item(at) as usize), to, reach);
                    }
                }
            }
            Node::Educator(educator) => {
                for (offer, _) in network.naming.row(educator) {
                    self.pass(network.beyond(*offer as usize), to, reach);
                }
            }
            Node::Sink => {}
        }
    }

    /// Students who could come to an offer: as far as the first whom nobody would miss, who is an end.
    fn look(&mut self, offer: usize, reach: i64) {
        let to = u32::try_from(offer).unwrap_or(NONE);
        let wanted = self.wanted;
        for arc in wanted.row(offer) {
            let reach = reach + i64::from(arc.cost);
            // Nobody costs less than nothing to get away from where they are, and the rest are dearer.
            if reach >= self.search.best {
                return;
            }
            let seat = self.standing.seats[arc.to as usize];
            let step = Step { from: seat.to, to, student: arc.to, cost: arc.cost };
            if seat.to == NONE {
                self.search.best = reach;
                self.search.end = Some(step);
                return;
            }
            let reach = reach - i64::from(seat.cost);
            let from = seat.to as usize;
            if reach < self.search.reach[from] {
                self.come(from, reach, step);
            }
        }
    }

    fn pass(&mut self, from: usize, to: u32, reach: i64) {
        if reach < self.search.reach[from] {
            let from_number = u32::try_from(from).unwrap_or(NONE);
            self.come(from, reach, Step { from: from_number, to, student: NONE, cost: 0 });
        }
    }

    fn come(&mut self, from: usize, reach: i64, step: Step) {
        let length = reach - self.search.price[from];
        if length < self.search.best {
            self.search.come(step.from, reach, length, step);
        }
    }
}
