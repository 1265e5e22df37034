//! What is allocated: random problems of a size and a kind. The same round, the same problem.

use placements::domain::matching::{OfferPlaces, Pair, Problem};
use practicum_tests::dice::Dice;

/// Pairs of each student.
const PAIRS: usize = 20;
/// Students for each offer.
const STUDENTS: u32 = 10;
/// Costs are below this, as a rule book's sums are.
const DEAREST: u32 = 1_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Room for all: five places for four students; offers and costs at random.
    Loose,
    /// Places for three quarters; a few hosts are wanted by most (Pareto) and are cheap for all.
    Scarce,
    /// The same hosts, just as many places as students.
    Exact,
    /// As scarce, and half of the offers name educators whom they share with others.
    Taught,
    /// As loose, with ten different costs, so that very many allocations are as good.
    Tied,
}

impl Kind {
    pub const fn words(self) -> &'static str {
        match self {
            Kind::Loose => "room for all",
            Kind::Scarce => "places for three quarters, a few popular hosts",
            Kind::Exact => "the same with just as many places as students",
            Kind::Taught => "places for three quarters, educators shared by offers",
            Kind::Tied => "room for all, only ten different costs",
        }
    }

    const fn is_popular(self) -> bool {
        !matches!(self, Kind::Loose | Kind::Tied)
    }
}

pub fn problem(kind: Kind, students: u32, round: u64) -> Problem {
    let mut dice = Dice::seeded(round + 1 + (u64::from(students) << 8));
    let offers = students / STUDENTS;
    let places = match kind {
        Kind::Loose | Kind::Tied => students / 4 * 5,
        Kind::Scarce | Kind::Taught => students / 4 * 3,
        Kind::Exact => students,
    };
    let mut supply = vec![OfferPlaces::default(); offers as usize];
    for _ in 0..places {
        supply[dice.number(offers) as usize].places += 1;
    }
    let hosts = Hosts::of(kind, offers, &mut dice);
    let pairs = (0..students).flat_map(|student| hosts.pairs(student, kind, &mut dice)).collect();
    let educators = if kind == Kind::Taught { name(&mut supply, &mut dice) } else { Vec::new() };
    Problem { students, offers: supply, educators, pairs }
}

/// Half of the offers name two of as many educators as there are offers, who take on up to seven: fewer than they
/// have places for, now and then.
fn name(supply: &mut [OfferPlaces], dice: &mut Dice) -> Vec<u32> {
    let all = u32::try_from(supply.len()).unwrap_or_default();
    for offer in supply.iter_mut().filter(|_| dice.percent(50)).collect::<Vec<_>>() {
        offer.educators = vec![dice.number(all), dice.number(all)];
        offer.educators.sort_unstable();
        offer.educators.dedup();
    }
    (0..all).map(|_| dice.number(8)).collect()
}

/// Who is wanted how much.
struct Hosts {
    /// Sums of popularities up to each host.
    sums: Vec<f64>,
    /// By host: how many are wanted more.
    ranks: Vec<u32>,
}

impl Hosts {
    fn of(kind: Kind, offers: u32, dice: &mut Dice) -> Self {
        // Pareto with an exponent of 1.2: a fifth of the hosts are wanted by most.
        let popularity = |dice: &mut Dice| (1.0 - dice.share()).powf(-1.0 / 1.2);
        let wanted = (0..offers).map(|_| if kind.is_popular() { popularity(dice) } else { 1.0 });
        let wanted: Vec<f64> = wanted.collect();
        let mut order: Vec<usize> = (0..wanted.len()).collect();
        order.sort_by(|a, b| wanted[*b].total_cmp(&wanted[*a]));
        let mut ranks = vec![0; wanted.len()];
        for (rank, host) in (0..).zip(order) {
            ranks[host] = rank;
        }
        let sums = wanted.iter().scan(0.0, |sum, wanted| {
            *sum += wanted;
            Some(*sum)
        });
        Self { sums: sums.collect(), ranks }
    }

    /// Twenty hosts whom a student wants, and what each costs.
    fn pairs(&self, student: u32, kind: Kind, dice: &mut Dice) -> Vec<Pair> {
        let all = self.sums.last().copied().unwrap_or(0.0);
        let mut pairs: Vec<Pair> = Vec::with_capacity(PAIRS);
        while pairs.len() < PAIRS.min(self.sums.len()) {
            let drawn = dice.share() * all;
            let host = self.sums.partition_point(|sum| *sum <= drawn);
            let offer = u32::try_from(host).unwrap_or_default();
            if pairs.iter().all(|pair| pair.offer != offer) {
                pairs.push(Pair { student, offer, cost: self.cost(host, kind, dice) });
            }
        }
        pairs
    }

    fn cost(&self, host: usize, kind: Kind, dice: &mut Dice) -> u32 {
        let hosts = u32::try_from(self.ranks.len()).unwrap_or_default();
        match kind {
            Kind::Loose => dice.number(DEAREST),
            Kind::Tied => dice.number(10),
            // Seven parts in ten are the host's, three the student's.
            _ => self.ranks[host] * (DEAREST / 10 * 7) / hosts + dice.number(DEAREST / 10 * 3),
        }
    }
}
