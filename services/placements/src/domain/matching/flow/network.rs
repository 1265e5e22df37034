//! The problem as arrays that a search walks through in order.
//!
//! Nodes are numbers: offers as students come in (`0..offers`), offers as they go on to educators
//! (`offers..2 * offers`), educators, and last the sink. Students are no nodes of a search: each has one way in.

use super::super::{OfferPlaces, Problem};

/// No student, or no offer.
pub const NONE: u32 = u32::MAX;

/// An offer that a student may go to. Ordered by cost, as searches read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arc {
    pub cost: u32,
    pub to: u32,
}

/// Rows of numbers of different lengths, one behind the other.
#[derive(Debug)]
pub struct Rows<T> {
    start: Vec<u32>,
    items: Vec<T>,
}

impl<T: Copy> Rows<T> {
    /// Sorts items into `rows` rows by counting; within a row they stay in the order in which they come.
    pub fn of(rows: usize, filler: T, items: impl Iterator<Item = (u32, T)> + Clone) -> Self {
        let mut start = vec![0_u32; rows + 2];
        for (row, _) in items.clone() {
            start[row as usize + 2] += 1;
        }
        for row in 2..start.len() {
            start[row] += start[row - 1];
        }
        let mut sorted = vec![filler; start[rows + 1] as usize];
        for (row, item) in items {
            let next = &mut start[row as usize + 1];
            sorted[*next as usize] = item;
            *next += 1;
        }
        start.pop();
        Self { start, items: sorted }
    }

    pub fn range(&self, row: usize) -> std::ops::Range<usize> {
        self.start[row] as usize..self.start[row + 1] as usize
    }

    pub fn row(&self, row: usize) -> &[T] {
        &self.items[self.range(row)]
    }

    /// Sorts each row.
    pub fn sort_by_key<K: Ord>(&mut self, key: impl Fn(&T) -> K) {
        for row in 0..self.rows() {
            let range = self.range(row);
            self.items[range].sort_unstable_by_key(&key);
        }
    }

    pub fn rows(&self) -> usize {
        self.start.len() - 1
    }

    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn item(&self, at: usize) -> T {
        self.items[at]
    }
}

pub struct Network {
    pub offers: usize,
    pub educators: usize,
    /// By student, cheapest first. Offers without a place are left out.
    pub pairs: Rows<Arc>,
    /// By offer: how many can be there, and no more than one over those who may come.
    pub places: Vec<u32>,
    /// By educator.
    pub limits: Vec<u32>,
    /// By offer: the educators it names.
    pub named: Rows<u32>,
    /// By educator: who names them, as an offer and the place of the naming in `named`.
    pub naming: Rows<(u32, u32)>,
}

impl Network {
    pub fn of(problem: &Problem) -> Self {
        let (offers, educators) = (problem.offers.len(), problem.educators.len());
        let open = problem.pairs.iter().filter(|pair| problem.offers[pair.offer as usize].places > 0);
        let arcs = open.map(|pair| (pair.student, Arc { cost: pair.cost, to: pair.offer }));
        let mut pairs = Rows::of(problem.students as usize, Arc { cost: 0, to: 0 }, arcs);
        pairs.sort_by_key(|arc| *arc);
        let mut places = vec![0; offers];
        for arc in &pairs.items {
            places[arc.to as usize] += 1;
        }
        for (most, offer) in places.iter_mut().zip(&problem.offers) {
            *most = offer.places.min(*most + 1);
        }
        let names = |(number, offer): (u32, &'_ OfferPlaces)| (number, offer.educators.clone());
        let named = (0..).zip(&problem.offers).map(names);
        let named: Vec<(u32, u32)> =
            named.flat_map(|(o, row)| row.into_iter().map(move |e| (o, e))).collect();
        let naming = (0..).zip(&named).map(|(at, (offer, educator))| (*educator, (*offer, at)));
        Self {
            offers,
            educators,
            pairs,
            places,
            limits: problem.educators.clone(),
            naming: Rows::of(educators, (0, 0), naming),
            named: Rows::of(offers, 0, named.iter().copied()),
        }
    }

    pub fn students(&self) -> usize {
        self.pairs.rows()
    }

    /// An offer as it goes on to its educators.
    pub const fn beyond(&self, offer: usize) -> usize {
        self.offers + offer
    }

    pub const fn educator(&self, number: usize) -> usize {
        2 * self.offers + number
    }

    pub const fn sink(&self) -> usize {
        2 * self.offers + self.educators
    }

    /// Whether an offer names nobody, so that its places are its only limit.
    pub fn direct(&self, offer: usize) -> bool {
        self.named.range(offer).is_empty()
    }

    pub fn kind(&self, node: usize) -> Node {
        if node < self.offers {
            Node::Offer(node)
        } else if node < 2 * self.offers {
            Node::Beyond(node - self.offers)
        } else if node < self.sink() {
            Node::Educator(node - 2 * self.offers)
        } else {
            Node::Sink
        }
    }
}

/// What a node's number stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node {
    Offer(usize),
    Beyond(usize),
    Educator(usize),
    Sink,
}
