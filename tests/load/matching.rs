//! The matcher against OR-tools on the same pairs: who is quicker to allocate 20,000 students, and how that grows.

mod instances;

use crate::table;
use anyhow::{Result, ensure};
use instances::{Kind, problem};
use placements::domain::matching::{Problem, certificate, solve};
use practicum_tests::referee::Referee;
use std::time::Instant;

const STUDENTS: u32 = 20_000;
/// Sizes between which growth is measured.
const SIZES: [u32; 5] = [1_000, 2_000, 5_000, 10_000, STUDENTS];

/// What is compared, and the most of OR-tools' time that it may take.
const PAIRS: [(Kind, Option<f64>); 5] = [
    (Kind::Loose, Some(0.4)),
    (Kind::Scarce, Some(1.0)),
    (Kind::Exact, None),
    (Kind::Taught, None),
    (Kind::Tied, None),
];

/// Ours and theirs in turns, a fresh instance each round; then how ours grows.
pub fn against_ortools(rounds: usize) -> Result<()> {
    let mut referee = Referee::start();
    println!("\nAllocating {STUDENTS} students to {} offers, 20 pairs a student", STUDENTS / 10);
    println!("| what | placed | ours: ms | OR-tools: ms | ours in theirs: median | least | most | at most |");
    println!("|---|---|---|---|---|---|---|---|");
    for (kind, most) in PAIRS {
        let mut turns = Vec::new();
        for round in 0..rounds {
            turns.push(turn(&mut referee, &problem(kind, STUDENTS, round as u64))?);
        }
        let of = |part: fn(&Turn) -> f64| turns.iter().map(part);
        println!(
            "| {} | {:.0} | {:.1} | {:.1} | {:.3} | {:.3} | {:.3} | {} |",
            kind.words(),
            table::median(of(|turn| turn.placed as f64)),
            table::median(of(|turn| turn.ours * 1e3)),
            table::median(of(|turn| turn.theirs * 1e3)),
            table::median(of(Turn::ratio)),
            of(Turn::ratio).fold(f64::INFINITY, f64::min),
            of(Turn::ratio).fold(0.0, f64::max),
            most.map_or("–".into(), |most| most.to_string()),
        );
    }
    growth(rounds)
}

struct Turn {
    placed: usize,
    /// Seconds.
    ours: f64,
    theirs: f64,
}

impl Turn {
    fn ratio(&self) -> f64 {
        self.ours / self.theirs
    }
}

/// Both allocate as many at the same cost, and ours proves that it cannot be bettered.
fn turn(referee: &mut Referee, problem: &Problem) -> Result<Turn> {
    let ruling = referee.solve(problem);
    let began = Instant::now();
    let found = solve(problem)?;
    let ours = began.elapsed().as_secs_f64();
    let amounts = (found.placed(), found.total_cost());
    ensure!(amounts == (ruling.placed, ruling.total_cost), "{amounts:?} is not {ruling:?}");
    certificate::verify(problem, &found)?;
    Ok(Turn { placed: ruling.placed, ours, theirs: ruling.seconds })
}

/// The power of the number of pairs that time grows with, over all sizes and between the last two.
fn growth(rounds: usize) -> Result<()> {
    println!("\nGrowth from {} to {STUDENTS} students: ms by students, and power of pairs", SIZES[0]);
    println!(
        "| what | {} | power | of the last step | at most |",
        SIZES.map(|size| size.to_string()).join(" | ")
    );
    println!("|{}", "---|".repeat(SIZES.len() + 4));
    for (kind, _) in PAIRS {
        let mut medians = Vec::new();
        for size in SIZES {
            let mut seconds = Vec::new();
            for round in 0..rounds.max(3) {
                let problem = problem(kind, size, round as u64);
                let began = Instant::now();
                let found = solve(&problem)?;
                seconds.push(began.elapsed().as_secs_f64());
                certificate::verify(&problem, &found)?;
            }
            medians.push(table::median(seconds.into_iter()));
        }
        let power = |from: usize, to: usize| {
            (medians[to] / medians[from]).ln() / (f64::from(SIZES[to]) / f64::from(SIZES[from])).ln()
        };
        let last = SIZES.len() - 1;
        let times: Vec<String> = medians.iter().map(|seconds| format!("{:.2}", seconds * 1e3)).collect();
        let (all, step) = (power(0, last), power(last - 1, last));
        println!("| {} | {} | {all:.2} | {step:.2} | 1.5 |", kind.words(), times.join(" | "));
    }
    Ok(())
}
