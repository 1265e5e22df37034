//! Ratios of paired turns, printed as a table.

/// One line of the table: a pair of rates a round.
pub struct Line {
    what: String,
    floor: f64,
    pairs: Vec<(f64, f64)>,
}

impl Line {
    /// `floor` is what the ratio of ours to the reference has to reach.
    pub fn new(what: impl Into<String>, floor: f64) -> Self {
        Self { what: what.into(), floor, pairs: Vec::new() }
    }

    pub fn add(&mut self, ours: f64, reference: f64) {
        self.pairs.push((ours, reference));
    }

    pub fn ours(&self) -> f64 {
        median(self.pairs.iter().map(|(ours, _)| *ours))
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let values = sorted(values);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Medians over the rounds, and how far the ratios spread.
pub fn print(title: &str, lines: &[Line]) {
    println!("\n{title}");
    println!("| what | ours a second | reference a second | ratio: median | least | most | floor |");
    println!("|---|---|---|---|---|---|---|");
    for line in lines {
        let ratios = sorted(line.pairs.iter().map(|(ours, reference)| ours / reference));
        let (least, most) = (ratios.first().copied(), ratios.last().copied());
        println!(
            "| {} | {:.0} | {:.0} | {:.2} | {:.2} | {:.2} | {} |",
            line.what,
            line.ours(),
            median(line.pairs.iter().map(|(_, reference)| *reference)),
            median(ratios.iter().copied()),
            least.unwrap_or(f64::NAN),
            most.unwrap_or(f64::NAN),
            line.floor,
        );
    }
}
