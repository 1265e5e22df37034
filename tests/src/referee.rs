//! An independent judge of allocations: OR-tools, in a Python of its own.

use placements::domain::matching::{OfferPlaces, Problem};
use std::{
    io::{BufRead, BufReader, BufWriter, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/referee.py");
/// Where `tests/run` puts it, for those who start something else.
const PYTHON: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/test-python/bin/python");

/// A process that solves one problem after the other.
pub struct Referee {
    process: Child,
    /// Closing it ends the process.
    problems: Option<BufWriter<ChildStdin>>,
    answers: BufReader<ChildStdout>,
}

/// What the best allocation amounts to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ruling {
    pub placed: usize,
    pub total_cost: u64,
    /// What solving took, without building the arrays.
    pub seconds: f64,
}

impl Referee {
    /// Starts the Python of `PRACTICUM_TEST_PYTHON`, or else the one that `tests/run` makes.
    pub fn start() -> Self {
        let python = std::env::var("PRACTICUM_TEST_PYTHON").unwrap_or(PYTHON.into());
        let process = Command::new(&python)
            .arg(SCRIPT)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{python}: {error}; tests/run installs it"));
        Self::of(process)
    }

    fn of(mut process: Child) -> Self {
        let problems = process.stdin.take().map(BufWriter::new);
        let answers = process.stdout.take().expect("its output is piped");
        Self { process, problems, answers: BufReader::new(answers) }
    }

    /// What the best allocation of a problem amounts to.
    pub fn solve(&mut self, problem: &Problem) -> Ruling {
        let input = self.problems.as_mut().expect("it is open until the referee is dropped");
        let mut bytes = Vec::new();
        for number in numbers(problem) {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        input.write_all(&bytes).and_then(|()| input.flush()).expect("the referee reads");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the referee writes");
        ruling(&line).unwrap_or_else(|| panic!("the referee said {line:?} where a ruling was expected"))
    }
}

fn ruling(line: &str) -> Option<Ruling> {
    let mut words = line.split_whitespace();
    let (placed, total_cost) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    Some(Ruling { placed, total_cost, seconds: words.next()?.parse().ok()? })
}

/// As the script reads them.
fn numbers(problem: &Problem) -> Vec<u32> {
    let offers = (0_u32..).zip(&problem.offers);
    let namings: Vec<u32> = offers
        .flat_map(|(number, offer)| offer.educators.iter().flat_map(move |educator| [number, *educator]))
        .collect();
    let counts = [problem.offers.len(), problem.educators.len(), problem.pairs.len(), namings.len() / 2];
    let counts = counts.map(|count| u32::try_from(count).expect("a problem counts in 32 bits"));
    let places = problem.offers.iter().map(|offer: &OfferPlaces| offer.places);
    let pairs = problem.pairs.iter().flat_map(|pair| [pair.student, pair.offer, pair.cost]);
    let mut numbers = vec![problem.students];
    numbers.extend(counts);
    numbers.extend(places.chain(problem.educators.iter().copied()).chain(pairs).chain(namings));
    numbers
}

impl Drop for Referee {
    fn drop(&mut self) {
        self.problems = None;
        let _ = self.process.wait();
    }
}
